import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { build, type PreviewServer, preview } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ExecutorTask, type RunResult, runModule } from "../../src/index.ts";
import { corpus } from "../corpus.ts";
import { program, taskOf } from "../helpers.ts";
import type { PageTask } from "./page.ts";

const CHROMIUM = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
const is_there = existsSync(CHROMIUM);
if (!is_there) console.warn(`skipped: the sandbox in a browser (no ${CHROMIUM}; apt-get install chromium)`);

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
];

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");

function inText(result: RunResult) {
  return { ...result, output: base64(result.output), stderr: base64(result.stderr) };
}

/** Builds the page as any site would, and serves it. */
async function servePage(folder: string): Promise<PreviewServer> {
  const entry = fileURLToPath(new URL("./page.ts", import.meta.url));
  await writeFile(
    join(folder, "index.html"),
    `<!doctype html><script type="module" src="/@fs${entry}"></script>`,
  );
  const common = { root: folder, logLevel: "warn", configFile: false } as const;
  const input = join(folder, "index.html");
  await build({
    ...common,
    build: { rolldownOptions: { input }, target: "esnext" },
    worker: { format: "es" },
  });
  return preview({ ...common, preview: { host: "127.0.0.1", port: 0 } });
}

describe.skipIf(!is_there)("in Chromium", async () => {
  const cases = is_there ? await corpus() : [];
  let folder: string;
  let server: PreviewServer;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "wasi-sandbox-"));
    server = await servePage(folder);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
    page = await browser.newPage();
    await page.goto(server.resolvedUrls!.local[0]!);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    if (folder) await rm(folder, { recursive: true });
  });

  function runInPage(task: ExecutorTask): Promise<unknown> {
    const { module, input, limits, context, max_execution_seconds } = task;
    const page_task: PageTask = { module: base64(module), input: base64(input), limits, context };
    if (max_execution_seconds) page_task.max_execution_seconds = max_execution_seconds;
    return page.evaluate(
      (given) => (globalThis as unknown as { runInPage(task: PageTask): Promise<unknown> }).runInPage(given),
      page_task,
    );
  }

  test.each(cases)(
    "$name has the same status, output and count as in Node",
    async ({ module, options, status }) => {
      const task = taskOf(module, options);
      const expected = runModule(task);
      expect(expected.status).toBe(status);
      expect(await runInPage(task)).toEqual(inText(expected));
    },
  );

  test("a run that takes too long is given up, and the next one works", async () => {
    const endless = taskOf(program({}, "(loop $l (br $l))"), { max_instructions: 1e11 });
    const gave_up = await runInPage({ ...endless, max_execution_seconds: 0.3 });
    expect(gave_up).toMatchObject({ code: "unavailable", reason: "wall_clock" });
    expect(await runInPage(taskOf(program({}, "")))).toMatchObject({ status: "ok" });
  });

  test("a bad module is refused with the core's own error", async () => {
    expect(await runInPage(taskOf(new Uint8Array(8)))).toMatchObject({ code: "bad_module" });
  });
});
