/** What the times of one kernel in one engine say. */

import type { Engine } from "@near-offshore/engines";
import type { MeasureInput, Timing, Variant } from "./measure.ts";

const MEASURE = new URL("./measure.ts", import.meta.url);

/**
 * Threads that a kernel is measured in, one after another: machine code is made anew in each, since where it happens to lie in
 * memory is worth some percent.
 */
const THREADS = 3;

export interface Comparison {
  /** Median of a plain call. */
  plain_ms: number;
  /** Of one call, the same in every sealed form. */
  instructions: bigint;
  /** Of every variant but `plain`: median over the rounds of its time over plain's in the same round. */
  over_plain: ReadonlyMap<string, number>;
}

/**
 * Measures one kernel in one engine.
 * @throws Error when a variant computes something else, or counts something else, than the others
 */
export async function compare(
  engine: Engine,
  variants: Variant[],
  size: number,
  rounds: number,
): Promise<Comparison> {
  const input: MeasureInput = { variants, size, rounds: Math.ceil(rounds / THREADS) };
  const blocks: Timing[][] = [];
  for (let i = 0; i < THREADS; i++) blocks.push(await engine.run<Timing[]>(MEASURE, input));
  const counts = new Set(blocks.flat().flatMap(({ instructions }) => instructions ?? []));
  const checksums = new Set(blocks.flat().map(({ checksum }) => checksum));
  if (counts.size > 1) throw new Error(`forms differ in their counts: ${[...counts].join(", ")}`);
  if (checksums.size > 1) throw new Error(`forms differ in their results: ${[...checksums].join(", ")}`);
  return {
    plain_ms: median(blocks.flatMap(([plain]) => plain!.times_ms)),
    instructions: [...counts][0] ?? 0n,
    over_plain: new Map(variants.slice(1).map(({ name }) => [name, median(ratiosOf(blocks, name))])),
  };
}

function ratiosOf(blocks: Timing[][], name: string): number[] {
  return blocks.flatMap(([plain, ...others]) => {
    const { times_ms } = others.find((timing) => timing.name === name)!;
    return times_ms.map((time_ms, round) => time_ms / plain!.times_ms[round]!);
  });
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function geometricMean(values: number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
