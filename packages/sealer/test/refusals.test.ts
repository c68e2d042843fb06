import { describe, expect, test } from "vitest";
import { inspect, SealError, seal } from "../src/index.ts";
import { Writer } from "../src/writer.ts";
import refusals from "./vectors/refusals.json" with { type: "json" };
import { wat } from "./wat.ts";

const REFUSALS: { name: string; module: string; code: string; feature?: string; offset?: number }[] =
  refusals;

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

function refusal(bytes: Uint8Array): SealError {
  try {
    inspect(bytes);
  } catch (error) {
    if (error instanceof SealError) return error;
    throw error;
  }
  throw new Error("accepted");
}

test.each(REFUSALS)("$name is refused: $code", ({ module, name: _, ...expected }) => {
  expect(refusal(new Uint8Array(Buffer.from(module, "base64")))).toMatchObject(expected);
});

describe("what the sealer adds cannot be named by the module", () => {
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
    blocks: 0,
    blocksInFunction: 0,
    operandBytes: 8,
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
