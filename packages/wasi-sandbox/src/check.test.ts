import { OffshoreError } from "@near-offshore/protocol";
import { describe, expect, test } from "vitest";
import { program, run, wat } from "../test/helpers.ts";
import { checkModule } from "./check.ts";

const START = '(func (export "_start"))';
const wasi = (name: string, type: string) =>
  `(module (import "wasi_snapshot_preview1" "${name}" ${type}) ${START})`;

const importing = (module: string, name: string) =>
  wat(`(module (import "${module}" "${name}" (func)) ${START})`);

const REFUSED: [name: string, bytes: Uint8Array, message: RegExp][] = [
  ["nothing", new Uint8Array(0), /byte 0x0/],
  ["text", new TextEncoder().encode("hello, this is not a module"), /byte 0x0/],
  ["a module cut short", program({}, "").slice(0, -1), /byte 0x/],
  ["no _start", wat('(module (func (export "main")))'), /exports no _start/],
  ["a _start that is not a function", wat('(module (memory (export "_start") 1))'), /_start is a memory/],
  [
    "a _start with a result",
    wat('(module (func (export "_start") (result i32) (i32.const 0)))'),
    /not a function \(\) -> \(\)/,
  ],
  ["a function of its own host", importing("env", "f"), /function "f" from "env".*Emscripten/],
  [
    "a function of nobody's",
    importing("mine", "f"),
    /function "f" from "mine"; only functions of wasi_snapshot_preview1/,
  ],
  ["a function of Go's for JavaScript", importing("gojs", "runtime.wasmExit"), /GOOS=wasip1/],
  ["a function of wasm-bindgen's", importing("__wbindgen_placeholder__", "f"), /wasm-bindgen/],
  ["an interface of WASI 0.2", importing("wasi:cli/exit@0.2.0", "exit"), /WASI 0.2/],
  ["a library", wat('(module (func (export "_initialize")))'), /a reactor.*build it as a WASI command/],
  [
    "wasi_unstable",
    wat(`(module (import "wasi_unstable" "sched_yield" (func (result i32))) ${START})`),
    /wasi_unstable.*early draft/,
  ],
  ["an unknown call", wat(wasi("fd_fly", "(func)")), /preview 1 does not have/],
  ["a name of Object.prototype", wat(wasi("constructor", "(func)")), /preview 1 does not have/],
  [
    "a call of another type",
    wat(wasi("fd_close", "(func (param i64) (result i32))")),
    /it is \(i32\) -> \(i32\)/,
  ],
  ["an imported memory", wat(wasi("memory", "(memory 1)")), /imports memory "memory"/],
  ["shared memory", wat(`(module (memory 1 1 shared) ${START})`), /threads/],
  ["64-bit memory", wat(`(module (memory i64 1) ${START})`), /memory64/],
];

describe("a module that cannot run", () => {
  test.each(REFUSED)("%s is refused as bad_module, which says why", (_, bytes, message) => {
    for (const attempt of [() => checkModule(bytes), () => run(bytes)]) {
      expect(attempt).toThrow(OffshoreError);
      expect(attempt).toThrow(
        expect.objectContaining({ code: "bad_module", message: expect.stringMatching(message) }),
      );
    }
  });
});

test("a module that can run says what it needs", () => {
  const module = program({ fd_close: "(param i32) (result i32)" }, "(drop (call $fd_close (i32.const 0)))");
  const { imports, memory } = checkModule(module);
  expect(imports.map(({ name }) => name)).toEqual(["fd_close"]);
  expect(memory?.initialPages).toBe(1);
});
