/** How large the abstract frames of functions are. */

import { F32, I32, V128 } from "./value-types.ts";

/** Bytes of a function's frame: `base`, and the size of each parameter, local and operand. */
export interface Frames {
  base: number;
  /** An `i32` or `f32`. */
  narrow: number;
  /** An `i64`, `f64` or reference; a `v128` is two. */
  wide: number;
}

/** Rules version 1: docs/metering.md, "Stack". */
export const RULES_1_FRAMES: Frames = { base: 48, narrow: 8, wide: 8 };

/** Bytes of a value by its type. */
export function valueSizes({ narrow, wide }: Frames): Uint8Array {
  const sizes = new Uint8Array(256).fill(wide);
  sizes[I32] = sizes[F32] = narrow;
  sizes[V128] = 2 * wide;
  return sizes;
}
