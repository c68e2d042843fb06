/** Sealed over plain, kernel by kernel, in this engine: `node bench/sealing.ts [--json] [kernel...]`. */

import { Meter, type SealOptions, seal } from "../src/index.ts";
import { compileKernels } from "../test/compile-kernels.ts";

const SIZES: Record<string, number> = {
  fib: 32,
  sieve: 3_000_000,
  matrix: 220,
  nbody: 60_000,
  quicksort: 700_000,
  mandelbrot: 320,
  sha256: 60_000,
  interpreter: 1_200_000,
  levenshtein: 2500,
  hashTable: 2_000_000,
  compress: 3_000_000,
  crc32: 3_000_000,
  trees: 17,
};
const ROUNDS = 30;

const OPTIONS: Record<string, Partial<SealOptions>> = {
  metered: { canonicalizeNan: false, stackBytesMax: null },
  "metered+stack": { canonicalizeNan: false },
  sealed: {},
  exact: { form: "exact" },
};

type Kernel = (size: number) => number;

/** A fresh instance's kernel for each call: memory that an earlier round took is no burden. */
function kernel(module: WebAssembly.Module, name: string, isSealed: boolean): Kernel {
  const meter = new Meter({ budget: 10n ** 15n });
  const env = { abort: () => {} };
  const instance = new WebAssembly.Instance(module, { env, ...meter.imports });
  if (isSealed) {
    meter.attach(instance);
    meter.start();
  }
  return instance.exports[name] as Kernel;
}

function time_ms(call: () => void): number {
  const start = performance.now();
  call();
  return performance.now() - start;
}

/** Least time of several rounds for each module, the modules taking turns. */
function measure(modules: Map<string, WebAssembly.Module>, name: string): Map<string, number> {
  const least = new Map<string, number>();
  const size = SIZES[name]!;
  for (let round = 0; round < ROUNDS; round++) {
    for (const [form, module] of modules) {
      const run = kernel(module, name, !form.startsWith("plain"));
      if (round < 2) run(Math.min(size, 18)); // lets the engine compile it well before it counts
      const took = time_ms(() => run(size));
      least.set(form, Math.min(least.get(form) ?? Number.POSITIVE_INFINITY, took));
    }
  }
  return least;
}

const geomean = (values: number[]) =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  const chosen = args.filter((arg) => !arg.startsWith("--"));
  const bytes = await compileKernels();
  const modules = new Map([["plain", new WebAssembly.Module(bytes)]]);
  modules.set("plain again", new WebAssembly.Module(bytes));
  for (const [form, options] of Object.entries(OPTIONS)) {
    const sealed = seal(bytes, { form: "fast", memoryPagesMax: 65536, ...options });
    modules.set(form, new WebAssembly.Module(sealed.bytes));
  }
  const forms = [...modules.keys()].slice(1);
  const ratios = new Map(forms.map((form) => [form, [] as number[]]));
  console.log(["kernel".padEnd(13), "plain ms", ...forms].join("\t"));
  for (const name of chosen.length > 0 ? chosen : Object.keys(SIZES)) {
    const least = measure(modules, name);
    const plain = least.get("plain")!;
    for (const form of forms) ratios.get(form)!.push(least.get(form)! / plain);
    const row = forms.map((form) => (least.get(form)! / plain).toFixed(2));
    console.log([name.padEnd(13), plain.toFixed(1).padStart(8), ...row].join("\t"));
  }
  console.log(
    ["geomean".padEnd(13), "", ...forms.map((form) => geomean(ratios.get(form)!).toFixed(3))].join("\t"),
  );
}

await main();
