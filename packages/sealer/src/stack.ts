/** Operand and control stacks of the validation algorithm (WebAssembly core specification, appendix "Validation Algorithm"). */

import type { CountedCode } from "./counted-loop.ts";
import { invalid } from "./error.ts";
import { type Frames, valueSizes } from "./frames.ts";
import { LIMITS } from "./limits.ts";
import { CLEAN } from "./nan.ts";
import { FUNCREF, isReference, typeName, UNKNOWN } from "./value-types.ts";

export interface Frame {
  opcode: number;
  params: Uint8Array;
  results: Uint8Array;
  /** Height of the operand stack below the block's parameters. */
  height: number;
  /** Bytes of those operands. */
  bytes: number;
  /** The rest of the block is never reached: its operands may be of any type. */
  unreachable: boolean;
  /** The block's start can be reached, so the block is part of the sealed module. */
  emitted: boolean;
  /** Some branch goes to its label. */
  targeted: boolean;
  /** Price that is not yet charged where the block begins, and again at its label, whatever way leads there. */
  pending: number;
  /** How many labels of the sealed function there are around its own: a counted loop brings one with it. */
  level: number;
  /** Of a loop that counts. */
  counted: CountedCode | null;
  /** Of a dispatch loop: the budget is checked on the ways back to its begin instead of there. */
  checksBack: boolean;
}

/** Type checks the operators of one function, and measures how deep its operands get. */
export class Stack {
  offset = 0;
  frames: Frame[] = [];
  frame!: Frame;
  height = 0;
  bytes = 0;
  /** Greatest size of the operands in reachable code, in bytes. */
  deepest = 0;
  readonly #sizes: Uint8Array;
  #types = new Uint8Array(1024);
  #nans = new Uint8Array(1024);

  constructor(frames: Frames) {
    this.#sizes = valueSizes(frames);
  }

  /** Whether the next operator can be reached, as far as types tell. */
  get live(): boolean {
    return this.frame.emitted && !this.frame.unreachable;
  }

  /** Starts over for the next function. */
  reset(results: Uint8Array): void {
    this.frames.length = 0;
    this.height = 0;
    this.bytes = 0;
    this.deepest = 0;
    this.#enter(0x02, NO_TYPES, results, true, 0, 0);
  }

  push(type: number): void {
    if (this.height === this.#types.length) this.#grow();
    this.#nans[this.height] = CLEAN;
    this.#types[this.height++] = type;
    this.bytes += this.#sizes[type]!;
    if (this.bytes > this.deepest && this.live) this.deepest = this.bytes;
  }

  /** Type of the operand at a depth, 0 for the top. There must be one. */
  typeAt(depth: number): number {
    return this.#types[this.height - 1 - depth]!;
  }

  /** What is known of the NaN in the operand at a depth: CLEAN, NUMBER or TAINTED. */
  nanAt(depth: number): number {
    return this.#nans[this.height - 1 - depth]!;
  }

  setNan(depth: number, state: number): void {
    this.#nans[this.height - 1 - depth] = state;
  }

  pushAll(types: Uint8Array): void {
    for (let i = 0; i < types.length; i++) this.push(types[i]!);
  }

  /** Pops whatever is there. */
  popAny(): number {
    if (this.height === this.frame.height) {
      if (this.frame.unreachable) return UNKNOWN;
      invalid("operand missing", this.offset);
    }
    const type = this.#types[--this.height]!;
    this.bytes -= this.#sizes[type]!;
    return type;
  }

  pop(expected: number): number {
    const type = this.popAny();
    if (type !== expected && type !== UNKNOWN && expected !== UNKNOWN) {
      invalid(`expected ${typeName(expected)}, found ${typeName(type)}`, this.offset);
    }
    return type;
  }

  popAll(types: Uint8Array): void {
    for (let i = types.length - 1; i >= 0; i--) this.pop(types[i]!);
  }

  /** Checks that operands are there, and leaves them. */
  peekAll(types: Uint8Array): void {
    let at = this.height;
    for (let i = types.length - 1; i >= 0; i--) {
      if (at === this.frame.height) {
        if (this.frame.unreachable) return;
        invalid("operand missing", this.offset);
      }
      const type = this.#types[--at]!;
      if (type !== types[i] && type !== UNKNOWN) {
        invalid(`expected ${typeName(types[i]!)}, found ${typeName(type)}`, this.offset);
      }
    }
  }

  popReference(): number {
    const type = this.popAny();
    if (type !== UNKNOWN && !isReference(type))
      invalid(`expected a reference, found ${typeName(type)}`, this.offset);
    return type === UNKNOWN ? FUNCREF : type;
  }

  /** Enters a block that has `extraLabels` more around it in the sealed function. */
  enter(opcode: number, params: Uint8Array, results: Uint8Array, pending: number, extraLabels: number): void {
    this.popAll(params);
    if (this.frames.length >= LIMITS.nesting) invalid("blocks nested too deep", this.offset);
    const level = this.frame.level + 1 + extraLabels;
    this.#enter(opcode, params, results, this.live, pending, level);
    this.pushAll(params);
  }

  #enter(
    opcode: number,
    params: Uint8Array,
    results: Uint8Array,
    emitted: boolean,
    pending: number,
    level: number,
  ): void {
    const { height, bytes } = this;
    this.frame = {
      opcode,
      params,
      results,
      height,
      bytes,
      unreachable: false,
      emitted,
      targeted: false,
      pending,
      level,
      counted: null,
      checksBack: false,
    };
    this.frames.push(this.frame);
  }

  /** Checks the results of the innermost block and leaves it. The results are pushed by the caller. */
  leave(): Frame {
    const frame = this.frame;
    this.#checkEnd(frame);
    this.frames.pop();
    const parent = this.frames[this.frames.length - 1];
    if (parent) this.frame = parent;
    return frame;
  }

  /** Goes on with the other arm of an `if`. */
  otherwise(): void {
    const { frame } = this;
    if (frame.opcode !== 0x04) invalid("else without if", this.offset);
    this.#checkEnd(frame);
    frame.opcode = 0x05;
    frame.unreachable = false;
    this.pushAll(frame.params);
  }

  #checkEnd(frame: Frame): void {
    this.popAll(frame.results);
    if (this.height !== frame.height) invalid("operands left at the end of a block", this.offset);
    this.bytes = frame.bytes;
  }

  /** What follows, up to the end of the block, is never reached. */
  abandon(): void {
    this.height = this.frame.height;
    this.bytes = this.frame.bytes;
    this.frame.unreachable = true;
  }

  /** The block that a branch goes to. */
  label(depth: number): Frame {
    return this.frames[this.frames.length - 1 - depth] ?? invalid("no such label", this.offset);
  }

  /** How a branch from here names a block in the sealed function. */
  sealedDepth(target: Frame): number {
    return this.frame.level - target.level;
  }

  #grow(): void {
    const types = new Uint8Array(this.#types.length * 2);
    types.set(this.#types);
    this.#types = types;
    const nans = new Uint8Array(types.length);
    nans.set(this.#nans);
    this.#nans = nans;
  }
}

const NO_TYPES = new Uint8Array(0);

/** What a branch to a block's label carries. */
export function labelTypes(frame: Frame): Uint8Array {
  return frame.opcode === 0x03 ? frame.params : frame.results;
}
