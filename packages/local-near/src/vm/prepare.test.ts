// What the chain refuses to run, and what it makes of what it runs.
import binaryen from "binaryen";
import { expect, test } from "vitest";
import { compileWat } from "../../test/support/wat.ts";
import { CompiledContract } from "./contract-cache.ts";
import { MEMORY_IMPORT, prepareContract } from "./prepare.ts";

const refusal = (code: Uint8Array) => {
  try {
    new CompiledContract(code);
    return "accepted";
  } catch (error) {
    return (error as { kind?: string }).kind ?? (error as Error).message;
  }
};

test("a contract gets the chain's memory, whatever it asked for", () => {
  for (const memory of ["", "(memory 1)", '(memory (export "memory") 3 70)']) {
    const { wasm } = prepareContract(compileWat(`(module ${memory} (func (export "run")))`));
    const module = new WebAssembly.Module(wasm as BufferSource);
    expect(WebAssembly.Module.imports(module)).toEqual([{ ...MEMORY_IMPORT, kind: "memory" }]);
    expect(WebAssembly.Module.exports(module).map(({ name }) => name)).toEqual(["run"]);
    const start = (initial: number, maximum: number) =>
      new WebAssembly.Instance(module, {
        [MEMORY_IMPORT.module]: { [MEMORY_IMPORT.name]: new WebAssembly.Memory({ initial, maximum }) },
      });
    start(1_024, 2_048);
    expect(() => start(1_023, 2_048)).toThrow(WebAssembly.LinkError);
    expect(() => start(1_024, 2_049)).toThrow(WebAssembly.LinkError);
  }
});

test("methods are exported functions that take and return nothing", () => {
  const code = compileWat(
    `(module (func (export "run")) (func (export "sum") (param i32) (result i32) (local.get 0)))`,
  );
  expect([...prepareContract(code).methods]).toEqual([
    ["run", true],
    ["sum", false],
  ]);
});

test("only the chain's functions can be linked, with its types", () => {
  const importing = (text: string) => compileWat(`(module (import ${text}) (func (export "run")))`);
  const linkError = (text: string) => new CompiledContract(importing(text)).link_error;
  expect(linkError('"env" "input" (func (param i64))')).toBeNull();
  expect(linkError('"env" "input" (func (param i32))')).toBe(
    "types incompatible: expected type `(func (param i32))`, found type `(func (param i64))`",
  );
  expect(linkError('"env" "no_such" (func)')).toBe("unknown or invalid import");
  expect(refusal(importing('"wasi_snapshot_preview1" "fd_write" (func)'))).toBe("Instantiate");
  expect(refusal(importing('"env" "memory" (memory 1)'))).toBe("Memory");
  expect(refusal(importing('"env" "g" (global i32)'))).toBe("Instantiate");
});

test("bytes that are not a module are refused, wherever they end", () => {
  const code = compileWat(`(module (memory 1) (func (export "run") (drop (i32.const 1))))`);
  expect(refusal(code)).toBe("accepted");
  expect(refusal(new Uint8Array())).toBe("Deserialization");
  expect(refusal(new Uint8Array(100))).toBe("Deserialization");
  for (let length = 0; length < code.length; length++) {
    const part = code.slice(0, length);
    expect(refusal(part) === "accepted").toBe(WebAssembly.validate(part));
  }
});

test("a memory that is not there cannot be exported", () => {
  const exporting = (index: number) =>
    // A memory of one page, and an export "m" of it by its number.
    Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 3, 1, 0, 1, 7, 5, 1, 1, 0x6d, 2, index);
  expect(refusal(exporting(0))).toBe("accepted");
  expect(refusal(exporting(1))).toBe("Deserialization");
});

test("features that the chain has not are refused", () => {
  const withFeatures = (body: string) => {
    const module = binaryen.parseText(`(module (memory 1) (func (export "run") ${body}))`);
    module.setFeatures(binaryen.Features.All);
    const code = module.emitBinary();
    module.dispose();
    return code;
  };
  expect(refusal(withFeatures("(drop (i32.extend8_s (i32.const 1)))"))).toBe("accepted");
  expect(refusal(withFeatures("(memory.fill (i32.const 0) (i32.const 0) (i32.const 0))"))).toBe("accepted");
  expect(refusal(withFeatures("(drop (i32.trunc_sat_f32_s (f32.const 1)))"))).toBe("accepted");
  expect(refusal(withFeatures("(drop (i32x4.splat (i32.const 1)))"))).toBe("Deserialization");
  expect(refusal(withFeatures("(return_call 0)"))).toBe("Deserialization");
});
