import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { type ProcessOptions, runProcess } from "./processes.ts";

const OPTIONS: ProcessOptions = {
  env: { PATH: process.env.PATH! },
  signal: new AbortController().signal,
  stdout_bytes_max: 1_000,
  stderr_bytes_max: 1_000,
  file_bytes_max: 1_000_000,
  memory_bytes_max: 2 ** 31,
};
const sh = (script: string, options: Partial<ProcessOptions> = {}) =>
  runProcess(["sh", "-c", script], { ...OPTIONS, ...options });

describe("a program", () => {
  it("has its input, output, errors and exit code", async () => {
    const result = await sh("tr a-z A-Z; echo no >&2; exit 7", { stdin: "yes" });
    expect(result).toMatchObject({ code: 7, stderr: "no\n", too_much_output: false });
    expect(result.stdout.toString()).toBe("YES");
  });

  it("that says too much is ended", async () => {
    expect(await sh("yes")).toMatchObject({ too_much_output: true });
  });

  it("is ended with its children when it is aborted", async () => {
    const running = sh("sleep 1000 & wait", { signal: AbortSignal.timeout(500) });
    await expect(running).rejects.toMatchObject({ name: "TimeoutError" });
  });

  it("ends with this process, kill -9 included", async () => {
    const file = path.join(mkdtempSync(path.join(os.tmpdir(), "processes-test-")), "pids");
    const script = `sleep 1000 & echo $$ $! > ${file}.new; mv ${file}.new ${file}; wait`;
    const code = `import { runProcess } from ${JSON.stringify(new URL("./processes.ts", import.meta.url).href)};
      const signal = new AbortController().signal;
      await runProcess(["sh", "-c", ${JSON.stringify(script)}], { ...${JSON.stringify(OPTIONS)}, signal });`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", code]);
    await expect.poll(() => existsSync(file), { timeout: 30_000 }).toBe(true);
    const pids = readFileSync(file, "utf8").trim().split(" ");
    for (const pid of pids) expect(isAlive(pid)).toBe(true);
    child.kill("SIGKILL");
    rmSync(path.dirname(file), { recursive: true });
    for (const pid of pids) await expect.poll(() => isAlive(pid), { timeout: 30_000 }).toBe(false);
  });
});

function isAlive(pid: string): boolean {
  return existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
}
