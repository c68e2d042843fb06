import { spawn } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test, vi } from "vitest";
import { compileC } from "../test/compile-c.ts";
import { program } from "../test/helpers.ts";
import { readTree, writeTree } from "./cli/host-files.ts";

vi.setConfig({ testTimeout: 30_000 });

const CLI = fileURLToPath(new URL("./cli.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "wasi-sandbox-"));
afterAll(() => rmSync(folder, { recursive: true }));

function save(name: string, bytes: Uint8Array): string {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
}

/** Runs the command; its stdin stays open unless there is input. */
async function run(args: string[], input?: string) {
  const child = spawn(process.execPath, [CLI, "run", ...args], { stdio: "pipe" });
  if (input !== undefined) child.stdin.end(input);
  const textOf = async (stream: Readable) => Buffer.concat(await stream.toArray()).toString();
  const code = new Promise((resolve) => child.on("exit", resolve));
  const [stdout, stderr] = await Promise.all([textOf(child.stdout), textOf(child.stderr)]);
  return { code: await code, stdout, stderr };
}

test("runs a program with its input, arguments and environment", async () => {
  const echo = save("echo.wasm", await compileC("echo"));
  expect(await run([echo], "hello")).toEqual({ code: 0, stdout: "hello", stderr: "5 bytes\n" });
  const world = save("world.wasm", await compileC("world"));
  const { stdout } = await run(["--env", "A=1", "--start-ns", "7000000000", world, "--an", "argument"]);
  expect(stdout).toMatch(/^arg world.wasm\narg --an\narg argument\nenv A=1\nrealtime 7\./);
});

test("gives a directory, and writes it back only if asked", async () => {
  const files = save("files.wasm", await compileC("files"));
  const host = join(folder, "host");
  mkdirSync(host);
  writeFileSync(join(host, "mine"), "kept");
  await run(["--dir", `${host}::/`, files]);
  expect(readdirSync(host)).toEqual(["mine"]);
  const { code } = await run(["--dir", `${host}::/`, "--write-back", files]);
  expect([code, readdirSync(host), statSync(join(host, "hole")).size]).toEqual([
    0,
    ["hole", "mine"],
    1_048_577,
  ]);
});

test("ends with the program's code, or says what ended it", async () => {
  const exit = save("exit.wasm", program({ proc_exit: "(param i32)" }, "(call $proc_exit (i32.const 7))"));
  expect(await run([exit])).toEqual({ code: 7, stdout: "", stderr: "" });
  const trap = save("trap.wasm", program({}, "(drop (i32.load (i32.const 65535)))"));
  const { code, stderr } = await run(["--stats", trap]);
  expect([code, stderr.split("\n")]).toEqual([
    134,
    ["wasi-sandbox: trap:memory after 3 instructions", '{"status":"trap:memory","instructions":3}', ""],
  ]);
  const endless = save("endless.wasm", program({}, "(loop $l (br $l))"));
  expect(await run(["--max-instructions", "1000", endless])).toMatchObject({ code: 124 });
  expect(await run([save("text.wasm", Buffer.from("text"))])).toMatchObject({
    code: 125,
    stderr: expect.stringContaining("the module cannot run"),
  });
});

test("a directory of the host's is read by name, and only what changed is written", () => {
  const host = join(folder, "tree");
  mkdirSync(join(host, "d/e"), { recursive: true });
  for (const name of ["b", "a", "d/x", "d/e/y"]) writeFileSync(join(host, name), name);
  symlinkSync("a", join(host, "l"));
  const before = readTree(host);
  expect(Object.keys(before)).toEqual(["a", "b", "d", "d/e", "d/e/y", "d/x", "l"]);
  const changed_ms = statSync(join(host, "a")).mtimeMs;
  const { b: _b, "d/e": _e, "d/e/y": _y, ...kept } = before;
  const after = {
    ...kept,
    "d/x": { symlink: "../a" },
    l: Buffer.from("file"),
    n: null,
    "n/f": Buffer.from("f"),
  };
  writeTree(host, before, after);
  expect(readdirSync(host, { recursive: true }).sort()).toEqual(["a", "d", "d/x", "l", "n", "n/f"]);
  expect([readlinkSync(join(host, "d/x")), readFileSync(join(host, "l"), "utf8")]).toEqual(["../a", "file"]);
  expect(statSync(join(host, "a")).mtimeMs).toBe(changed_ms);
});
