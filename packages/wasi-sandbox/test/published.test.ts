// The package as npm would publish it: JavaScript that a Node which knows nothing of this workspace can import.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { compileC } from "./compile-c.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
/** Inside `node_modules`, so that what others have published is found as usual. */
const CACHE = join(ROOT, "node_modules/.cache");
let project: string;

beforeAll(() => {
  mkdirSync(CACHE, { recursive: true });
  project = mkdtempSync(join(CACHE, "published-"));
  const scope = join(project, "node_modules/@near-offshore");
  execFileSync(process.execPath, [join(ROOT, "e2e/src/pack.ts"), scope], { stdio: "pipe" });
});
afterAll(() => rmSync(project, { recursive: true }));

const node = (...args: string[]) =>
  execFileSync(process.execPath, args, { cwd: project, encoding: "utf8", input: "hello", stdio: "pipe" });

test("has no TypeScript but types, and says what it is", () => {
  const folder = join(project, "node_modules/@near-offshore/wasi-sandbox");
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  expect(files.filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"))).toEqual([]);
  expect(files).toEqual(
    expect.arrayContaining(["README.md", "LICENSE", "src/index.d.ts", "src/web-worker.js"]),
  );
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  expect(manifest).toMatchObject({ license: "MIT", exports: { "./web": { default: "./src/web.js" } } });
  expect(Object.keys(manifest)).not.toContain("private");
});

test("runs in Node, in a thread and from the command line", async () => {
  writeFileSync(join(project, "echo.wasm"), await compileC("echo"));
  const script = `
    import { readFileSync } from "node:fs";
    import { runWasi } from "@near-offshore/wasi-sandbox";
    import { createExecutor } from "@near-offshore/wasi-sandbox/node";
    const task = { module: new Uint8Array(readFileSync("echo.wasm")), stdin: new TextEncoder().encode("hello") };
    const inThread = await createExecutor().runWasi(task).result;
    console.log(runWasi(task).instructions === inThread.instructions, new TextDecoder().decode(inThread.stdout));`;
  writeFileSync(join(project, "main.mjs"), script);
  expect(node("main.mjs")).toBe("true hello\n");
  expect(node("node_modules/@near-offshore/wasi-sandbox/src/cli.js", "run", "echo.wasm")).toBe("hello");
});
