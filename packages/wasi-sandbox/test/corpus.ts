import { compileC } from "./compile-c.ts";
import { program, type TaskOptions, wat } from "./helpers.ts";

/** A program, its task, and how it has to end. Used on every platform: the outcome must be the same on all. */
export interface Case {
  name: string;
  module: Uint8Array;
  options: TaskOptions;
  status: string;
}

const WRITE = { fd_write: "(param i32 i32 i32 i32) (result i32)" };
const EXIT = { proc_exit: "(param i32)" };
const MEMORY = '(memory (export "memory") 1)';

/** Traps, by kind: the body of a `_start`. */
const TRAPS: Record<string, string> = {
  unreachable: "unreachable",
  memory: "(drop (i32.load (i32.const 65535)))",
  divide_by_zero: "(drop (i32.div_u (i32.const 1) (i32.load (i32.const 0))))",
  integer_overflow:
    "(drop (i32.div_s (i32.const 0x80000000) (i32.sub (i32.load (i32.const 0)) (i32.const 1))))",
  invalid_conversion: "(drop (i32.trunc_f64_s (f64.div (f64.const 0) (f64.const 0))))",
  indirect_call: "(call_indirect (i32.load (i32.const 0)))",
  table: "(drop (table.get 0 (i32.const 9)))",
};

/** Endless recursions whose frames are made of different things. */
const RECURSIONS: Record<string, string> = {
  plain: "(func $f (call $f))",
  "many parameters": manyParameters(100),
  "many locals": `(func $f (local ${"i64 ".repeat(500)}) (call $f))`,
  "deep operands": `(func $f (result i64) ${"(i64.const 1) ".repeat(300)} (call $f) ${"i64.add ".repeat(300)})`,
  "v128 locals": `(func $f (local ${"v128 ".repeat(100)}) (call $f))`,
  indirect: "(func $f (call_indirect (i32.const 0)))",
};

function manyParameters(count: number): string {
  const arguments_ = Array.from({ length: count }, (_, index) => `(local.get ${(index + 1) % count})`);
  return `(func $f (param ${"f64 ".repeat(count)}) (call $f ${arguments_.join(" ")}))`;
}

function recursion(name: string, f: string): Case {
  const arguments_ = name === "many parameters" ? "(f64.const 1)".repeat(100) : "";
  const call = `(call $f ${arguments_})`;
  const start = name === "deep operands" ? `(drop ${call})` : call;
  const table = "(table 1 1 funcref) (elem (i32.const 0) $f)";
  const module = wat(`(module ${MEMORY} ${table} ${f} (func (export "_start") ${start}))`);
  return { name: `recursion: ${name}`, module, options: {}, status: "trap:stack_overflow" };
}

/** Makes a WASI call at every depth: the host's own frames must fit on top of the deepest guest frame. */
const CALLING_RECURSION = program(
  { random_get: "(param i32 i32) (result i32)" },
  "(call $f (i32.const 0))",
  `${MEMORY} (func $f (param i32) (drop (call $random_get (i32.const 0) (i32.const 256))) (call $f (local.get 0)))`,
);

function trap(kind: string, body: string): Case {
  const module = program({}, body, `${MEMORY} (table 4 4 funcref)`);
  return { name: `trap: ${kind}`, module, options: {}, status: `trap:${kind}` };
}

/** Writes `bytes` bytes of memory to stdout at once. */
function write(bytes: number): Uint8Array {
  const body = `(i32.store (i32.const 4) (i32.const ${bytes})) (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))`;
  return program(WRITE, body);
}

/** Never ends; writes a byte every so often. */
const ENDLESS = program(
  WRITE,
  `(i32.store (i32.const 4) (i32.const 1))
   (loop $forever
     (i32.store (i32.const 16) (i32.add (i32.load (i32.const 16)) (i32.const 1)))
     (if (i32.eqz (i32.and (i32.load (i32.const 16)) (i32.const 0xfffff)))
       (then (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))
     (br $forever))`,
);

/** Grows its memory a page at a time for as long as it can, and prints how large it is as four bytes. */
const GROW = program(
  WRITE,
  `(loop $again (br_if $again (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
   (i32.store (i32.const 0) (i32.const 16)) (i32.store (i32.const 4) (i32.const 4))
   (i32.store (i32.const 16) (memory.size))
   (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))`,
);

/** Those that need no compiler. */
export const WAT_CASES: Case[] = [
  { name: "empty", module: program({}, ""), options: {}, status: "ok" },
  { name: "no memory", module: program({}, "", ""), options: {}, status: "ok" },
  {
    name: "exit 0",
    module: program(EXIT, "(call $proc_exit (i32.const 0)) unreachable"),
    options: {},
    status: "ok",
  },
  {
    name: "exit 7",
    module: program(EXIT, "(call $proc_exit (i32.const 7)) unreachable"),
    options: {},
    status: "exit:7",
  },
  {
    name: "exit -1",
    module: program(EXIT, "(call $proc_exit (i32.const -1))"),
    options: {},
    status: "exit:255",
  },
  ...Object.entries(TRAPS).map(([kind, body]) => trap(kind, body)),
  ...Object.entries(RECURSIONS).map(([name, f]) => recursion(name, f)),
  { name: "recursion: with calls", module: CALLING_RECURSION, options: {}, status: "trap:stack_overflow" },
  ...[0, 1, 1000, 9_999_999, 10_000_000, 30_000_001].map((max_instructions) => ({
    name: `endless, budget ${max_instructions}`,
    module: ENDLESS,
    options: { max_instructions },
    status: "out_of_instructions",
  })),
  { name: "too much memory", module: program({}, "", "(memory 257)"), options: {}, status: "out_of_memory" },
  { name: "memory to the cap", module: GROW, options: {}, status: "ok" },
  { name: "largest output", module: write(32 * 1024), options: {}, status: "ok" },
  { name: "output too large", module: write(32 * 1024 + 1), options: {}, status: "output_too_large" },
];

/** All cases, those in C compiled now. */
export async function corpus(): Promise<Case[]> {
  const echo = await compileC("echo");
  const work = await compileC("work");
  const recurse = await compileC("recurse");
  const cases: Case[] = [
    { name: "echo", module: echo, options: { input: "hello, world\n" }, status: "ok" },
    { name: "echo nothing", module: echo, options: {}, status: "ok" },
    {
      name: "echo too much",
      module: echo,
      options: { input: new Uint8Array(40_000).fill(65) },
      status: "output_too_large",
    },
    { name: "world", module: await compileC("world"), options: {}, status: "ok" },
    { name: "files", module: await compileC("files"), options: {}, status: "ok" },
    { name: "work", module: work, options: { input: "5000" }, status: "ok" },
    { name: "work without input", module: work, options: {}, status: "exit:2" },
    {
      name: "work on a small budget",
      module: work,
      options: { input: "5000", max_instructions: 100_000 },
      status: "out_of_instructions",
    },
    { name: "hoard", module: await compileC("hoard"), options: { max_memory_mb: 32 }, status: "ok" },
    { name: "recurse", module: recurse, options: { input: "200" }, status: "ok" },
    {
      name: "recurse too deep",
      module: recurse,
      options: { input: "1000000" },
      status: "trap:stack_overflow",
    },
  ];
  return [...WAT_CASES, ...cases];
}
