/** Where the sealer's own things are in a sealed module, and what it was asked for. */

import type { Frames } from "./frames.ts";
import type { Prices } from "./prices.ts";

/** Engines that differ in what they run fast. */
export type EngineName = "v8" | "spidermonkey";

export interface Plan {
  readonly engine: EngineName;
  /** Record, before each operator that can trap, the count and the kind. */
  readonly exact: boolean;
  /** Record also why an indirect call traps. */
  readonly callFaults: boolean;
  readonly canonicalizeNan: boolean;
  /** Ask the host for more when what was granted is used up; else that is the end of the run. */
  readonly slices: boolean;
  /** Bytes of abstract stack, or null for no limit. */
  readonly stackBytesMax: number | null;
  readonly frames: Frames;
  readonly memoryPagesMax: number;
  readonly prices: Prices;
  /** `prices.operator` or 0, by first byte. */
  readonly operatorPrices: Float64Array;
}

/**
 * Index spaces of the sealed module. Types: the original ones, then one of each in the sealed convention, then the sealer's own.
 * Functions: imports, `refill`, an adapter for each import, the module's own, helpers, wrappers of exports: so a function f of
 * the original is always f + importCount + 1, in the sealed convention. Globals: the original ones, then ours.
 */
export interface Layout {
  readonly typeCount: number;
  readonly importCount: number;
  readonly refill: number;
  /** (i32 pages) -> i32: memory.grow within the limit. */
  readonly growMemory: number;
  /** (reference, i32 elements) -> i32, one for each table. */
  readonly growTable: number;
  readonly remainingGlobal: number;
  readonly stackGlobal: number;
  readonly stateGlobal: number;
  /** Index of the type () -> results. */
  typeOfResults(results: Uint8Array): number;
}

/** Index in the sealed module of a function of the original, in the sealed convention. */
export function sealedIndex(layout: Layout, index: number): number {
  return index + layout.importCount + 1;
}

/**
 * Whether a function with these results returns what remains behind them; else it leaves it in the global. Spidermonkey keeps all
 * results but one in memory that the caller has to provide, which takes longer than a global.
 */
export function returnsRemaining(plan: Plan, results: Uint8Array): boolean {
  return plan.engine !== "spidermonkey" || results.length === 0;
}

/** Parameters that the sealed convention adds: what remains, and the stack left. Both i64. */
export function addedParams(plan: Plan): number {
  return plan.stackBytesMax === null ? 1 : 2;
}
