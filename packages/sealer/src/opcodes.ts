/** Operators whose operands do not depend on the module: what they take and give, and which of them the rules must watch. */

import { trapCode } from "./traps.ts";
import { F32, F64, I32, I64 } from "./value-types.ts";

/** By first byte: the operand types (second first popped) and the result type of a plain operator; 0 is none. */
export const FIRST_OPERAND = new Uint8Array(256);
export const SECOND_OPERAND = new Uint8Array(256);
export const RESULT = new Uint8Array(256);
/** Highest alignment that a load or store may state, plus one; 0 for other operators. */
export const ALIGNMENT = new Uint8Array(256);
/** Whether an operator may make a NaN. */
export const MAKES_NAN = new Uint8Array(256);
/** How many operands' bits an operator can tell apart even if they are NaNs. */
export const OBSERVES = new Uint8Array(256);
/** Operators whose float result is never a NaN. */
export const MAKES_NUMBER = new Uint8Array(256);
/** Code of the trap that an operator can end in; 0 for none, TRAP_BY_OPERAND where it depends on an operand. */
export const TRAPS = new Uint8Array(256);
export const TRAP_BY_OPERAND = 255;

/** Bytes that rewriting an operator may add, generously: docs/metering.md, "What is accepted". */
export const WEIGHT = new Uint8Array(256);
export const OPERATOR_WEIGHT = 48;
export const BULK_WEIGHT = 96;
const LOOP_WEIGHT = 255;

function define(from: number, to: number, operands: readonly number[], result: number): void {
  for (let opcode = from; opcode <= to; opcode++) {
    FIRST_OPERAND[opcode] = operands[0] ?? 0;
    SECOND_OPERAND[opcode] = operands[1] ?? 0;
    RESULT[opcode] = result;
  }
}

function defineMemory(
  from: number,
  alignments: readonly number[],
  operands: readonly number[],
  result: number,
): void {
  alignments.forEach((alignment, index) => {
    define(from + index, from + index, operands, result);
    ALIGNMENT[from + index] = alignment + 1;
    TRAPS[from + index] = trapCode("memory");
  });
}

function mark(table: Uint8Array, value: number, ranges: readonly (readonly [number, number])[]): void {
  for (const [from, to] of ranges) table.fill(value, from, to + 1);
}

function defineAll(): void {
  defineMemory(0x28, [2], [I32], I32);
  defineMemory(0x29, [3], [I32], I64);
  defineMemory(0x2a, [2], [I32], F32);
  defineMemory(0x2b, [3], [I32], F64);
  defineMemory(0x2c, [0, 0, 1, 1], [I32], I32);
  defineMemory(0x30, [0, 0, 1, 1, 2, 2], [I32], I64);
  defineMemory(0x36, [2], [I32, I32], 0);
  defineMemory(0x37, [3], [I32, I64], 0);
  defineMemory(0x38, [2], [I32, F32], 0);
  defineMemory(0x39, [3], [I32, F64], 0);
  defineMemory(0x3a, [0, 1], [I32, I32], 0);
  defineMemory(0x3c, [0, 1, 2], [I32, I64], 0);
  // Tests and comparisons.
  define(0x45, 0x45, [I32], I32);
  define(0x46, 0x4f, [I32, I32], I32);
  define(0x50, 0x50, [I64], I32);
  define(0x51, 0x5a, [I64, I64], I32);
  define(0x5b, 0x60, [F32, F32], I32);
  define(0x61, 0x66, [F64, F64], I32);
  // Arithmetic.
  define(0x67, 0x69, [I32], I32);
  define(0x6a, 0x78, [I32, I32], I32);
  define(0x79, 0x7b, [I64], I64);
  define(0x7c, 0x8a, [I64, I64], I64);
  define(0x8b, 0x91, [F32], F32);
  define(0x92, 0x98, [F32, F32], F32);
  define(0x99, 0x9f, [F64], F64);
  define(0xa0, 0xa6, [F64, F64], F64);
  // Conversions.
  define(0xa7, 0xa7, [I64], I32);
  define(0xa8, 0xa9, [F32], I32);
  define(0xaa, 0xab, [F64], I32);
  define(0xac, 0xad, [I32], I64);
  define(0xae, 0xaf, [F32], I64);
  define(0xb0, 0xb1, [F64], I64);
  define(0xb2, 0xb3, [I32], F32);
  define(0xb4, 0xb5, [I64], F32);
  define(0xb6, 0xb6, [F64], F32);
  define(0xb7, 0xb8, [I32], F64);
  define(0xb9, 0xba, [I64], F64);
  define(0xbb, 0xbb, [F32], F64);
  define(0xbc, 0xbc, [F32], I32);
  define(0xbd, 0xbd, [F64], I64);
  define(0xbe, 0xbe, [I32], F32);
  define(0xbf, 0xbf, [I64], F64);
  define(0xc0, 0xc1, [I32], I32);
  define(0xc2, 0xc4, [I64], I64);

  // abs, neg and copysign work on bits; comparisons and conversions from integers never make a NaN.
  mark(MAKES_NAN, 1, [
    [0x8d, 0x97],
    [0xb6, 0xb6],
  ]);
  mark(MAKES_NAN, 1, [
    [0x9b, 0xa5],
    [0xbb, 0xbb],
  ]);
  mark(OBSERVES, 1, [
    [0x38, 0x39],
    [0x8b, 0x8c],
    [0x99, 0x9a],
    [0xbc, 0xbd],
  ]);
  mark(OBSERVES, 2, [
    [0x98, 0x98],
    [0xa6, 0xa6],
  ]);
  mark(MAKES_NUMBER, 1, [
    [0xb2, 0xb5],
    [0xb7, 0xba],
  ]);
  // div_u, rem_s and rem_u fail on zero alone; div_s and trunc have two ways to fail.
  mark(TRAPS, trapCode("divide_by_zero"), [
    [0x6e, 0x70],
    [0x80, 0x82],
  ]);
  mark(TRAPS, TRAP_BY_OPERAND, [
    [0x6d, 0x6d],
    [0x7f, 0x7f],
    [0xa8, 0xab],
    [0xae, 0xb1],
  ]);
}

/** Operators that only compute, or read a variable, stay as they are. */
function weigh(): void {
  WEIGHT.fill(OPERATOR_WEIGHT);
  const kept: [number, number][] = [
    [0x01, 0x01],
    [0x1a, 0x1a],
    [0x20, 0x20],
    [0x23, 0x23],
    [0x3f, 0x3f],
    [0x41, 0x44],
  ];
  mark(WEIGHT, 0, [...kept, [0xd0, 0xd2], [0xfc, 0xfd]]);
  for (let opcode = 0x45; opcode <= 0xc4; opcode++) {
    if (TRAPS[opcode] === 0 && MAKES_NAN[opcode] === 0 && OBSERVES[opcode] === 0) WEIGHT[opcode] = 0;
  }
  WEIGHT[0x03] = LOOP_WEIGHT;
  WEIGHT[0x40] = BULK_WEIGHT;
}

defineAll();
weigh();

/** Operators 0xfc 0 to 7, the saturating conversions: operand and result. */
export const SATURATING_OPERAND = Uint8Array.of(F32, F32, F64, F64, F32, F32, F64, F64);
export const SATURATING_RESULT = Uint8Array.of(I32, I32, I32, I32, I64, I64, I64, I64);
