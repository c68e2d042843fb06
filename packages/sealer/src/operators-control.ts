/** Blocks and branches. */

import type { Body } from "./body.ts";
import { CountedCode } from "./counted-loop.ts";
import { invalid, malformed, unsupported } from "./error.ts";
import { type CountedLoop, type DispatchLoop, scanLoop } from "./loop-scan.ts";
import { settle } from "./nan.ts";
import { EMPTY_BLOCK, OP } from "./op.ts";
import { abandon, branch, branchIf, leave } from "./operators-branch.ts";
import { branchTable } from "./operators-branch-table.ts";
import { typeAt } from "./sections-types.ts";
import { type Frame, labelTypes } from "./stack.ts";
import { trapCode } from "./traps.ts";
import { type FunctionType, I32, valueType } from "./value-types.ts";

const NONE = new Uint8Array(0);
const EMPTY: FunctionType = { params: NONE, results: NONE };
/** By value type: of blocks that give one value. */
const SHORT_TYPES: FunctionType[] = [];

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
    module.features.add("multi_value");
    return type;
  }
  if (index < -64) malformed("unknown block type", offset);
  const byte = index & 0x7f;
  if (byte === EMPTY_BLOCK) return EMPTY;
  SHORT_TYPES[byte] ??= { params: NONE, results: Uint8Array.of(valueType(byte, offset)) };
  return SHORT_TYPES[byte];
}

function enter(body: Body, opcode: number): void {
  const { stack, emit, reader } = body;
  body.blocks++;
  const { params, results } = readBlockType(body);
  settle(body, opcode === OP.if ? 1 : 0, params.length);
  if (opcode === OP.if) stack.pop(I32);
  const { live } = stack;
  if (live) {
    emit.copyTo(body.start);
    // What a label carries must lie on top of the stack, so nothing can be charged on the way to it: see `Frame.pending`.
    if ((opcode === OP.loop ? params : results).length > 0) emit.charge();
    if (opcode !== OP.block) emit.forget();
  }
  const isLoop = live && opcode === OP.loop;
  const found = isLoop && params.length + results.length === 0 ? findLoop(body) : null;
  const counted = found?.kind === "counted" ? new CountedCode(body, found) : null;
  counted?.begin();
  stack.enter(opcode, params, results, emit.pending, counted ? 1 : 0);
  if (!isLoop) return;
  stack.frame.counted = counted;
  stack.frame.checksBack = found?.kind === "dispatch";
  if (found?.kind === "dispatch") body.dispatchTable = found.table;
  body.isBusy = true;
  emit.copyTo(reader.position);
  if (!found) emit.check();
  emit.pending += body.plan.prices.loopRound;
}

/** Functions up to this size may have loops of a kind: what those add stays within what engines accept. */
const LOOPS_BODY_BYTES = 100_000;

/** The loop that was just read the begin of, if it is of a kind, and the ways out of one that counts carry nothing. */
function findLoop(body: Body): CountedLoop | DispatchLoop | null {
  const { stack, reader, plan } = body;
  if (plan.exact || body.size > LOOPS_BODY_BYTES) return null;
  const loop = scanLoop(
    reader.bytes,
    reader.position,
    reader.end,
    plan.operatorPrices,
    plan.prices.loopRound,
  );
  if (loop?.kind !== "counted") return loop;
  const carries = (label: number) => {
    const target = stack.frames[stack.frames.length - label];
    return !target || labelTypes(target).length > 0;
  };
  return loop.exits.some(carries) ? null : loop;
}

function otherwise(body: Body): void {
  const { stack, emit } = body;
  settle(body, 0, stack.frame.results.length);
  if (stack.frame.emitted) {
    if (stack.live) {
      emit.copyTo(body.start);
      emit.chargeTo(stack.frame.pending);
    } else emit.resume(body.start, stack.frame.pending);
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
  if (!live) emit.resume(body.start, frame.pending);
  else if (frame.opcode !== OP.loop && (frame.targeted || frame.opcode !== OP.block)) {
    emit.copyTo(body.start);
    emit.chargeTo(frame.pending);
  }
  if (frame.counted) {
    emit.copyTo(body.reader.position);
    frame.counted.end();
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
  else emit.returnRemaining(body.results);
}
