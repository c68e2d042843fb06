import { describe, expect, test } from "vitest";
import { inspect, SealError, seal } from "../src/index.ts";
import { Writer } from "../src/writer.ts";
import { wat } from "./wat.ts";

const HEADER = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/** A module of raw sections: id and content. */
function raw(...sections: [id: number, ...content: number[]][]): Uint8Array {
  const out = new Writer();
  out.put(...HEADER);
  for (const [id, ...content] of sections) {
    out.byte(id);
    out.u32(content.length);
    out.put(...content);
  }
  return out.result().slice();
}

const TYPE: [number, ...number[]] = [1, 1, 0x60, 0, 0];
const FUNCTION: [number, ...number[]] = [3, 1, 0];
const code = (...operators: number[]): [number, ...number[]] => [
  10,
  1,
  operators.length + 2,
  0,
  ...operators,
  0x0b,
];
const body = (...operators: number[]) => raw(TYPE, FUNCTION, code(...operators));

/** Where the operators of `body` start. */
const BODY = 8 + 6 + 4 + 5;

const UNSUPPORTED: [feature: string, bytes: Uint8Array, offset: number][] = [
  ["component", Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0), 4],
  ["threads", raw([5, 1, 3, 1, 2]), 11],
  ["threads", body(0xfe, 0x03, 0x00), BODY],
  ["memory64", raw([5, 1, 4, 1]), 11],
  ["multi_memory", raw([5, 2, 0, 1, 0, 1]), 13],
  ["custom_page_sizes", raw([5, 1, 8, 1, 0]), 11],
  ["gc", raw([1, 1, 0x5f, 0]), 11],
  ["gc", raw([1, 1, 0x60, 1, 0x6e, 0]), 13],
  ["gc", body(0xfb, 0x00), BODY],
  ["gc", body(0x14, 0x00), BODY],
  ["exceptions", raw([13, 1, 0, 0]), 8],
  ["exceptions", body(0x06, 0x40, 0x0b), BODY],
  ["exceptions", body(0x1f, 0x40, 0x00, 0x0b), BODY],
  ["relaxed_simd", body(0xfd, 0x80, 0x02), BODY],
  ["wide_arithmetic", body(0xfc, 0x13), BODY],
  ["stack_switching", body(0xe0, 0x00), BODY],
  ["imported_table", raw([2, 1, 0, 0, 1, 0x70, 0, 0]), 13],
  ["extended_const", raw([6, 1, 0x7f, 0, 0x41, 1, 0x41, 1, 0x6a, 0x0b]), 15],
];

function refusal(bytes: Uint8Array): SealError {
  try {
    inspect(bytes);
  } catch (error) {
    if (error instanceof SealError) return error;
    throw error;
  }
  throw new Error("accepted");
}

test.each(UNSUPPORTED)("%s is refused by name and offset", (feature, bytes, offset) => {
  expect(refusal(bytes)).toMatchObject({ code: "unsupported", feature, offset });
});

const REFUSED: [what: string, code: string, bytes: Uint8Array][] = [
  ["nothing", "malformed", new Uint8Array(0)],
  ["text", "malformed", new TextEncoder().encode("(module)")],
  ["another version", "malformed", Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 2, 0, 0, 0)],
  ["a cut section", "malformed", Uint8Array.of(...HEADER, 1, 9, 1)],
  ["a section twice", "malformed", raw(TYPE, TYPE)],
  ["sections out of order", "malformed", raw([3, 0], TYPE)],
  ["an unknown section", "malformed", raw([77, 0])],
  ["an unknown operator", "malformed", body(0xff)],
  ["a number too long", "malformed", body(0x41, 0x80, 0x80, 0x80, 0x80, 0x80, 0)],
  ["a block type of two bytes", "malformed", body(0x02, 0xc0, 0x41, 0x0b)],
  ["a body cut short", "malformed", raw(TYPE, FUNCTION, [10, 1, 9, 0, 0x0b])],
  ["a function without body", "invalid", raw(TYPE, FUNCTION)],
  ["an unknown type", "invalid", raw([3, 1, 5])],
  ["a missing operand", "invalid", body(0x1a)],
  ["an operand left over", "invalid", body(0x41, 0)],
  ["an operand of another type", "invalid", body(0x41, 0, 0x42, 0, 0x6a, 0x1a)],
  ["a missing local", "invalid", body(0x20, 0, 0x1a)],
  ["a missing label", "invalid", body(0x0c, 7)],
  ["a load without memory", "invalid", body(0x41, 0, 0x28, 2, 0, 0x1a)],
  ["the same export twice", "invalid", raw(TYPE, FUNCTION, [7, 2, 1, 0x61, 0, 0, 1, 0x61, 0, 0], code())],
  ["too many locals", "limit", raw(TYPE, FUNCTION, [10, 1, 6, 1, 0xff, 0xff, 0x7f, 0x7f, 0x0b])],
  ["a table too large", "limit", raw([4, 1, 0x70, 0, 0xff, 0xff, 0xff, 0x7f])],
  ["too many functions", "limit", raw(TYPE, [3, 0xff, 0xff, 0xff, 0xff, 0x0f])],
];

test.each(REFUSED)("%s is refused as %s", (_, code, bytes) => {
  expect(refusal(bytes).code).toBe(code);
});

describe("what the sealer adds cannot be named by the module", () => {
  test.each([
    `(module (import "near-offshore:seal" "refill" (func (param i64) (result i64))))`,
    `(module (import "near-offshore:seal/x" "y" (global i64)))`,
    `(module (func (export "near-offshore:seal/remaining")))`,
    `(module (global (export "near-offshore:seal/state") (mut i32) (i32.const 0)))`,
  ])("%s", (text) => {
    expect(refusal(wat(text)).code).toBe("reserved_name");
  });

  test("by an index past the module's own", () => {
    const own = raw(TYPE, FUNCTION, [6, 1, 0x7e, 1, 0x42, 0, 0x0b], code(0x42, 0, 0x24, 1));
    expect(refusal(own).code).toBe("invalid");
    expect(refusal(body(0x10, 1)).code).toBe("invalid");
    expect(refusal(body(0x41, 0, 0x11, 1, 0)).code).toBe("invalid");
    expect(refusal(raw([1, 1, 0x60, 2, 0x7f, 0x7f, 0], FUNCTION, code(0x42, 0, 0x21, 2))).code).toBe(
      "invalid",
    );
  });

  test("by the type of a sealed function", () => {
    // The table holds functions of the sealed convention; a type that looks like it is still another type.
    const text = `(module (type $like (func (param i64 i64) (result i64))) (type $plain (func))
      (table funcref (elem $f)) (func $f) (func (export "main")
        (drop (call_indirect (type $like) (i64.const 0) (i64.const 99999999) (i32.const 0)))))`;
    const sealed = seal(wat(text), { form: "fast", memoryPagesMax: 1 });
    const imports = { "near-offshore:seal": { refill: (n: bigint) => n } };
    const instance = new WebAssembly.Instance(new WebAssembly.Module(sealed.bytes), imports);
    expect(instance.exports.main).toThrow(WebAssembly.RuntimeError);
  });
});

test("inspect says what a module is", () => {
  const info = inspect(
    wat(`(module (import "wasi_snapshot_preview1" "proc_exit" (func (param i32)))
      (memory (export "memory") 2 9) (global (export "g") (mut i64) (i64.const 0))
      (func (export "add") (param i32 f64) (result i32) (i32.extend8_s (local.get 0))) (func $s) (start $s))`),
  );
  expect(info).toEqual({
    imports: [{ module: "wasi_snapshot_preview1", name: "proc_exit", kind: "function", type: "(i32) -> ()" }],
    exports: [
      { name: "memory", kind: "memory", type: "memory" },
      { name: "g", kind: "global", type: "mut i64" },
      { name: "add", kind: "function", type: "(i32, f64) -> (i32)" },
    ],
    memory: { initialPages: 2, maximumPages: 9, imported: false },
    hasStart: true,
    functionCount: 2,
    features: ["mutable_globals", "sign_extension"],
  });
});

describe("short modules that would take long", () => {
  const many = (count: number, item: number[]) => {
    const out = new Writer();
    out.u32(count);
    for (let i = 0; i < count; i++) out.put(...item);
    return [...out.result()];
  };

  test("many functions with many locals", () => {
    const function_ = [6, 1, 0xd8, 0xb0, 0x02, 0x7c, 0x0b]; // 39,000 of f64
    const bytes = raw(TYPE, [3, ...many(2000, [0])], [10, ...many(2000, function_)]);
    expect(refusal(bytes).code).toBe("limit");
  });

  test("many calls with many operands, in code that is never reached", () => {
    const types = [2, 0x60, 0, 0, 0x60, ...many(900, [0x7f]), ...many(900, [0x7f])];
    const calls = many(40_000, [0x10, 0]).slice(3);
    const size = new Writer();
    size.u32(calls.length + 3);
    const bytes = raw(
      [1, ...types],
      [3, 2, 1, 0],
      [10, 2, 3, 0, 0x00, 0x0b, ...size.result(), 0, 0x00, ...calls, 0x0b],
    );
    expect(refusal(bytes).code).toBe("limit");
  });
});
