/** Operators behind 0xfd: vectors. */

import type { Body } from "./body.ts";
import { invalid, malformed, unsupported } from "./error.ts";
import { emitCanonicalVector, settle } from "./nan.ts";
import { OPERATOR_WEIGHT } from "./opcodes.ts";
import { readAddress } from "./operators-variables.ts";
import {
  SHAPE,
  SIMD_ALIGNMENT,
  SIMD_LANES,
  SIMD_MAKES_NAN,
  SIMD_OPERANDS,
  SIMD_RESULT,
  SIMD_SHAPE,
  SIMD_TAKES_FLOAT,
} from "./simd.ts";
import { trapCode } from "./traps.ts";

export function simdOperator(body: Body): void {
  const { reader, stack, emit, plan } = body;
  const opcode = reader.u32();
  if (opcode >= 0x100 && opcode < 0x130) unsupported("relaxed_simd", body.start);
  const shape = SIMD_SHAPE[opcode] ?? 0;
  if (shape === 0) malformed(`unknown operator 0xfd ${opcode}`, body.start);
  body.module.features.add("simd");
  if (SIMD_ALIGNMENT[opcode] !== 0 || shape === SHAPE.memory || SIMD_MAKES_NAN[opcode] !== 0)
    body.weight += OPERATOR_WEIGHT;
  if (shape !== SHAPE.none) readImmediate(body, opcode, shape);
  if (SIMD_TAKES_FLOAT[opcode] !== 0) settle(body, 0, 1);
  for (let i = 2; i >= 0; i--) if (SIMD_OPERANDS[i]![opcode] !== 0) stack.pop(SIMD_OPERANDS[i]![opcode]!);
  if (SIMD_RESULT[opcode] !== 0) stack.push(SIMD_RESULT[opcode]!);
  if (!stack.live) return;
  if (plan.exact && (shape === SHAPE.memory || shape === SHAPE.memoryLane)) {
    emit.copyTo(body.start);
    emit.recordTrap(trapCode("memory"));
  }
  if (plan.canonicalizeNan && SIMD_MAKES_NAN[opcode] !== 0) {
    emit.copyTo(reader.position);
    emitCanonicalVector(emit, SIMD_MAKES_NAN[opcode]!);
  }
}

function readImmediate(body: Body, opcode: number, shape: number): void {
  const { reader } = body;
  if (shape === SHAPE.memory || shape === SHAPE.memoryLane) readAddress(body, SIMD_ALIGNMENT[opcode]!);
  if (shape === SHAPE.constant) reader.skip(16);
  if (shape === SHAPE.shuffle) {
    for (let i = 0; i < 16; i++) if (reader.byte() >= 32) invalid("no such lane", body.start);
  }
  if ((shape === SHAPE.lane || shape === SHAPE.memoryLane) && reader.byte() >= SIMD_LANES[opcode]!) {
    invalid("no such lane", body.start);
  }
}
