// Every operator that can make or move a NaN, with every pair of interesting bit patterns, in a module made for it: all
// operands come from memory, all results go to memory, and all of it is printed.

const PATTERNS = {
  f32: [
    0x7fc00000, 0xffc00000, 0x7fc0abcd, 0x7f800001, 0xffa12345, 0x7f800000, 0xff800000, 0x80000000,
    0x3f800000,
  ],
  f64: [
    0x7ff8000000000000n,
    0xfff8000000000000n,
    0x7ff8000012345678n,
    0x7ff0000000000001n,
    0xfff4000000abcdefn,
    0x7ff0000000000000n,
    0xfff0000000000000n,
    0x8000000000000000n,
    0x3ff0000000000000n,
  ],
};

const UNARY = ["neg", "abs", "sqrt", "ceil", "floor", "trunc", "nearest"];
const BINARY = ["add", "sub", "mul", "div", "min", "max"];
const CONVERSIONS = {
  f32: [
    "f64.promote_f32",
    "i32.trunc_sat_f32_s",
    "i64.trunc_sat_f32_u",
    "i32.reinterpret_f32",
    "f32.reinterpret_i32 i32.reinterpret_f32",
  ],
  f64: [
    "f32.demote_f64",
    "i32.trunc_sat_f64_u",
    "i64.trunc_sat_f64_s",
    "i64.reinterpret_f64",
    "f64.reinterpret_i64 i64.reinterpret_f64",
  ],
};
const VECTOR_CONVERSIONS = {
  f32: ["f64x2.promote_low_f32x4", "i32x4.trunc_sat_f32x4_s"],
  f64: ["f32x4.demote_f64x2_zero", "i32x4.trunc_sat_f64x2_u_zero"],
};

const TABLE_AT = { f32: 1024, f64: 2048 };
const RESULTS_AT = 4096;

type Float = "f32" | "f64";

/** `op1 op2` of an operand in memory: `(op1 (op2 operand))`. */
function nest(operators: string, operand: string): string {
  return operators.split(" ").reduceRight((inner, operator) => `(${operator} ${inner})`, operand);
}

function bytesOf(type: Float): string {
  const size = type === "f32" ? 4 : 8;
  const words = PATTERNS[type].map((pattern) => BigInt(pattern));
  const bytes = [...words, ...words].flatMap((word) =>
    Array.from({ length: size }, (_, i) => (word >> BigInt(8 * i)) & 255n),
  );
  return bytes.map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join("");
}

/** Expressions, each with the type of its result. */
function expressions(type: Float): [string, string][] {
  const size = type === "f32" ? 4 : 8;
  const vector = type === "f32" ? "f32x4" : "f64x2";
  const indices = PATTERNS[type].map((_, index) => index);
  const at = (index: number) => `(i32.const ${TABLE_AT[type] + size * index})`;
  const scalar = (index: number) => `(${type}.load ${at(index)})`;
  const lanes = (index: number) => `(v128.load ${at(index)})`;
  const unary = indices.flatMap((i): [string, string][] => [
    [type, scalar(i)],
    ...UNARY.map((name): [string, string] => [type, `(${type}.${name} ${scalar(i)})`]),
    ...CONVERSIONS[type].map((name): [string, string] => [name.slice(0, 3), nest(name, scalar(i))]),
    ...UNARY.map((name): [string, string] => ["v128", `(${vector}.${name} ${lanes(i)})`]),
    ...VECTOR_CONVERSIONS[type].map((name): [string, string] => ["v128", `(${name} ${lanes(i)})`]),
    ["v128", `(${vector}.splat ${scalar(i)})`],
    ["v128", `(${vector}.replace_lane 1 ${lanes(i)} ${scalar(0)})`],
    [type, `(${vector}.extract_lane 1 ${lanes(i)})`],
  ]);
  const pairs = indices.flatMap((i) => indices.map((j) => [i, j] as const));
  const binary = pairs.flatMap(([i, j]): [string, string][] => [
    ...[...BINARY, "copysign"].map((name): [string, string] => [
      type,
      `(${type}.${name} ${scalar(i)} ${scalar(j)})`,
    ]),
    ...[...BINARY, "pmin", "pmax", "eq", "lt"].map((name): [string, string] => [
      "v128",
      `(${vector}.${name} ${lanes(i)} ${lanes(j)})`,
    ]),
    [type, `(select ${scalar(i)} ${scalar(j)} (${type}.lt ${scalar(i)} ${scalar(j)}))`],
  ]);
  return [...unary, ...binary];
}

/** The module as text: all results for one type of float. */
export function nanText(type: Float): string {
  const sizes: Record<string, number> = { i32: 4, f32: 4, i64: 8, f64: 8, v128: 16 };
  let at = RESULTS_AT;
  const stores = expressions(type).map(([result, expression]) => {
    const store = `(${result}.store (i32.const ${at}) ${expression})`;
    at += sizes[result]!;
    return store;
  });
  return `(module
    (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 2)
    (data (i32.const ${TABLE_AT[type]}) "${bytesOf(type)}")
    (func (export "_start")
      ${stores.join("\n")}
      (i32.store (i32.const 0) (i32.const ${RESULTS_AT}))
      (i32.store (i32.const 4) (i32.const ${at - RESULTS_AT}))
      (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))`;
}
