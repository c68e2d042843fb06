/** Value types, as the binary format writes them. */

import { malformed, unsupported } from "./error.ts";
import type { Reader } from "./reader.ts";

export const I32 = 0x7f;
export const I64 = 0x7e;
export const F32 = 0x7d;
export const F64 = 0x7c;
export const V128 = 0x7b;
export const FUNCREF = 0x70;
export const EXTERNREF = 0x6f;
/** Not a type of the format: an operand of code that is never reached. */
export const UNKNOWN = 0;

const NAMES: Record<number, string> = {
  [I32]: "i32",
  [I64]: "i64",
  [F32]: "f32",
  [F64]: "f64",
  [V128]: "v128",
  [FUNCREF]: "funcref",
  [EXTERNREF]: "externref",
  [UNKNOWN]: "unknown",
};

export interface FunctionType {
  readonly params: Uint8Array;
  readonly results: Uint8Array;
}

export function typeName(type: number): string {
  return NAMES[type] ?? `type 0x${type.toString(16)}`;
}

export function functionTypeName(type: FunctionType): string {
  const list = (types: Uint8Array) => `(${Array.from(types, typeName).join(", ")})`;
  return `${list(type.params)} -> ${list(type.results)}`;
}

export function isReference(type: number): boolean {
  return type === FUNCREF || type === EXTERNREF;
}

/** Checks a value type's byte. */
export function valueType(type: number, offset: number): number {
  if ((type >= V128 && type <= I32) || isReference(type)) return type;
  if (type === 0x69 || type === 0x74) unsupported("exceptions", offset);
  if (type === 0x68 || type === 0x75) unsupported("stack_switching", offset);
  if (type >= 0x62 && type <= 0x73) unsupported("gc", offset);
  return malformed("unknown value type", offset);
}

export function readValueType(reader: Reader): number {
  const offset = reader.position;
  return valueType(reader.byte(), offset);
}

/** The type that `ref.null` states, which may be one of the module's own. */
export function readHeapType(reader: Reader): number {
  const first = reader.bytes[reader.position] ?? 0;
  if (first < 0x40 || first >= 0x80) unsupported("gc", reader.position);
  return readReferenceType(reader);
}

export function readReferenceType(reader: Reader): number {
  const offset = reader.position;
  const type = readValueType(reader);
  return isReference(type) ? type : malformed("not a reference type", offset);
}
