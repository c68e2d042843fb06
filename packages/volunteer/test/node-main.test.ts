import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type FakeCoordinator, startFakeCoordinator } from "./fake-coordinator.ts";
import { assignFrame, revealMatches } from "./fixtures.ts";
import { spinModule } from "./spin-module.ts";

const MAIN = path.resolve(import.meta.dirname, "../src/node-main.ts");

let coordinator: FakeCoordinator;
let folder: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  coordinator = await startFakeCoordinator();
  folder = await mkdtemp(path.join(tmpdir(), "volunteer-"));
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await coordinator.close();
  await rm(folder, { recursive: true });
});

type Line = { event: string } & Record<string, unknown>;

/** Starts the program; `next` gives its next line with that event. */
function startMain(...args: string[]) {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  children.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let errors = "";
  child.stderr.on("data", (data) => {
    errors += data;
  });
  const exit = new Promise<number | null>((resolve) => child.on("exit", resolve));
  async function next(event: string): Promise<Line> {
    for (;;) {
      const { done, value } = await lines.next();
      if (done) throw new Error(`the program ended without ${event}: ${errors}`);
      const line = JSON.parse(value) as Line;
      if (line.event === event) return line;
    }
  }
  return { child, exit, next, errors: () => errors };
}

it("computes a real module in Node, says so line by line, and ends on SIGTERM", async () => {
  const main = startMain("--coordinator", coordinator.url, "--cores", "1", "--key", path.join(folder, "key"));
  const { public_key } = await main.next("start");
  await coordinator.next("ready");
  const module = spinModule(1_000n);
  coordinator.addModule(module);
  const assign = assignFrame(module);
  coordinator.send(assign);
  expect(await main.next("assigned")).toMatchObject({ assignment: "a-1", request_id: 7 });
  const { commitment } = await coordinator.next("commit");
  coordinator.send({ type: "open", assignment: "a-1", epoch: 1 });
  const reveal = await coordinator.next("reveal");
  expect(reveal).toMatchObject({ status: "ok", output_base64: btoa("done") });
  expect(revealMatches(assign, commitment, reveal, String(public_key))).toBe(true);
  coordinator.send({ type: "verdict", assignment: "a-1", accepted: true, earned_yocto: "12", request_id: 7 });
  expect(await main.next("verdict")).toMatchObject({ accepted: true, earned_yocto: "12" });
  main.child.kill("SIGTERM");
  expect(await main.next("stop")).toMatchObject({ accepted: 1, rejected: 0, earned_yocto: "12" });
  expect(await main.exit).toBe(0);
});

it("keeps its key in the file it was given", async () => {
  const key = path.join(folder, "deep", "key");
  const first = await startMain("--coordinator", coordinator.url, "--key", key).next("start");
  expect(await readFile(key, "utf8")).toMatch(/^[0-9a-f]{64}\n$/);
  const second = await startMain("--coordinator", coordinator.url, "--key", key).next("start");
  expect(second.public_key).toBe(first.public_key);
});

it.each([
  ["no coordinator", [], "--coordinator is not a URL"],
  ["no number of cores", ["--coordinator", "http://127.0.0.1:1", "--cores", "many"], "--cores is not"],
  ["an unknown option", ["--speed", "9"], "Unknown option"],
])("says what is wrong with its arguments: %s", async (_, args, message) => {
  const main = startMain(...args);
  expect(await main.exit).toBe(2);
  expect(main.errors()).toContain(message);
});
