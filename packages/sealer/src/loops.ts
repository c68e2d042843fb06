/**
 * The budget's check in a loop, on the ways back to its begin. A call inside of a loop, even one that is never made, keeps engines from holding the loop's
 * variables in registers and from unrolling it, so the next slice is asked for outside: `exit(repeat(slow(loop ...) leave) refill again)`.
 */

import type { Body } from "./body.ts";
import type { Emitter } from "./emitter.ts";
import { EMPTY_BLOCK, OP } from "./op.ts";
import { addedParams } from "./plan.ts";
import type { Frame } from "./stack.ts";
import { isReference } from "./value-types.ts";

/** Labels around that of a loop: `slow`, `repeat`, `exit`. */
export const LOOP_LABELS = 3;

/** Before the `loop` operator, which has no parameters and this block type. */
export function beginLoop(emit: Emitter, blockType: Uint8Array): void {
  emit.out.byte(OP.block);
  emit.out.copy(blockType, 0, blockType.length);
  emit.out.put(OP.loop, EMPTY_BLOCK, OP.block, EMPTY_BLOCK);
}

/** Whether a label is that of a loop which is left when the slice is used up. */
export function isWrappedLoop(frame: Frame): boolean {
  return frame.opcode === OP.loop && frame.params.length === 0;
}

/** On the way back to a loop, by a branch of this depth: goes to `slow` instead when the slice is used up. */
export function checkBeforeRepeat(emit: Emitter, depth: number): void {
  emit.op(OP.localGet, emit.remainingLocal);
  emit.i64(0);
  emit.out.byte(OP.i64LtS);
  emit.op(OP.brIf, depth + 1);
}

/** Behind the loop's `end`. */
export function endLoop(body: Body, loop: Frame): void {
  const { emit } = body;
  // Behind the `end` of a loop without calls, its variables are put aside as well, lest they be kept in memory for this one call's sake.
  const kept = loop.calls === emit.calls ? variablesOf(body, loop) : [];
  emit.out.put(OP.br, 2, OP.end);
  for (const { local, global } of kept) {
    emit.op(OP.localGet, local);
    emit.op(OP.globalSet, global);
  }
  emit.op(OP.localGet, emit.remainingLocal);
  emit.op(OP.call, emit.layout.refill);
  emit.op(OP.localSet, emit.remainingLocal);
  for (const { local, global } of kept) {
    emit.op(OP.globalGet, global);
    emit.op(OP.localSet, local);
  }
  emit.out.put(OP.br, 0, OP.end);
  if (loop.results.length > 0) emit.out.byte(OP.unreachable);
  emit.out.byte(OP.end);
}

/** Locals that are followed, and how many of them are put aside at most. */
export const FOLLOWED_LOCALS = 128;
const KEPT_LOCALS = 16;

/** Locals that the loop uses, each with a global for it. Nothing runs while they are there, so all loops share them. */
function variablesOf(body: Body, loop: Frame): { local: number; global: number }[] {
  const { locals, localCount, paramCount, usedAt, layout } = body;
  const kept: { local: number; global: number }[] = [];
  const counts = new Map<number, number>();
  for (let i = 0; i < Math.min(localCount, FOLLOWED_LOCALS) && kept.length < KEPT_LOCALS; i++) {
    const type = locals[i]!;
    if (usedAt[i]! < loop.start || isReference(type)) continue;
    const number = counts.get(type) ?? 0;
    counts.set(type, number + 1);
    const local = i < paramCount ? i : i + addedParams(body.plan);
    kept.push({ local, global: layout.scratchGlobal(type, number) });
  }
  return kept;
}
