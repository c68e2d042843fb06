/** Calls: what remains goes with them and comes back as the last result. */

import type { Body } from "./body.ts";
import { invalid } from "./error.ts";
import { settle } from "./nan.ts";
import { OP } from "./op.ts";
import { abandon } from "./operators-branch.ts";
import { returnsRemaining, sealedIndex } from "./plan.ts";
import { typeAt } from "./sections-types.ts";
import { trapCode } from "./traps.ts";
import { FUNCREF, type FunctionType, I32, I64 } from "./value-types.ts";

export function callOperator(body: Body, opcode: number): void {
  const isTail = opcode === OP.returnCall || opcode === OP.returnCallIndirect;
  if (isTail) body.module.features.add("tail_calls");
  if (opcode === OP.call || opcode === OP.returnCall) callDirect(body, isTail);
  else callIndirect(body, isTail);
}

function callDirect(body: Body, isTail: boolean): void {
  const { module, reader, emit } = body;
  const index = reader.u32();
  const typeIndex = module.functions[index] ?? invalid(`no function ${index}`, body.start);
  const type = module.types[typeIndex]!;
  const { live } = body.stack;
  settle(body, 0, type.params.length);
  checkCall(body, type, isTail);
  if (live) {
    emit.copyTo(body.start);
    pushAdded(body, isTail);
    emit.op(isTail ? OP.returnCall : OP.call, sealedIndex(body.layout, index));
  }
  finishCall(body, type, isTail, live);
}

function callIndirect(body: Body, isTail: boolean): void {
  const { module, reader, emit, stack, layout } = body;
  const typeIndex = reader.u32();
  const type = typeAt(module, typeIndex, body.start);
  const tableIndex = reader.u32();
  const table = module.tables[tableIndex] ?? invalid("no such table", body.start);
  if (table.type !== FUNCREF) invalid("call through a table of another type", body.start);
  if (tableIndex > 0) module.features.add("reference_types");
  settle(body, 1, type.params.length);
  stack.pop(I32);
  const { live } = stack;
  checkCall(body, type, isTail);
  if (live) {
    emit.copyTo(body.start);
    if (body.plan.exact) emit.recordTrap(trapCode("indirect_call"));
    const index = emit.scratch(I32);
    emit.op(OP.localSet, index);
    if (body.plan.exact && body.plan.callFaults) emit.recordCallFault(index, tableIndex);
    pushAdded(body, isTail);
    emit.op(OP.localGet, index);
    emit.op(isTail ? OP.returnCallIndirect : OP.callIndirect, typeIndex + layout.typeCount);
    emit.out.u32(tableIndex);
  }
  finishCall(body, type, isTail, live);
}

function checkCall(body: Body, type: FunctionType, isTail: boolean): void {
  const { stack, results } = body;
  body.spend(type.params.length + type.results.length);
  stack.popAll(type.params);
  if (!isTail) stack.pushAll(type.results);
  else if (type.results.length !== results.length || type.results.some((one, i) => one !== results[i])) {
    invalid("tail call to a function with other results", body.start);
  }
}

/** Pushes what remains and the stack left, behind the arguments. A tail call gives up its own frame. */
function pushAdded(body: Body, isTail: boolean): void {
  const { emit } = body;
  emit.pushRemaining();
  if (body.plan.stackBytesMax === null) return;
  if (isTail && body.callerStackLocal < 0) body.callerStackLocal = emit.scratch(I64);
  emit.op(OP.localGet, isTail ? body.callerStackLocal : emit.stackLocal);
}

function finishCall(body: Body, type: FunctionType, isTail: boolean, live: boolean): void {
  const { emit } = body;
  if (live) {
    body.isBusy = true;
    emit.skipTo(body.reader.position);
    if (!isTail) {
      if (!returnsRemaining(body.plan, type.results)) emit.op(OP.globalGet, body.layout.remainingGlobal);
      emit.op(OP.localSet, emit.remainingLocal);
    }
    emit.forget();
  }
  if (isTail) abandon(body);
}
