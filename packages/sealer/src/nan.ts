/**
 * Canonical NaNs. Sign and payload of a NaN that arithmetic makes differ between machines, so they are replaced before anything
 * can tell: not after each operator, but where bits are stored, reinterpreted, passed on or mixed with bits to be kept.
 */

import type { Body } from "./body.ts";
import type { Emitter } from "./emitter.ts";
import { OP } from "./op.ts";
import { F32, F64, V128 } from "./value-types.ts";

/** Bits are as they have to be, whatever they are. */
export const CLEAN = 0;
/** As CLEAN, and if it is a NaN, it is the canonical one. */
export const NUMBER = 1;
/** Made by arithmetic: if it is a NaN, it still has to be made canonical. */
export const TAINTED = 2;

const F32_NAN = [0x00, 0x00, 0xc0, 0x7f];
const F64_NAN = [0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xf8, 0x7f];
const F32X4_EQ = 65;
const F64X2_EQ = 71;
const V128_CONST = 12;
const V128_BITSELECT = 82;

/** Makes the float on top of the stack canonical. A branch that is never taken is cheaper than `select` in every engine. */
export function emitCanonical(emit: Emitter, type: number): void {
  const { out } = emit;
  const isDouble = type === F64;
  const value = emit.scratch(type);
  emit.op(OP.localTee, value);
  emit.op(OP.localGet, value);
  // One jump in every engine, where `ne` may take two.
  out.put(isDouble ? OP.f64Ge : OP.f32Ge, OP.i32Eqz);
  emit.ifUnlikely();
  if (isDouble) out.put(OP.f64Const, ...F64_NAN);
  else out.put(OP.f32Const, ...F32_NAN);
  emit.op(OP.localSet, value);
  out.byte(OP.end);
  emit.op(OP.localGet, value);
}

/** Makes each lane of the vector on top of the stack canonical. */
export function emitCanonicalVector(emit: Emitter, laneType: number): void {
  const { out } = emit;
  const isDouble = laneType === F64;
  const nan = isDouble ? F64_NAN : F32_NAN;
  const value = emit.scratch(V128);
  emit.op(OP.localTee, value);
  out.put(OP.simd, V128_CONST);
  for (let i = 0; i < 16; i += nan.length) out.put(...nan);
  emit.op(OP.localGet, value);
  emit.op(OP.localGet, value);
  emit.op(OP.simd, isDouble ? F64X2_EQ : F32X4_EQ);
  emit.op(OP.simd, V128_BITSELECT);
}

function isFloat(type: number): boolean {
  return type === F32 || type === F64;
}

/** Makes `count` operands canonical, those from depth `skip` on. To be called before the operator that can tell is copied. */
export function settle(body: Body, skip: number, count: number): void {
  if (!body.tracksNans || !body.stack.live) return;
  const { stack, emit } = body;
  let deepest = -1;
  for (let depth = skip; depth < skip + count; depth++) if (stack.nanAt(depth) === TAINTED) deepest = depth;
  if (deepest < 0) return;
  emit.copyTo(body.start);
  // What lies above goes to locals and comes back.
  for (let depth = 0; depth < deepest; depth++)
    emit.op(OP.localSet, emit.scratch(stack.typeAt(depth), depth + 1));
  for (let depth = deepest; depth >= 0; depth--) {
    const type = stack.typeAt(depth);
    if (depth < deepest) emit.op(OP.localGet, emit.scratch(type, depth + 1));
    if (depth < skip || stack.nanAt(depth) !== TAINTED) continue;
    emitCanonical(emit, type);
    stack.setNan(depth, NUMBER);
  }
}

/** What locals hold. Optimistic first: what a pass over the function finds wrong, the next pass knows. */
export class FloatLocals {
  /** By local: 1 for one that only arithmetic sets, so that it may hold what is tainted. */
  #loose = new Uint8Array(256);
  /** Some local was found to be set with bits to be kept: the function has to be rewritten again. */
  isWrong = false;

  /** Every float local that is not a parameter is taken for loose. */
  begin(locals: Uint8Array, paramCount: number, localCount: number): void {
    if (this.#loose.length < localCount) this.#loose = new Uint8Array(localCount * 2);
    for (let i = 0; i < localCount; i++) this.#loose[i] = i >= paramCount && isFloat(locals[i]!) ? 1 : 0;
  }

  /** Gives up: every local holds clean bits. */
  tighten(): void {
    this.#loose.fill(0);
  }

  /** After `local.get` or `local.tee` has pushed the local. */
  got(body: Body, index: number): void {
    if (this.#loose[index] === 1) body.stack.setNan(0, TAINTED);
  }

  /** Before `local.set` or `local.tee` pops what the local is set to. */
  set(body: Body, index: number): void {
    if (this.#loose[index] === 0) settle(body, 0, 1);
    else if (body.stack.live && body.stack.nanAt(0) === CLEAN) {
      this.#loose[index] = 0;
      this.isWrong = true;
    }
  }
}

/** `select` keeps the state that both operands have; otherwise bits to be kept and tainted ones would mix. */
export function settleSelect(body: Body): number {
  const { stack } = body;
  if (!body.tracksNans || !stack.live || !isFloat(stack.typeAt(1))) return CLEAN;
  const first = stack.nanAt(2);
  const second = stack.nanAt(1);
  if (first !== CLEAN && second !== CLEAN) return Math.max(first, second);
  settle(body, 1, 2);
  return CLEAN;
}
