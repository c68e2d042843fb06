import { OffshoreError } from "@near-offshore/protocol";
import { describe, expect, test } from "vitest";
import { compileC } from "../test/compile-c.ts";
import { program, textOf } from "../test/helpers.ts";
import { runWasi, type WasiTask } from "./index.ts";

const world = await compileC("world");
const echo = await compileC("echo");
const bytesOf = (text: string) => new TextEncoder().encode(text);
const linesOf = (task: Omit<WasiTask, "module">) =>
  textOf(runWasi({ module: world, ...task }).stdout).split("\n");

describe("the world of a WASI program", () => {
  test("is what the task says, in its order", () => {
    const lines = linesOf({ args: ["world", "", "two words", "ü"], env: { B: "2", A: "x=y", EMPTY: "" } });
    expect(lines.filter((line) => line.startsWith("arg"))).toEqual([
      "arg world",
      "arg ",
      "arg two words",
      "arg ü",
    ]);
    expect(lines.filter((line) => line.startsWith("env"))).toEqual(["env B=2", "env A=x=y", "env EMPTY="]);
  });

  test("is always the same where the task says nothing", () => {
    const lines = linesOf({});
    expect(lines).toEqual(linesOf({}));
    expect(lines[0]).toBe("arg module.wasm");
    expect(lines.find((line) => line.startsWith("realtime"))).toMatch(/^realtime 946684800\./);
    expect(lines.filter((line) => /^(env|entry)/.test(line))).toEqual([]);
  });

  test("has the time and the random numbers that the task gives", () => {
    const random = (line: string) => line.startsWith("random");
    const later = linesOf({ start_ns: 5_000_000_000n, seed: new Uint8Array(32).fill(1) });
    expect(later.find((line) => line.startsWith("realtime"))).toMatch(/^realtime 5\./);
    expect(later.find(random)).not.toBe(linesOf({}).find(random));
  });

  test("has no directories but those that it is given", () => {
    expect(
      linesOf({ preopens: { "/": { b: "", a: null } } }).filter((line) => line.startsWith("entry")),
    ).toEqual(["entry .", "entry ..", "entry b", "entry a"]);
    const exists = program(
      { fd_prestat_get: "(param i32 i32) (result i32)", proc_exit: "(param i32)" },
      "(call $proc_exit (call $fd_prestat_get (i32.const 4) (i32.const 0)))",
    );
    const { status } = runWasi({ module: exists, preopens: { "/": {} } });
    expect(status).toBe("exit:8");
    expect(runWasi({ module: exists, preopens: { "/": {}, second: {} } }).status).toBe("ok");
  });
});

describe("stdin", () => {
  test("is given as bytes", () => {
    expect(textOf(runWasi({ module: echo, stdin: bytesOf("hello") }).stdout)).toBe("hello");
  });

  test("is asked for when it is read, once, though a trap makes the program run twice", () => {
    const read = { fd_read: "(param i32 i32 i32 i32) (result i32)" };
    const body = "(drop (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8))) unreachable";
    let asked = 0;
    const stdin = () => {
      asked += 1;
      return bytesOf("x");
    };
    expect(runWasi({ module: program(read, body), stdin }).status).toBe("trap:unreachable");
    expect(asked).toBe(1);
    runWasi({ module: program({}, ""), stdin });
    expect(asked).toBe(1);
  });
});

describe("the result", () => {
  test("has the files that are left, as another run can take them", async () => {
    const module = await compileC("files");
    const preopens = { "/": { "kept/deep": "text", link: { symlink: "kept" } } };
    const { files, stdout } = runWasi({ module, preopens, return_files: true });
    expect(Object.keys(files["/"]!)).toEqual(["kept", "kept/deep", "link", "hole"]);
    expect(files["/"]).toMatchObject({ kept: null, "kept/deep": bytesOf("text"), link: { symlink: "kept" } });
    expect(runWasi({ module, preopens }).files).toEqual({});
    expect(textOf(stdout)).toContain("mkdir: ok");
  });

  test("keeps what was written however the run ends, and says how", () => {
    const write = { fd_write: "(param i32 i32 i32 i32) (result i32)", proc_exit: "(param i32)" };
    const memory = '(memory (export "memory") 1) (data (i32.const 0) "\\08\\00\\00\\00\\02\\00\\00\\00hi")';
    const hi = "(drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 16)))";
    const end = (body: string, limits = {}) => {
      const { status, exit_code, stdout } = runWasi({ module: program(write, hi + body, memory), limits });
      return [status, exit_code, textOf(stdout)];
    };
    expect(end("")).toEqual(["ok", 0, "hi"]);
    expect(end("(call $proc_exit (i32.const 7))")).toEqual(["exit:7", 7, "hi"]);
    expect(end("unreachable")).toEqual(["trap:unreachable", null, "hi"]);
    expect(end("(loop (br 0))", { max_instructions: 2000 })).toEqual(["out_of_instructions", null, "hi"]);
    expect(end("", { stdout_bytes_max: 1 })).toEqual(["output_too_large", null, ""]);
    expect(end("", { max_memory_mb: 0 })).toEqual(["out_of_memory", null, ""]);
  });
});

test.each<[string, Partial<WasiTask>, code: string]>([
  ["a limit that is no number", { limits: { max_instructions: Number.NaN } }, "invalid_argument"],
  ["a negative limit", { limits: { max_memory_mb: -1 } }, "invalid_argument"],
  ["more memory than there can be", { limits: { max_memory_mb: 4097 } }, "invalid_argument"],
  ["a short seed", { seed: new Uint8Array(31) }, "invalid_argument"],
  ["a time before 1970", { start_ns: -1n }, "invalid_argument"],
  ["a NUL in an argument", { args: ["a\0b"] }, "invalid_argument"],
  ["a variable without a name", { env: { "": "x" } }, "invalid_argument"],
  ["a variable with = in its name", { env: { "a=b": "x" } }, "invalid_argument"],
  ["a path out of the tree", { preopens: { "/": { "../x": "" } } }, "invalid_argument"],
  [
    "files without room",
    { preopens: { "/": { x: new Uint8Array(2 ** 20) } }, limits: { max_memory_mb: 1 } },
    "payload_too_large",
  ],
  ["what is no module", { module: bytesOf("no") }, "bad_module"],
])("%s is refused", (_, task, code) => {
  const attempt = () => runWasi({ module: world, ...task });
  expect(attempt).toThrow(OffshoreError);
  expect(attempt).toThrow(expect.objectContaining({ code }));
});
