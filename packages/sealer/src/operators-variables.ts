/** Locals, globals, tables, memory size, constants, references. */

import type { Body } from "./body.ts";
import { invalid, unsupported } from "./error.ts";
import type { Table } from "./module.ts";
import { NUMBER, settle, settleSelect } from "./nan.ts";
import { OP } from "./op.ts";
import { addedParams, sealedIndex } from "./plan.ts";
import { trapCode } from "./traps.ts";
import {
  EXTERNREF,
  F32,
  F64,
  FUNCREF,
  I32,
  I64,
  isReference,
  readHeapType,
  readValueType,
} from "./value-types.ts";

/** Handles one operator; false when it is not one of these. */
export function variableOperator(body: Body, opcode: number): boolean {
  if (opcode >= OP.localGet && opcode <= OP.localTee) localOperator(body, opcode);
  else if (opcode >= OP.i32Const && opcode <= OP.f64Const) constantOperator(body, opcode);
  else if (opcode === OP.drop) body.stack.popAny();
  else if (opcode === OP.select || opcode === OP.selectTyped) selectOperator(body, opcode);
  else if (opcode === OP.globalGet || opcode === OP.globalSet) globalOperator(body, opcode);
  else if (opcode === OP.tableGet || opcode === OP.tableSet) tableOperator(body, opcode);
  else if (opcode === OP.memorySize || opcode === OP.memoryGrow) memoryOperator(body, opcode);
  else if (opcode >= OP.refNull && opcode <= OP.refFunc) referenceOperator(body, opcode);
  else return false;
  return true;
}

/** Alignment and offset of a load or store. */
export function readAddress(body: Body, alignmentMax: number): void {
  const { reader } = body;
  const alignment = reader.u32();
  if (alignment & 0x40 && alignment < 0x80) unsupported("multi_memory", body.start);
  if (alignment > alignmentMax) invalid("alignment larger than natural", body.start);
  reader.u32();
  if (!body.module.memory) invalid("no memory", body.start);
}

function localOperator(body: Body, opcode: number): void {
  const { reader, stack, emit } = body;
  const index = reader.u32();
  if (index >= body.localCount) invalid(`no local ${index}`, body.start);
  const type = body.locals[index]!;
  const isTracked = body.tracksNans && (type === F32 || type === F64);
  if (isTracked && opcode !== OP.localGet) body.floats.set(body, index);
  if (opcode !== OP.localGet) stack.pop(type);
  if (opcode !== OP.localSet) stack.push(type);
  if (isTracked && opcode !== OP.localSet) body.floats.got(body, index);
  // The added parameters stand between the function's own parameters and its locals.
  if (index < body.paramCount || !stack.live) return;
  emit.copyTo(body.start);
  emit.op(opcode, index + addedParams(body.plan));
  emit.skipTo(reader.position);
}

function constantOperator(body: Body, opcode: number): void {
  const { reader, stack } = body;
  if (opcode === OP.i32Const) {
    reader.s32();
    stack.push(I32);
  } else if (opcode === OP.i64Const) {
    reader.skipS64();
    stack.push(I64);
  } else {
    const size = opcode === OP.f32Const ? 4 : 8;
    reader.skip(size);
    stack.push(opcode === OP.f32Const ? F32 : F64);
    // The exponent is all ones in infinities and NaNs, and in nothing else.
    const high = (reader.bytes[reader.position - 1]! << 8) | reader.bytes[reader.position - 2]!;
    const exponent = size === 4 ? 0x7f80 : 0x7ff0;
    if ((high & exponent) !== exponent) stack.setNan(0, NUMBER);
  }
}

function selectOperator(body: Body, opcode: number): void {
  const { stack, reader } = body;
  const state = settleSelect(body);
  stack.pop(I32);
  if (opcode === OP.selectTyped) {
    if (reader.u32() !== 1) invalid("select of one type", body.start);
    const type = readValueType(reader);
    body.module.features.add("reference_types");
    stack.pop(type);
    stack.pop(type);
    stack.push(type);
    stack.setNan(0, state);
    return;
  }
  const second = stack.popAny();
  const first = stack.pop(second);
  if (isReference(first) || isReference(second)) invalid("untyped select of references", body.start);
  stack.push(first || second);
  stack.setNan(0, state);
}

function globalOperator(body: Body, opcode: number): void {
  const global = body.module.globals[body.reader.u32()];
  if (!global) invalid("no such global", body.start);
  if (opcode === OP.globalGet) body.stack.push(global.type);
  else {
    if (!global.mutable) invalid("global is constant", body.start);
    settle(body, 0, 1);
    body.stack.pop(global.type);
  }
}

export function tableAt(body: Body, index: number): Table {
  return body.module.tables[index] ?? invalid("no such table", body.start);
}

function tableOperator(body: Body, opcode: number): void {
  const { stack, emit } = body;
  const table = tableAt(body, body.reader.u32());
  body.module.features.add("reference_types");
  if (opcode === OP.tableSet) stack.pop(table.type);
  stack.pop(I32);
  if (body.plan.exact && stack.live) {
    emit.copyTo(body.start);
    emit.recordTrap(trapCode("table"));
  }
  if (opcode === OP.tableGet) stack.push(table.type);
}

/** The index of the only memory there can be. */
export function readMemoryIndex(body: Body): void {
  if (body.reader.byte() !== 0) unsupported("multi_memory", body.start);
  if (!body.module.memory) invalid("no memory", body.start);
}

function memoryOperator(body: Body, opcode: number): void {
  const { stack, emit, reader, plan } = body;
  readMemoryIndex(body);
  if (opcode === OP.memoryGrow) stack.pop(I32);
  stack.push(I32);
  if (opcode === OP.memorySize || !stack.live) return;
  emit.copyTo(body.start);
  emit.chargeByOperand(0, plan.prices.memoryPage);
  emit.op(OP.call, body.layout.growMemory);
  emit.skipTo(reader.position);
}

function referenceOperator(body: Body, opcode: number): void {
  const { stack, reader, module, emit } = body;
  module.features.add("reference_types");
  if (opcode === OP.refNull) {
    const type = readHeapType(reader);
    if (type === EXTERNREF) module.features.add("external_references");
    stack.push(type);
  } else if (opcode === OP.refIsNull) {
    stack.popReference();
    stack.push(I32);
  } else {
    const index = reader.u32();
    if (index >= module.functions.length) invalid(`no function ${index}`, body.start);
    if (!module.declared.has(index)) invalid(`function ${index} is not declared for references`, body.start);
    stack.push(FUNCREF);
    if (!stack.live) return;
    emit.copyTo(body.start);
    emit.op(opcode, sealedIndex(body.layout, index));
    emit.skipTo(reader.position);
    module.referenced.add(index);
  }
}
