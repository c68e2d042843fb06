/** The loop over a function's operators. */

import type { Body } from "./body.ts";
import { malformed, unsupported } from "./error.ts";
import { NUMBER, settle, TAINTED } from "./nan.ts";
import { OP } from "./op.ts";
import {
  ALIGNMENT,
  FIRST_OPERAND,
  MAKES_NAN,
  MAKES_NUMBER,
  OBSERVES,
  RESULT,
  SECOND_OPERAND,
  TRAP_BY_OPERAND,
  TRAPS,
  WEIGHT,
} from "./opcodes.ts";
import { callOperator } from "./operators-calls.ts";
import { controlOperator } from "./operators-control.ts";
import { miscOperator } from "./operators-misc.ts";
import { simdOperator } from "./operators-simd.ts";
import { readAddress, variableOperator } from "./operators-variables.ts";

/** Validates and rewrites operators up to the end of the function. */
export function runOperators(body: Body): void {
  const { reader, stack, emit } = body;
  const prices = body.plan.operatorPrices;
  while (stack.frames.length > 0 && !body.mustStartOver) {
    body.start = reader.position;
    stack.offset = reader.position;
    const opcode = reader.byte();
    emit.pending += prices[opcode]!;
    body.weight += WEIGHT[opcode]!;
    if (FIRST_OPERAND[opcode] !== 0) plainOperator(body, opcode);
    else if (opcode < 0x10) controlOperator(body, opcode);
    else if (opcode < 0x14) callOperator(body, opcode);
    else if (opcode === OP.misc) miscOperator(body);
    else if (opcode === OP.simd) simdOperator(body);
    else if (!variableOperator(body, opcode)) refuse(opcode, body.start);
  }
}

/** Loads, stores and numeric operators: nothing about them depends on the module. */
function plainOperator(body: Body, opcode: number): void {
  const { stack, emit, plan } = body;
  if (ALIGNMENT[opcode] !== 0) readAddress(body, ALIGNMENT[opcode]! - 1);
  if (OBSERVES[opcode] !== 0) settle(body, 0, OBSERVES[opcode]!);
  const trap = TRAPS[opcode]!;
  const first = FIRST_OPERAND[opcode]!;
  if (trap !== 0 && plan.exact && stack.live) {
    emit.copyTo(body.start);
    if (trap === TRAP_BY_OPERAND) emit.recordTrapByOperand(first);
    else emit.recordTrap(trap);
  }
  if (SECOND_OPERAND[opcode] !== 0) stack.pop(SECOND_OPERAND[opcode]!);
  stack.pop(first);
  if (RESULT[opcode] !== 0) stack.push(RESULT[opcode]!);
  if (MAKES_NAN[opcode] !== 0 && plan.canonicalizeNan) {
    if (body.tracksNans) stack.setNan(0, TAINTED);
    else if (stack.live) body.trackNans();
  } else if (MAKES_NUMBER[opcode] !== 0) stack.setNan(0, NUMBER);
  if (opcode >= 0xc0) body.module.features.add("sign_extension");
}

function refuse(opcode: number, offset: number): never {
  if (opcode === 0x18 || opcode === 0x19 || opcode === 0x1f) unsupported("exceptions", offset);
  if (opcode === 0x14 || opcode === 0x15 || opcode === 0xfb) unsupported("gc", offset);
  if (opcode >= 0xd3 && opcode <= 0xd6) unsupported("gc", offset);
  if (opcode >= 0xe0 && opcode <= 0xe6) unsupported("stack_switching", offset);
  if (opcode === 0xfe) unsupported("threads", offset);
  return malformed(`unknown operator 0x${opcode.toString(16)}`, offset);
}
