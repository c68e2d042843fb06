/** Branches. Whatever way a label is reached, the same price is still pending there: the way in settles the difference. */

import type { Body } from "./body.ts";
import { settle } from "./nan.ts";
import { EMPTY_BLOCK, OP } from "./op.ts";
import { type Frame, labelTypes } from "./stack.ts";
import { I32 } from "./value-types.ts";

/** Marks the rest of the block as never reached; the original is copied up to here. */
export function abandon(body: Body): void {
  if (body.stack.live) body.emit.copyTo(body.reader.position);
  body.stack.abandon();
}

/** Checks that a branch to a label has what the label wants, beneath a condition or not, and pops it. */
function popLabel(body: Body, depth: number, conditions: number): Frame {
  const target = body.stack.label(depth);
  const types = labelTypes(target);
  settle(body, conditions, types.length);
  if (conditions > 0) body.stack.pop(I32);
  if (types.length > 1) body.spend(types.length);
  body.stack.popAll(types);
  return target;
}

export function branch(body: Body): void {
  const { stack, emit, reader } = body;
  const target = popLabel(body, reader.u32(), 0);
  if (stack.live) {
    emit.copyTo(body.start);
    if (target === stack.frames[0]) {
      emit.returnRemaining(body.results);
      emit.out.byte(OP.return);
    } else {
      target.targeted = true;
      goTo(body, target, emit.pending, 0);
    }
    emit.skipTo(reader.position);
  }
  abandon(body);
}

/** Whether a branch to a label has to do something on the way there. */
export function needsWay(target: Frame, pending: number): boolean {
  return pending !== target.pending || target.checksBack;
}

/** A branch, from inside of some blocks more than the original's, where this price is pending. */
export function goTo(body: Body, target: Frame, pending: number, blocks: number): void {
  const { emit } = body;
  const depth = body.stack.sealedDepth(target) + blocks;
  if (pending !== target.pending) {
    emit.pushCharged(pending - target.pending);
    emit.op(OP.localSet, emit.remainingLocal);
  }
  if (target.checksBack) emit.check();
  emit.op(OP.br, depth);
}

export function branchIf(body: Body): void {
  const { stack, emit, reader } = body;
  const target = popLabel(body, reader.u32(), 1);
  const types = labelTypes(target);
  stack.pushAll(types);
  if (!stack.live) return;
  emit.copyTo(body.start);
  const { counted } = stack.frame;
  if (counted && target === stack.frame) {
    target.targeted = true;
    counted.repeat(stack.sealedDepth(target));
    emit.pending = target.pending;
    emit.skipTo(reader.position);
    return;
  }
  // Beneath the condition lies what the label carries: what is pending is charged whether or not the branch is taken.
  if (types.length > 0) emit.charge();
  if (target === stack.frames[0] && types.length === 0) {
    emit.out.put(OP.if, EMPTY_BLOCK);
    counted?.refund(body.start);
    emit.pushCharged(emit.pending);
    emit.leaveRemaining(body.results);
    emit.out.put(OP.return, OP.end);
  } else {
    target.targeted = true;
    if (needsWay(target, emit.pending) || counted) {
      emit.out.put(OP.if, EMPTY_BLOCK);
      counted?.refund(body.start);
      goTo(body, target, emit.pending, 1);
      emit.out.byte(OP.end);
    } else emit.op(OP.brIf, stack.sealedDepth(target));
  }
  emit.skipTo(reader.position);
}

export function leave(body: Body): void {
  const { stack, emit } = body;
  if (body.results.length > 1) body.spend(body.results.length);
  settle(body, 0, body.results.length);
  stack.popAll(body.results);
  if (stack.live) {
    emit.copyTo(body.start);
    emit.returnRemaining(body.results);
  }
  abandon(body);
}
