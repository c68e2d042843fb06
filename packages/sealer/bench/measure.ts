/** Runs inside an engine: times the variants of one kernel against each other. */

import { heedBranchHints } from "../../wasi-sandbox/src/node-hints.ts";
import { Meter } from "../src/index.ts";

heedBranchHints();

export interface Variant {
  name: string;
  module: Uint8Array<ArrayBuffer>;
  is_sealed: boolean;
}

export interface MeasureInput {
  variants: Variant[];
  size: number;
  rounds: number;
}

export interface Timing {
  name: string;
  /** Of each round, in order. */
  times_ms: number[];
  checksum: number;
  /** Of one call; null for a plain module. */
  instructions: bigint | null;
}

/** Calls before any is timed, and the pause after each: engines compile better code meanwhile, between calls. */
const WARM_UP_CALLS = 6;
const WARM_UP_PAUSE_MS = 50;
/** As the sandbox has it (`SANDBOX_LIMITS.slice_instructions`). */
const SLICE_INSTRUCTIONS = 10_000_000n;
const BUDGET = 2n ** 60n;

interface Running {
  call: () => number;
  used: () => bigint | null;
  timing: Timing;
}

/** One call of every variant a round, in an order that turns, so that what disturbs one disturbs the others as often. */
export async function run({ variants, size, rounds }: MeasureInput): Promise<Timing[]> {
  const running: Running[] = [];
  for (const variant of variants) running.push(await start(variant, size));
  for (let i = 0; i < WARM_UP_CALLS; i++) {
    for (const { call, used, timing } of running) {
      const before = used();
      timing.checksum = call();
      timing.instructions = before === null ? null : used()! - before;
    }
    await new Promise((resolve) => setTimeout(resolve, WARM_UP_PAUSE_MS));
  }
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < running.length; i++) {
      const { call, timing } = running[(i + round) % running.length]!;
      const start_ms = performance.now();
      call();
      timing.times_ms.push(performance.now() - start_ms);
    }
    // Lets the engine collect, and a browser's page breathe.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return running.map(({ timing }) => timing);
}

async function start({ name, module, is_sealed }: Variant, size: number): Promise<Running> {
  const meter = new Meter({ budget: BUDGET, slice: SLICE_INSTRUCTIONS });
  const compiled = await WebAssembly.compile(module);
  const instance = await WebAssembly.instantiate(compiled, importsOf(compiled, meter));
  if (is_sealed) {
    meter.attach(instance);
    meter.start();
  }
  const { _initialize, kernel } = instance.exports as Record<string, (size?: number) => number>;
  _initialize?.();
  return {
    call: () => kernel!(size) >>> 0,
    used: () => (is_sealed ? meter.used() : null),
    timing: { name, times_ms: [], checksum: 0, instructions: null },
  };
}

/** Kernels link what may write to a stream, and never do. */
function importsOf(module: WebAssembly.Module, meter: Meter): WebAssembly.Imports {
  const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] ??= {};
    imports[from][name] = () => {
      throw new Error(`a kernel called ${name}`);
    };
  }
  return { ...imports, ...(meter.imports as WebAssembly.Imports) };
}
