/** Canonical NaNs: sign and payload of a NaN that arithmetic makes differ between machines. */

import type { Emitter } from "./emitter.ts";
import { OP } from "./op.ts";
import { F32, F64, V128 } from "./value-types.ts";

const F32_NAN = [0x00, 0x00, 0xc0, 0x7f];
const F64_NAN = [0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xf8, 0x7f];
const F32X4_EQ = 65;
const F64X2_EQ = 71;
const V128_CONST = 12;
const V128_BITSELECT = 82;

/** x -> x == x ? x : NaN, by lanes for a vector. */
export function emitCanonical(emit: Emitter, isDouble: boolean, isVector: boolean): void {
  const { out } = emit;
  const nan = isDouble ? F64_NAN : F32_NAN;
  const value = emit.scratch(isVector ? V128 : isDouble ? F64 : F32);
  emit.op(OP.localTee, value);
  if (isVector) {
    out.put(OP.simd, V128_CONST);
    for (let i = 0; i < 16; i += nan.length) out.put(...nan);
  } else out.put(isDouble ? OP.f64Const : OP.f32Const, ...nan);
  emit.op(OP.localGet, value);
  emit.op(OP.localGet, value);
  if (isVector) {
    emit.op(OP.simd, isDouble ? F64X2_EQ : F32X4_EQ);
    emit.op(OP.simd, V128_BITSELECT);
  } else out.put(isDouble ? OP.f64Eq : OP.f32Eq, OP.select);
}
