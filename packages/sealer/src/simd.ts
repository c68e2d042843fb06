/** The vector operators, 0xfd 0 to 255 (WebAssembly core specification 2.0, section 5.4.9). */

import { F32, F64, I32, I64, V128 } from "./value-types.ts";

/** What follows the opcode: nothing, an address, 16 bytes, 16 lanes, one lane, or an address and one lane. */
export const SHAPE = { none: 1, memory: 2, constant: 3, shuffle: 4, lane: 5, memoryLane: 6 } as const;

/** By opcode; 0 is not an operator. */
export const SIMD_SHAPE = new Uint8Array(256);
/** Operand types, first popped last; 0 is none. */
export const SIMD_OPERANDS = [new Uint8Array(256), new Uint8Array(256), new Uint8Array(256)] as const;
export const SIMD_RESULT = new Uint8Array(256);
/** Whether the last operand is a float: splats and replaced lanes. */
export const SIMD_TAKES_FLOAT = new Uint8Array(256);
/** Highest alignment that an address may state. */
export const SIMD_ALIGNMENT = new Uint8Array(256);
/** Number of lanes that a lane operator chooses from. */
export const SIMD_LANES = new Uint8Array(256);
/** The lane type whose NaNs the operator may make, or 0. */
export const SIMD_MAKES_NAN = new Uint8Array(256);

type Range = readonly [from: number, to: number];

function define(shape: number, ranges: readonly Range[], operands: readonly number[], result: number): void {
  for (const [from, to] of ranges) {
    for (let opcode = from; opcode <= to; opcode++) {
      SIMD_SHAPE[opcode] = shape;
      SIMD_RESULT[opcode] = result;
      operands.forEach((type, index) => {
        SIMD_OPERANDS[index]![opcode] = type;
      });
    }
  }
}

function defineMemory(): void {
  define(
    SHAPE.memory,
    [
      [0, 10],
      [92, 93],
    ],
    [I32],
    V128,
  );
  define(SHAPE.memory, [[11, 11]], [I32, V128], 0);
  SIMD_ALIGNMENT.set([4, 3, 3, 3, 3, 3, 3, 0, 1, 2, 3, 4], 0);
  SIMD_ALIGNMENT.set([2, 3], 92);
  define(SHAPE.memoryLane, [[84, 87]], [I32, V128], V128);
  define(SHAPE.memoryLane, [[88, 91]], [I32, V128], 0);
  SIMD_ALIGNMENT.set([0, 1, 2, 3, 0, 1, 2, 3], 84);
  SIMD_LANES.set([16, 8, 4, 2, 16, 8, 4, 2], 84);
}

function defineLanes(): void {
  const types = [I32, I32, I32, I64, F32, F64];
  types.forEach((type, index) => {
    define(SHAPE.none, [[15 + index, 15 + index]], [type], V128); // splat
  });
  define(
    SHAPE.lane,
    [
      [21, 22],
      [24, 25],
      [27, 27],
    ],
    [V128],
    I32,
  );
  define(SHAPE.lane, [[29, 29]], [V128], I64);
  define(SHAPE.lane, [[31, 31]], [V128], F32);
  define(SHAPE.lane, [[33, 33]], [V128], F64);
  define(
    SHAPE.lane,
    [
      [23, 23],
      [26, 26],
      [28, 28],
    ],
    [V128, I32],
    V128,
  );
  define(SHAPE.lane, [[30, 30]], [V128, I64], V128);
  define(SHAPE.lane, [[32, 32]], [V128, F32], V128);
  define(SHAPE.lane, [[34, 34]], [V128, F64], V128);
  for (const opcode of [19, 20, 32, 34]) SIMD_TAKES_FLOAT[opcode] = 1;
  SIMD_LANES.set([16, 16, 16, 8, 8, 8, 4, 4, 2, 2, 4, 4, 2, 2], 21);
}

function defineArithmetic(): void {
  const one: Range[] = [
    [77, 77],
    [94, 98],
    [103, 106],
    [116, 117],
    [122, 122],
    [124, 129],
    [135, 138],
    [148, 148],
    [160, 161],
  ];
  one.push([167, 170], [192, 193], [199, 202], [224, 225], [227, 227], [236, 237], [239, 239], [248, 255]);
  define(SHAPE.none, one, [V128], V128);
  const two: Range[] = [
    [14, 14],
    [35, 76],
    [78, 81],
    [101, 102],
    [110, 115],
    [118, 121],
    [123, 123],
    [130, 130],
    [133, 134],
  ];
  two.push(
    [142, 147],
    [149, 153],
    [155, 159],
    [174, 174],
    [177, 177],
    [181, 186],
    [188, 191],
    [206, 206],
    [209, 209],
  );
  two.push([213, 223], [228, 235], [240, 247]);
  define(SHAPE.none, two, [V128, V128], V128);
  define(
    SHAPE.none,
    [
      [83, 83],
      [99, 100],
      [131, 132],
      [163, 164],
      [195, 196],
    ],
    [V128],
    I32,
  ); // tests, bit masks
  define(
    SHAPE.none,
    [
      [107, 109],
      [139, 141],
      [171, 173],
      [203, 205],
    ],
    [V128, I32],
    V128,
  ); // shifts
  define(SHAPE.none, [[82, 82]], [V128, V128, V128], V128); // bitselect
  define(SHAPE.constant, [[12, 12]], [], V128);
  define(SHAPE.shuffle, [[13, 13]], [V128, V128], V128);
}

function markNans(): void {
  // abs, neg, pmin and pmax give bits of their operands; the rest of float arithmetic can make a NaN.
  for (const opcode of [94, 103, 104, 105, 106, 227, 228, 229, 230, 231, 232, 233])
    SIMD_MAKES_NAN[opcode] = F32;
  for (const opcode of [95, 116, 117, 122, 148, 239, 240, 241, 242, 243, 244, 245])
    SIMD_MAKES_NAN[opcode] = F64;
}

defineMemory();
defineLanes();
defineArithmetic();
markNans();
