/** Operators behind 0xfc: saturating conversions, bulk memory, tables. */

import type { Body } from "./body.ts";
import { invalid, malformed, unsupported } from "./error.ts";
import { MISC, OP } from "./op.ts";
import { BULK_WEIGHT, SATURATING_OPERAND, SATURATING_RESULT } from "./opcodes.ts";
import { readMemoryIndex, tableAt } from "./operators-variables.ts";
import { trapCode } from "./traps.ts";
import { I32 } from "./value-types.ts";

export function miscOperator(body: Body): void {
  const { reader, stack, module } = body;
  const opcode = reader.u32();
  if (opcode < 8) {
    stack.pop(SATURATING_OPERAND[opcode]!);
    stack.push(SATURATING_RESULT[opcode]!);
    module.features.add("saturating_conversions");
    return;
  }
  if (opcode === 18) unsupported("memory_control", body.start);
  if (opcode >= 19 && opcode <= 22) unsupported("wide_arithmetic", body.start);
  if (opcode > 22) malformed(`unknown operator 0xfc ${opcode}`, body.start);
  body.weight += BULK_WEIGHT;
  module.features.add(opcode < MISC.tableGrow ? "bulk_memory" : "reference_types");
  if (opcode <= 11) bulkMemory(body, opcode);
  else tables(body, opcode);
}

function checkData(body: Body): void {
  const index = body.reader.u32();
  if (body.module.dataCount === null) malformed("data count section required", body.start);
  if (index >= body.module.dataCount) invalid("no such data segment", body.start);
}

/** 8 memory.init, 9 data.drop, 10 memory.copy, 11 memory.fill. */
function bulkMemory(body: Body, opcode: number): void {
  if (opcode <= 9) checkData(body);
  if (opcode === 9) return;
  if (opcode === 10) readMemoryIndex(body);
  readMemoryIndex(body);
  popThree(body, I32);
  const { memoryBytesShift, memoryUnit } = body.plan.prices;
  chargeBulk(body, memoryBytesShift, memoryUnit, trapCode("memory"));
}

/** 12 table.init, 13 elem.drop, 14 table.copy, 15 table.grow, 16 table.size, 17 table.fill. */
function tables(body: Body, opcode: number): void {
  const { stack, plan, reader } = body;
  const index = reader.u32();
  if (opcode === 13) checkElements(body, index, null);
  else if (opcode === MISC.tableSize) {
    tableAt(body, index);
    stack.push(I32);
  } else if (opcode === MISC.tableGrow) growTable(body, index);
  else {
    popThree(body, opcode === 17 ? tableAt(body, index).type : I32);
    if (opcode === 12) checkElements(body, index, tableAt(body, reader.u32()).type);
    if (opcode === 14 && tableAt(body, index).type !== tableAt(body, reader.u32()).type) {
      invalid("tables of different types", body.start);
    }
    chargeBulk(body, 0, plan.prices.tableElement, trapCode("table"));
  }
}

function growTable(body: Body, index: number): void {
  const { stack, emit } = body;
  stack.pop(I32);
  stack.pop(tableAt(body, index).type);
  stack.push(I32);
  if (!stack.live) return;
  emit.copyTo(body.start);
  emit.chargeByOperand(0, body.plan.prices.tableElement);
  emit.op(OP.call, body.layout.growTable + index);
  emit.skipTo(body.reader.position);
}

function checkElements(body: Body, index: number, type: number | null): void {
  const found = body.module.elements[index] ?? invalid("no such element segment", body.start);
  if (type !== null && found !== type) invalid("elements of another type than the table's", body.start);
}

/** Destination, source or value, count. */
function popThree(body: Body, middle: number): void {
  body.stack.pop(I32);
  body.stack.pop(middle);
  body.stack.pop(I32);
}

function chargeBulk(body: Body, shift: number, unit: number, trap: number): void {
  const { emit } = body;
  if (!body.stack.live) return;
  emit.copyTo(body.start);
  emit.chargeByOperand(shift, unit);
  if (body.plan.exact) emit.recordTrap(trap);
}
