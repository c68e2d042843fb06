/**
 * The budget's check in a loop. A call inside of a loop, even one that is never made, keeps engines from holding the loop's
 * variables in registers and from unrolling it, so the next slice is asked for outside: `exit(repeat(slow(loop ...) leave) refill again)`.
 */

import type { Emitter } from "./emitter.ts";
import { EMPTY_BLOCK, OP } from "./op.ts";

/** Labels around that of a loop: `slow`, `repeat`, `exit`. */
export const LOOP_LABELS = 3;

/** Before the `loop` operator, which has no parameters and this block type. */
export function beginLoop(emit: Emitter, blockType: Uint8Array): void {
  emit.out.byte(OP.block);
  emit.out.copy(blockType, 0, blockType.length);
  emit.out.put(OP.loop, EMPTY_BLOCK, OP.block, EMPTY_BLOCK);
}

/** Behind the `loop` operator: goes to `slow` when the slice is used up. */
export function checkLoop(emit: Emitter): void {
  emit.op(OP.localGet, emit.remainingLocal);
  emit.i64(0);
  emit.out.put(OP.i64LtS, OP.brIf, 1);
}

/** Behind the loop's `end`. */
export function endLoop(emit: Emitter, hasResults: boolean): void {
  emit.out.put(OP.br, 2, OP.end);
  emit.op(OP.localGet, emit.remainingLocal);
  emit.op(OP.call, emit.layout.refill);
  emit.op(OP.localSet, emit.remainingLocal);
  emit.out.put(OP.br, 0, OP.end);
  if (hasResults) emit.out.byte(OP.unreachable);
  emit.out.byte(OP.end);
}
