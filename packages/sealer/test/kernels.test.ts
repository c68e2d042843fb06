import { expect, test } from "vitest";
import { Meter, seal } from "../src/index.ts";
import { compileKernels } from "./compile-kernels.ts";
import { COUNT, withReferenceCounter } from "./reference.ts";
import { WAYS } from "./run.ts";

const SIZES: Record<string, number> = {
  fib: 12,
  sieve: 500,
  matrix: 9,
  nbody: 20,
  quicksort: 300,
  mandelbrot: 12,
  sha256: 3,
  interpreter: 100,
  levenshtein: 30,
  hashTable: 500,
  compress: 600,
  crc32: 100,
  trees: 5,
};

const binary = await compileKernels();
const env = { abort: () => {} };
type Kernel = (size: number) => number;

test.each(Object.entries(SIZES))(
  "%s: the reference's result and count, every way it is sealed",
  (name, size) => {
    const reference = new WebAssembly.Module(withReferenceCounter(binary, 10n ** 9n, true));
    const plain = new WebAssembly.Instance(reference, { env }).exports;
    const value = (plain[name] as Kernel)(size);
    const instructions = (plain[COUNT] as WebAssembly.Global<"i64">).value;
    expect(instructions).toBeGreaterThan(100n);
    for (const way of WAYS) {
      const { bytes } = seal(binary, { ...way, memoryPagesMax: 1024 });
      const module = new WebAssembly.Module(bytes);
      for (const [budget, slice] of [
        [instructions, instructions],
        [instructions, 97n],
        [instructions - 1n, 1000n],
      ] as const) {
        const meter = new Meter({ budget, slice });
        const instance = new WebAssembly.Instance(module, { env, ...meter.imports });
        meter.attach(instance);
        const end = meter.run(() => {
          meter.start();
          return (instance.exports[name] as Kernel)(size);
        });
        const isShort = budget < instructions;
        expect(end).toEqual(
          isShort
            ? { kind: "out_of_instructions", instructions: budget }
            : { kind: "returned", value, instructions },
        );
      }
    }
  },
);
