// What a contract's instructions cost and how they fail, and what the chain refuses to run.

const main = (body: string, ...fields: string[]) =>
  `(module ${fields.join(" ")} (func (export "main") ${body}))`;
const repeat = (times: number, text: string) => text.repeat(times);

const TABLE = `(type $t (func (result i32))) (type $u (func (param i64)))
  (func $one (result i32) (i32.const 1)) (func $two (param i64))
  (table 4 4 funcref) (elem (i32.const 0) $one $two)`;
const callIndirect = (type: string, index: number) =>
  type === "$t"
    ? `(drop (call_indirect (type $t) (i32.const ${index})))`
    : `(call_indirect (type $u) (i64.const 1) (i32.const ${index}))`;

/** Valid modules by name. */
export const MODULES: Record<string, string> = {
  "an empty method": main(""),
  nop: main("(nop)"),
  "a block, a loop and an if that end": main(
    "(block (nop)) (loop (nop)) (if (i32.const 1) (then (nop)) (else (nop)))",
  ),
  "an if not taken": main("(if (i32.const 0) (then (nop) (nop)) (else (nop)))"),
  "an if without else": main("(if (i32.const 0) (then (nop) (nop)))"),
  "return in the middle": main("(if (i32.const 1) (then (return))) (nop) (nop)"),
  "a loop of 1,000": main(`(local $i i32) (local.set $i (i32.const 1000))
    (loop $l (local.set $i (i32.sub (local.get $i) (i32.const 1))) (br_if $l (local.get $i)))`),
  "a loop of 100 in one of 10": main(`(local $i i32) (local $j i64) (local.set $i (i32.const 10))
    (loop $l (local.set $j (i64.const 100))
      (loop $m (local.set $j (i64.sub (local.get $j) (i64.const 1))) (br_if $m (i64.ne (local.get $j) (i64.const 0))))
      (local.set $i (i32.sub (local.get $i) (i32.const 1))) (br_if $l (local.get $i)))`),
  br_table: main(`(local $i i32) (loop $l
    (block $c (block $b (block $a (br_table $a $b $c (local.get $i))) (nop)) (nop) (nop))
    (local.set $i (i32.add (local.get $i) (i32.const 1))) (br_if $l (i32.lt_u (local.get $i) (i32.const 5))))`),
  "a branch out of blocks": main("(block $a (block $b (nop) (br $a)) (nop)) (nop)"),
  "a branch out of the function": main("(block (br 1)) (nop)"),
  calls: main(
    `(drop (call $f (i32.const 5)))`,
    `(func $f (param $n i32) (result i32) (if (result i32) (i32.eqz (local.get $n)) (then (i32.const 0))
      (else (i32.add (i32.const 1) (call $f (i32.sub (local.get $n) (i32.const 1)))))))`,
  ),
  "locals of every type": main("(local i32 i64 f32 f64) (local i32 i32 i32) (nop)"),
  "a hundred locals": main(`(local ${repeat(100, "i64 ")}) (nop)`),
  parameters: main(
    "(call $f (i32.const 1) (i64.const 2) (f32.const 3) (f64.const 4))",
    "(func $f (param i32 i64 f32 f64) (local i32))",
  ),
  globals: main(
    "(global.set $g (i64.add (global.get $g) (i64.const 1)))",
    "(global $g (mut i64) (i64.const 5)) (global $c f32 (f32.const 1))",
  ),
  "recursion without end": main("(call $f)", "(func $f (call $f))"),
  "recursion without end, with locals": main(
    "(call $f (i64.const 1))",
    "(func $f (param i64) (local i64 i64) (call $f (local.get 0)))",
  ),
  "recursion without end, with operands": main(
    "(drop (call $f (i64.const 1)))",
    "(func $f (param i64) (result i64) (i64.add (i64.const 1) (i64.add (i64.const 2) (call $f (i64.const 3)))))",
  ),
  "recursion of 1,000": main(
    `(call $f (i32.const 1000))`,
    `(func $f (param $n i32) (if (local.get $n) (then (call $f (i32.sub (local.get $n) (i32.const 1))))))`,
  ),
  "a frame larger than the stack": main(`(local ${repeat(33_000, "i64 ")}) (nop)`),
  "a start function": main(
    "(drop (i32.load (i32.const 0)))",
    "(memory 1) (start $s) (func $s (i32.store (i32.const 0) (i32.const 7)))",
  ),
  "a start function that traps": main("", "(start $s) (func $s (unreachable))"),
  "a start function that never ends": main("", "(start $s) (func $s (loop (br 0)))"),
  "an endless loop": main("(loop (br 0))"),
  "an endless loop that does something": main(
    "(local $i i64) (loop (local.set $i (i64.add (local.get $i) (i64.const 1))) (br 0))",
  ),
  unreachable: main("(nop) (unreachable) (nop)"),
  "unreachable code after a branch": main("(block (br 0) (drop (i32.const 1)) (nop)) (nop)"),
  "division by zero": main("(drop (i32.div_s (i32.const 1) (i32.const 0))) (nop)"),
  "remainder by zero, 64 bits": main("(drop (i64.rem_u (i64.const 1) (i64.const 0))) (nop)"),
  "division that overflows": main("(drop (i32.div_s (i32.const -2147483648) (i32.const -1))) (nop)"),
  "remainder that would overflow": main(
    "(drop (i64.rem_s (i64.const -9223372036854775808) (i64.const -1))) (nop)",
  ),
  "a NaN to an integer": main("(drop (i32.trunc_f32_s (f32.const nan))) (nop)"),
  "a float too large for an integer": main("(drop (i64.trunc_f64_u (f64.const 1e30))) (nop)"),
  "a float that fits": main("(drop (i64.trunc_f64_u (f64.const 1e10))) (nop)"),
  "saturating conversions": main(
    `(drop (i32.trunc_sat_f32_s (f32.const nan))) (drop (i64.trunc_sat_f64_u (f64.const 1e30)))`,
  ),
  "sign extension": main(
    "(drop (i32.extend8_s (i32.const 200))) (drop (i64.extend32_s (i64.const 4294967295)))",
  ),
  "a load beyond the memory": main("(drop (i32.load (i32.const 67108862))) (nop)", "(memory 1)"),
  "a store beyond the memory": main(
    "(i64.store offset=4294967295 (i32.const -1) (i64.const 1)) (nop)",
    "(memory 1)",
  ),
  "the last bytes of the memory": main(
    "(i32.store (i32.const 67108860) (i32.const 7)) (drop (i32.load8_u (i32.const 67108863)))",
    "(memory 1)",
  ),
  "memory.size": main("(if (i32.ne (memory.size) (i32.const 1024)) (then (unreachable)))", "(memory 1)"),
  "memory.grow": main(
    "(if (i32.ne (memory.grow (i32.const 1)) (i32.const 1024)) (then (unreachable))) (drop (memory.grow (i32.const 0)))",
    "(memory 1)",
  ),
  "memory.grow to the limit and past it": main(
    `(if (i32.ne (memory.grow (i32.const 1024)) (i32.const 1024)) (then (unreachable)))
    (if (i32.ne (memory.grow (i32.const 1)) (i32.const -1)) (then (unreachable)))
    (i32.store8 (i32.const 134217727) (i32.const 1)) (drop (i32.load (i32.const 134217725)))`,
    "(memory 1)",
  ),
  "memory.grow by more than there can be": main("(drop (memory.grow (i32.const 100000000)))", "(memory 1)"),
  "memory.grow past what the module declared": main(
    "(if (i32.ne (memory.grow (i32.const 5)) (i32.const 1024)) (then (unreachable)))",
    "(memory 1 2)",
  ),
  "memory.copy": main(
    "(memory.copy (i32.const 10) (i32.const 0) (i32.const 5)) (if (i32.ne (i32.load8_u (i32.const 10)) (i32.const 97)) (then (unreachable)))",
    `(memory 1) (data (i32.const 0) "abcde")`,
  ),
  "memory.copy of nothing": main("(memory.copy (i32.const 10) (i32.const 0) (i32.const 0))", "(memory 1)"),
  "memory.copy beyond the memory": main(
    "(memory.copy (i32.const 67108860) (i32.const 0) (i32.const 5)) (nop)",
    "(memory 1)",
  ),
  "memory.fill": main("(memory.fill (i32.const 0) (i32.const 7) (i32.const 1000))", "(memory 1)"),
  "memory.fill of too much for the gas": main(
    "(memory.fill (i32.const 0) (i32.const 7) (i32.const 20000000))",
    "(memory 1)",
  ),
  "memory.fill of the whole memory": main(
    "(memory.fill (i32.const 0) (i32.const 7) (i32.const 67108864))",
    "(memory 1)",
  ),
  "memory.init and data.drop": main(
    "(memory.init $d (i32.const 0) (i32.const 1) (i32.const 2)) (data.drop $d) (memory.init $d (i32.const 0) (i32.const 0) (i32.const 0))",
    `(memory 1) (data $d "abcd")`,
  ),
  "memory.init beyond the segment": main(
    "(memory.init $d (i32.const 0) (i32.const 3) (i32.const 2)) (nop)",
    `(memory 1) (data $d "abcd")`,
  ),
  "a data segment beyond the memory": main("", `(memory 1) (data (i32.const 67108863) "ab")`),
  "a data segment beyond what the module declared": main(
    "(if (i32.ne (i32.load8_u (i32.const 100000)) (i32.const 97)) (then (unreachable)))",
    `(memory 3) (data (i32.const 100000) "ab")`,
  ),
  "a data segment at the end of the memory": main(
    "(drop (i32.load8_u (i32.const 67108863)))",
    `(memory 1024) (data (i32.const 67108862) "ab")`,
  ),
  "an element segment beyond the table": main("", `(table 1 funcref) (func $f) (elem (i32.const 1) $f)`),
  "an indirect call": main(callIndirect("$t", 0) + callIndirect("$u", 1), TABLE),
  "an indirect call of the wrong type": main(`${callIndirect("$t", 1)} (nop)`, TABLE),
  "an indirect call to null": main(`${callIndirect("$t", 2)} (nop)`, TABLE),
  "an indirect call beyond the table": main(`${callIndirect("$t", 4)} (nop)`, TABLE),
  "an indirect call far beyond the table": main(`${callIndirect("$u", -1)} (nop)`, TABLE),
  NaNs: main(`(local $a f64) (local.set $a (f64.div (f64.const 0) (f64.const 0)))
    (if (i64.ne (i64.reinterpret_f64 (local.get $a)) (i64.const 0x7ff8000000000000)) (then (unreachable)))
    (if (i32.ne (i32.reinterpret_f32 (f32.sqrt (f32.const -1))) (i32.const 0x7fc00000)) (then (unreachable)))
    (if (i32.ne (i32.reinterpret_f32 (f32.add (f32.const nan:0x12345) (f32.const 1))) (i32.const 0x7fc00000)) (then (unreachable)))
    (if (i32.ne (i32.reinterpret_f32 (f32.neg (f32.const nan:0x12345))) (i32.const 0xff812345)) (then (unreachable)))`),
  "float arithmetic":
    main(`(drop (f64.nearest (f64.copysign (f64.min (f64.const 1) (f64.const -0)) (f64.floor (f64.const 2.5)))))
    (drop (f32.demote_f64 (f64.promote_f32 (f32.const 1.1))))`),
  "select and drop": main("(drop (select (i32.const 1) (i32.const 2) (i32.const 0)))"),
  "table.get, table.set, table.size, table.grow": main(
    `(table.set (i32.const 3) (table.get (i32.const 0)))
    (drop (table.size)) (drop (table.grow (ref.null func) (i32.const 1)))
    (drop (call_indirect (type $t) (i32.const 3)))`,
    TABLE,
  ),
  "table.grow to the limit and past it": main(
    `(if (i32.ne (table.grow (ref.null func) (i32.const 9999)) (i32.const 1)) (then (unreachable)))
    (if (i32.ne (table.grow (ref.null func) (i32.const 1)) (i32.const -1)) (then (unreachable)))`,
    "(table 1 funcref)",
  ),
  "table.get beyond the table": main("(drop (table.get (i32.const 9))) (nop)", "(table 1 funcref)"),
  "table.fill, table.copy, table.init": main(
    `(table.fill (i32.const 0) (ref.func $f) (i32.const 3)) (table.copy (i32.const 3) (i32.const 0) (i32.const 2))
    (table.init $e (i32.const 1) (i32.const 0) (i32.const 1)) (elem.drop $e)`,
    "(table 9 funcref) (func $f) (elem $e func $f) (elem declare func $f)",
  ),
  "table.copy beyond the table": main(
    "(table.copy (i32.const 8) (i32.const 0) (i32.const 2)) (nop)",
    "(table 9 funcref)",
  ),
  "ref.is_null": main("(drop (ref.is_null (ref.null func)))"),
  "a method that is an import": `(module (import "env" "panic" (func $p)) (export "main" (func $p)))`,
  "a host call": `(module (import "env" "prepaid_gas" (func $p (result i64))) (func (export "main") (drop (call $p))))`,
  "an indirect host call": `(module (import "env" "prepaid_gas" (func $p (result i64))) (type $t (func (result i64)))
    (table 1 funcref) (elem (i32.const 0) $p) (func (export "main") (drop (call_indirect (type $t) (i32.const 0)))))`,
  "an export named memory": `(module (func (export "memory")) (func (export "main")))`,
  "an exported memory": main("", `(memory (export "memory") 1)`),
  "a memory larger than the chain's": main("", "(memory 3000)"),
  "a function that leaves values on its stack": main(
    "(drop (i64.add (i64.const 1) (i64.mul (i64.const 2) (i64.sub (i64.const 3) (i64.const 4)))))",
  ),
  "64 parameters": main("", `(func $f (param ${repeat(64, "i32 ")}))`),
};

/** Functions of so many types together, the method's own among them. */
function typesOf(count: number): string[] {
  const params = (index: number) =>
    [...index.toString(2).padStart(11, "0")].map((bit) => (bit === "1" ? "i32" : "i64")).join(" ");
  return Array.from({ length: count - 1 }, (_, index) => `(func (param ${params(index)}))`);
}

/** An expression that needs so many i64 operands at once. */
function sumOf(count: number): string {
  const more = count - 1;
  return `${repeat(more, "(i64.add (i64.const 1) ")}(i64.const 1)${repeat(more, ")")}`;
}

/** Modules that the chain refuses, and calls that lead nowhere. */
export const REFUSED: Record<string, string> = {
  "an import of another module": main("", `(import "wasi" "fd_write" (func))`),
  "an import that is not there": main("", `(import "env" "no_such_function" (func))`),
  "an import of another type": main("", `(import "env" "input" (func (param i32)))`),
  "an import with a result too many": main("", `(import "env" "input" (func (param i64) (result i64)))`),
  "an imported memory": main("", `(import "env" "memory" (memory 1))`),
  "an imported table": main("", `(import "env" "table" (table 1 funcref))`),
  "an imported global": main("", `(import "env" "g" (global i32))`),
  "the chain's own counter": main("", `(import "internal" "finite_wasm_gas" (func (param i64)))`),
  "two tables": main("", "(table 1 funcref) (table 1 funcref)"),
  "a table of 10,001": main("", "(table 10001 funcref)"),
  "a table of 10,000": main("", "(table 10000 funcref)"),
  "a table that may grow to 20,000": main("", "(table 1 20000 funcref)"),
  "65 parameters": main("", `(func $f (param ${repeat(65, "i32 ")}))`),
  "two results": main("", "(func $f (result i32 i32) (i32.const 1) (i32.const 2))"),
  "a vector": main("(drop (i32x4.splat (i32.const 1)))"),
  "a tail call": main("(return_call $f)", "(func $f)"),
  "an external reference": main("(local externref) (nop)"),
  "a null external reference": main("(drop (ref.null extern))"),
  "a global of external references": main("", "(global externref (ref.null extern))"),
  "a table of external references": main("", "(table 1 externref)"),
  "a shared memory": main("", "(memory 1 2 shared)"),
  "a method that takes something": `(module (func (export "main") (param i32)))`,
  "a method that returns something": `(module (func (export "main") (result i32) (i32.const 1)))`,
  "no such method": `(module (func (export "other")))`,
  "a global for a method": `(module (global (export "main") i32 (i32.const 1)))`,
  "5,001 blocks": main(repeat(5_001, "(loop)")),
  "5,000 blocks": main(repeat(5_000, "(loop)")),
  "50,001 blocks": `(module (func (export "main")) ${repeat(10, `(func ${repeat(5_000, "(loop)")})`)} (func (loop)))`,
  "50,000 blocks": `(module (func (export "main")) ${repeat(10, `(func ${repeat(5_000, "(loop)")})`)})`,
  "a function of 196,609 bytes": main(repeat(196_607, "(nop)")),
  "a function of nearly 196,608 bytes": main(repeat(196_000, "(nop)")),
  "operands of 8,200 bytes": main(`(drop ${sumOf(1_025)})`),
  "operands of 8,192 bytes": main(`(drop ${sumOf(1_024)})`),
  "1,025 types": main("", ...typesOf(1_025)),
  "1,024 types": main("", ...typesOf(1_024)),
  "10,001 functions": main("", repeat(10_000, "(func)")),
  "10,000 functions": main("", repeat(9_999, "(func)")),
  "1,000,001 locals": main("(local i32) (nop)", repeat(40, `(func (local ${repeat(25_000, "i32 ")}) (nop))`)),
};

/** What is no module at all, or not a whole one. */
export const BYTES: Record<string, Uint8Array> = {
  "no bytes": new Uint8Array(),
  zeros: new Uint8Array(100),
  "a header and nothing else": Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0),
  "half a header": Uint8Array.of(0, 0x61, 0x73, 0x6d),
  "another version": Uint8Array.of(0, 0x61, 0x73, 0x6d, 2, 0, 0, 0),
  "a section that is cut short": Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 9, 1, 0x60),
  "an unknown section": Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 60, 1, 0),
  "sections out of order": Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 3, 1, 0, 1, 1, 0),
};

/** Modules that are also called with less gas than they need. */
export const SWEPT = [
  "a block, a loop and an if that end",
  "br_table",
  "calls",
  "division by zero",
  "a load beyond the memory",
  "a start function",
  "memory.grow",
  "memory.copy",
  "an indirect call of the wrong type",
];
