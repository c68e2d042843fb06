/** Reads constant expressions: initial values and offsets. */

import { invalid, malformed, unsupported } from "./error.ts";
import type { Module } from "./module.ts";
import { OP } from "./op.ts";
import type { Reader } from "./reader.ts";
import { EXTERNREF, F32, F64, FUNCREF, I32, I64, readHeapType, typeName, V128 } from "./value-types.ts";
import type { Writer } from "./writer.ts";

/** The reference of a function, which the module thereby declares; returns its index in the sealed module. */
export function declareFunction(module: Module, index: number, offset: number): number {
  if (index >= module.functions.length) invalid(`no function ${index}`, offset);
  module.declared.add(index);
  return index + module.importCount + 1;
}

function readGlobalGet(module: Module, reader: Reader, offset: number): number {
  const global = module.globals[reader.u32()];
  if (!global) return invalid("no such global", offset);
  if (!global.imported || global.mutable) unsupported("extended_const", offset);
  return global.type;
}

/**
 * Reads one constant expression of a type and writes it as it is in the sealed module.
 * Returns its value when it is an i32 that the module alone determines, else null.
 */
export function readConstant(module: Module, reader: Reader, expected: number, out: Writer): number | null {
  const offset = reader.position;
  const opcode = reader.byte();
  let type = 0;
  let value: number | null = null;
  if (opcode === OP.refFunc) {
    out.byte(opcode);
    out.u32(declareFunction(module, reader.u32(), offset));
    type = FUNCREF;
  } else {
    if (opcode === OP.i32Const) {
      value = reader.s32() >>> 0;
      type = I32;
    } else if (opcode === OP.i64Const) {
      reader.skipS64();
      type = I64;
    } else if (opcode === OP.f32Const) {
      reader.skip(4);
      type = F32;
    } else if (opcode === OP.f64Const) {
      reader.skip(8);
      type = F64;
    } else if (opcode === OP.globalGet) type = readGlobalGet(module, reader, offset);
    else if (opcode === OP.refNull) type = readHeapType(reader);
    else if (opcode === OP.simd && reader.u32() === 12) {
      reader.skip(16);
      type = V128;
      module.features.add("simd");
    } else invalid("not a constant expression", offset);
    out.copy(reader.bytes, offset, reader.position);
  }
  if (type === EXTERNREF || (type === FUNCREF && opcode !== OP.refFunc))
    module.features.add("reference_types");
  if (type !== expected) invalid(`expected ${typeName(expected)}, found ${typeName(type)}`, offset);
  readEnd(reader);
  out.byte(OP.end);
  return value;
}

function readEnd(reader: Reader): void {
  const offset = reader.position;
  const opcode = reader.byte();
  if (opcode === OP.end) return;
  if ((opcode >= 0x6a && opcode <= 0x6c) || (opcode >= 0x7c && opcode <= 0x7e))
    unsupported("extended_const", offset);
  if (opcode >= OP.i32Const && opcode <= OP.f64Const) unsupported("extended_const", offset);
  if (opcode === OP.globalGet) unsupported("extended_const", offset);
  malformed("constant expression too long", offset);
}
