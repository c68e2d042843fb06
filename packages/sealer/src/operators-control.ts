/** Blocks and branches. */

import type { Body } from "./body.ts";
import { invalid, malformed, unsupported } from "./error.ts";
import { LIMITS } from "./limits.ts";
import { settle } from "./nan.ts";
import { EMPTY_BLOCK, OP } from "./op.ts";
import { readCount, typeAt } from "./sections-types.ts";
import { type Frame, labelTypes } from "./stack.ts";
import { trapCode } from "./traps.ts";
import { type FunctionType, I32, valueType } from "./value-types.ts";

const NONE = new Uint8Array(0);

const HANDLERS: ((body: Body, opcode: number) => void)[] = [];
HANDLERS[OP.unreachable] = unreachable;
HANDLERS[OP.nop] = () => {};
HANDLERS[OP.block] = enter;
HANDLERS[OP.loop] = enter;
HANDLERS[OP.if] = enter;
HANDLERS[OP.else] = otherwise;
HANDLERS[OP.end] = end;
HANDLERS[OP.br] = branch;
HANDLERS[OP.brIf] = branchIf;
HANDLERS[OP.brTable] = branchTable;
HANDLERS[OP.return] = leave;
for (let opcode = 0x06; opcode <= 0x0a; opcode++)
  HANDLERS[opcode] = (body) => unsupported("exceptions", body.start);

/** Handles an operator below 0x10. */
export function controlOperator(body: Body, opcode: number): void {
  HANDLERS[opcode]!(body, opcode);
}

/** Marks the rest of the block as never reached; the original is copied up to here. */
export function abandon(body: Body): void {
  if (body.stack.live) body.emit.copyTo(body.reader.position);
  body.stack.abandon();
}

function unreachable(body: Body): void {
  if (body.plan.exact && body.stack.live) {
    body.emit.copyTo(body.start);
    body.emit.recordTrap(trapCode("unreachable"));
  }
  abandon(body);
}

function readBlockType(body: Body): FunctionType {
  const { reader, module } = body;
  const offset = reader.position;
  const index = reader.s33();
  if (index >= 0) {
    const type = typeAt(module, index, offset);
    body.spend(type.params.length + type.results.length);
    if (type.params.length > 0) module.features.add("multi_value");
    return type;
  }
  if (index < -64) malformed("unknown block type", offset);
  const byte = index & 0x7f;
  if (byte === EMPTY_BLOCK) return { params: NONE, results: NONE };
  return { params: NONE, results: Uint8Array.of(valueType(byte, offset)) };
}

function enter(body: Body, opcode: number): void {
  const { stack, emit, reader } = body;
  const { params, results } = readBlockType(body);
  settle(body, opcode === OP.if ? 1 : 0, params.length);
  if (opcode === OP.if) stack.pop(I32);
  const { live } = stack;
  if (live && opcode !== OP.block) {
    emit.copyTo(body.start);
    emit.charge();
    emit.forget();
  }
  stack.enter(opcode, params, results);
  if (!live || opcode !== OP.loop) return;
  emit.copyTo(reader.position);
  emit.check();
  body.isBusy = true;
}

function otherwise(body: Body): void {
  const { stack, emit } = body;
  settle(body, 0, stack.frame.results.length);
  if (stack.frame.emitted) {
    if (stack.live) {
      emit.copyTo(body.start);
      emit.charge();
    } else emit.resume(body.start);
    emit.forget();
  }
  stack.otherwise();
}

function end(body: Body): void {
  const { stack, emit } = body;
  const { live } = stack;
  settle(body, 0, stack.frame.results.length);
  const frame = stack.leave();
  if (frame.opcode === OP.if) checkMissingElse(frame, body.start);
  if (stack.frames.length === 0) {
    endFunction(body, frame, live);
    return;
  }
  stack.pushAll(frame.results);
  if (!frame.emitted) return;
  if (!live) emit.resume(body.start);
  else if (frame.opcode !== OP.loop && (frame.targeted || frame.opcode !== OP.block)) {
    emit.copyTo(body.start);
    emit.charge();
  }
  emit.forget();
}

/** An `if` without `else` gives what it takes. */
function checkMissingElse(frame: Frame, offset: number): void {
  const { params, results } = frame;
  if (params.length !== results.length || params.some((type, i) => type !== results[i])) {
    invalid("if without else must give what it takes", offset);
  }
}

/** The last `end` is written with the function's head: see `sealBody`. */
function endFunction(body: Body, frame: Frame, live: boolean): void {
  const { emit } = body;
  body.leavesByLabel = frame.targeted;
  if (!live) return;
  emit.copyTo(body.start);
  if (frame.targeted) emit.charge();
  else emit.pushRemaining();
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

function branch(body: Body): void {
  const { stack, emit, reader } = body;
  const target = popLabel(body, reader.u32(), 0);
  if (!stack.live) {
    stack.abandon();
    return;
  }
  emit.copyTo(body.start);
  if (target === stack.frames[0]) {
    emit.pushRemaining();
    emit.out.byte(OP.return);
    emit.skipTo(reader.position);
  } else {
    emit.charge();
    target.targeted = true;
  }
  abandon(body);
}

function branchIf(body: Body): void {
  const { stack, emit } = body;
  const target = popLabel(body, body.reader.u32(), 1);
  stack.pushAll(labelTypes(target));
  if (!stack.live) return;
  target.targeted = true;
  emit.copyTo(body.start);
  emit.charge();
}

function branchTable(body: Body): void {
  const { stack, emit, reader } = body;
  const count = readCount(reader, LIMITS.brTableTargets, "branch targets");
  const { live } = stack;
  let arity = -1;
  let previous: Uint8Array | null = null;
  for (let i = 0; i <= count; i++) {
    const target = stack.label(reader.u32());
    if (live) target.targeted = true;
    const types = labelTypes(target);
    if (arity >= 0 && types.length !== arity) invalid("branch targets want different operands", body.start);
    if (arity < 0) {
      settle(body, 1, types.length);
      stack.pop(I32);
    }
    arity = types.length;
    if (types === previous || arity === 0) continue;
    previous = types;
    body.spend(arity);
    stack.peekAll(types);
  }
  if (live) {
    emit.copyTo(body.start);
    emit.charge();
  }
  abandon(body);
}

function leave(body: Body): void {
  const { stack, emit } = body;
  if (body.results.length > 1) body.spend(body.results.length);
  settle(body, 0, body.results.length);
  stack.popAll(body.results);
  if (stack.live) {
    emit.copyTo(body.start);
    emit.pushRemaining();
  }
  abandon(body);
}
