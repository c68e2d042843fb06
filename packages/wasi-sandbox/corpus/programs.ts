// The programs that `npm test` runs.
import { BRAINFUCK, json, prose } from "./inputs.ts";
import { nanText } from "./nan-text.ts";
import type { CorpusProgram } from "./types.ts";

type Rest = Omit<CorpusProgram, "name" | "language" | "recipe"> & { flags?: string[]; as?: string };

function c(name: string, { flags, as = name, ...rest }: Rest = {}): CorpusProgram {
  const recipe = { tool: "clang", sources: [`c/${name}.c`], ...(flags && { flags }) } as const;
  return { name: `c/${as}`, language: "C", recipe, ...rest };
}

function cpp(name: string, rest: Rest = {}): CorpusProgram {
  return {
    name: `cpp/${name}`,
    language: "C++",
    recipe: { tool: "clang", sources: [`cpp/${name}.cpp`] },
    ...rest,
  };
}

function assemblyscript(name: string, { flags, ...rest }: Rest = {}): CorpusProgram {
  const recipe = { tool: "assemblyscript", source: `${name}.ts`, ...(flags && { flags }) } as const;
  return { name: `assemblyscript/${name}`, language: "AssemblyScript", recipe, ...rest };
}

function go(name: string, rest: Rest = {}): CorpusProgram {
  const { options, ...others } = rest;
  const room = { max_memory_mb: 64, max_instructions: 1_000_000_000, ...options };
  return {
    name: `go/${name}`,
    language: "Go",
    recipe: { tool: "go", folder: `go/${name}` },
    options: room,
    ...others,
  };
}

const TEXT = { options: { input: prose(200) } };
const NO_STACK = "it has no limit of the stack";

const C = [
  c("hello"),
  c("cat", TEXT),
  c("cat", { as: "cat, too much", options: { input: prose(2000) }, status: "output_too_large" }),
  c("sha256", TEXT),
  c("crc32"),
  c("chacha_aes"),
  c("sort"),
  c("matrix"),
  c("nbody"),
  c("fft"),
  c("mandelbrot"),
  c("fannkuch"),
  c("sieve"),
  c("recursion"),
  c("json", { options: { input: json(80) } }),
  c("json", { as: "json, malformed", options: { input: '{"a": [1, 2' }, status: "exit:2" }),
  c("lz", TEXT),
  c("huffman", TEXT),
  c("regex", TEXT),
  c("words", TEXT),
  c("levenshtein", { options: { input: prose(30) } }),
  c("bignum"),
  c("brainfuck", { options: { input: BRAINFUCK } }),
  c("vm"),
  c("tree"),
  c("graph"),
  c("life"),
  c("malloc_stress"),
  c("hoard", { flags: ["-Wl,--max-memory=33554432"], options: { max_memory_mb: 32 } }),
  c("printf_formats", { flags: ["-lc-printscan-long-double"] }),
  c("float_text"),
  c("strings"),
  c("math"),
  c("integers"),
  c("bulk_memory", { flags: ["-mbulk-memory"] }),
  c("tail_calls", { flags: ["-mtail-call"] }),
  c("multivalue", { flags: ["-mmultivalue", "-Xclang", "-target-abi", "-Xclang", "experimental-mv"] }),
  c("function_pointers"),
  c("variadic"),
  c("simd", { flags: ["-msimd128"] }),
  c("nan_scalar"),
  c("nan_simd", { flags: ["-msimd128"] }),
  c("file_system"),
  c("clocks"),
  c("random"),
  c("environment", { options: { input: "some input" } }),
  c("exit_code", { options: { input: "0" } }),
  c("exit_code", { as: "exit_code 77", options: { input: "77" }, status: "exit:77" }),
  c("exit_code", { as: "exit_code -1", options: { input: "-1" }, status: "exit:255" }),
  ...Object.entries({
    abort: "unreachable",
    assert: "unreachable",
    divide: "divide_by_zero",
    remainder: "divide_by_zero",
    overflow: "integer_overflow",
    convert: "integer_overflow",
    nan: "invalid_conversion",
    load: "memory",
    store: "memory",
    fill: "memory",
    type: "indirect_call",
    null: "indirect_call",
  }).map(([input, kind]) => c("trap", { as: `trap, ${input}`, options: { input }, status: `trap:${kind}` })),
  c("trap", {
    as: "trap, stack",
    options: { input: "stack" },
    status: "trap:stack_overflow",
    no_reference: NO_STACK,
  }),
  ...[0, 1_000, 1_000_000, 12_345_678].map((max_instructions) =>
    c("endless", {
      as: `endless, ${max_instructions}`,
      options: { max_instructions },
      status: "out_of_instructions",
    }),
  ),
];

const CPP = [
  cpp("containers"),
  cpp("streams", TEXT),
  cpp("shapes"),
  cpp("raytracer"),
  cpp("expression", {
    options: { input: "x^2*3-1\nsin(x)*exp(-x)/(1+x^2)\nsqrt(x^3+2*x)^1.5\n-(x-1)^3/x\n" },
  }),
  cpp("random_numbers"),
  cpp("big_integer"),
  cpp("pattern", TEXT),
];

const ASSEMBLYSCRIPT = [
  assemblyscript("sieve"),
  assemblyscript("objects"),
  assemblyscript("text", TEXT),
  assemblyscript("floats"),
  assemblyscript("matrix_simd", { flags: ["--enable", "simd"] }),
  assemblyscript("world", { status: "exit:9" }),
];

const GO = [go("collections", TEXT), go("goroutines", { status: "exit:4" })];

const RUST: CorpusProgram[] = [
  {
    name: "rust/collections",
    language: "Rust",
    recipe: { tool: "rust", source: "rust/collections.rs" },
    ...TEXT,
  },
  {
    name: "rust/numbers",
    language: "Rust",
    recipe: { tool: "rust", source: "rust/numbers.rs" },
    status: "exit:17",
  },
  {
    name: "rust/panic",
    language: "Rust",
    recipe: { tool: "rust", source: "rust/panic.rs" },
    status: "trap:unreachable",
  },
];

const TEXT_FORMAT = (["f32", "f64"] as const).map(
  (type): CorpusProgram => ({
    name: `wat/nan ${type}`,
    language: "WebAssembly",
    recipe: { tool: "text", text: () => nanText(type) },
  }),
);

export const PROGRAMS: readonly CorpusProgram[] = [
  ...C,
  ...CPP,
  ...ASSEMBLYSCRIPT,
  ...GO,
  ...RUST,
  ...TEXT_FORMAT,
];
