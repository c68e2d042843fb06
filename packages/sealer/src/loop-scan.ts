/**
 * Finds loops of two kinds. Loops that count: one straight line of operators with ways out, that goes round again while a variable,
 * to which it adds a step each time, has not come to a bound. How often such a loop goes round can be told before it begins.
 * Dispatch loops, of interpreters and state machines: a straight line to a `br_table`, and many ways back.
 */

import { SealError } from "./error.ts";
import { OP } from "./op.ts";
import { Reader } from "./reader.ts";
import { SHAPE, SIMD_SHAPE } from "./simd.ts";

/** `ne`: until they are equal; the others: while the variable is below (not above) or above (not below) the bound. */
export type Comparison = "ne" | "lt" | "le" | "gt" | "ge";

/** A local of the original, or a constant as the original writes it. */
export type Operand = { readonly local: number } | { readonly from: number; readonly to: number };

export interface CountedLoop {
  readonly kind: "counted";
  readonly variable: number;
  /** The variable is an i64. */
  readonly isLong: boolean;
  /** What is added each time: a whole number other than 0, or a local of the loop's surroundings. */
  readonly step: number | { readonly local: number };
  readonly comparison: Comparison;
  readonly isSigned: boolean;
  /** Null is 0. */
  readonly bound: Operand | null;
  /** Where the variable is set. */
  readonly updated: number;
  /** Labels that the ways out lead to, as from inside the loop. */
  readonly exits: readonly number[];
  /** Of going round once. */
  readonly price: number;
}

export interface DispatchLoop {
  readonly kind: "dispatch";
  /** Where its `br_table` is. */
  readonly table: number;
}

interface Operator {
  readonly opcode: number;
  /** Index of a local, or a constant, or 0. */
  readonly value: number;
  readonly from: number;
  readonly to: number;
}

type Update = Pick<CountedLoop, "variable" | "isLong" | "step" | "updated">;

type Test = Pick<CountedLoop, "variable" | "isLong" | "comparison" | "isSigned" | "bound">;

/** A price that no run of such a loop can make too large to count. */
const PRICE_MAX = 2 ** 30;
const STEP_MAX = 2 ** 31;
const COMPARISONS: Comparison[] = ["ne", "lt", "lt", "gt", "gt", "le", "le", "ge", "ge"];
const MIRRORED: Record<Comparison, Comparison> = { ne: "ne", lt: "gt", le: "ge", gt: "lt", ge: "le" };

/** The loop whose operators begin at `position`, if it is of a kind; null otherwise. The code need not be valid. */
export function scanLoop(
  bytes: Uint8Array,
  position: number,
  end: number,
  prices: Float64Array,
  roundPrice: number,
): CountedLoop | DispatchLoop | null {
  try {
    return new Scan(new Reader(bytes, position, end), prices, roundPrice).run();
  } catch (error) {
    if (error instanceof SealError) return null;
    throw error;
  }
}

class Scan {
  readonly #reader: Reader;
  readonly #prices: Float64Array;
  readonly #operators: Operator[] = [];
  readonly #set: number[] = [];
  readonly #updates: Update[] = [];
  readonly #exits: number[] = [];
  #price: number;
  #hasBlocks = false;

  /** @param roundPrice of beginning a round, whatever is in it. */
  constructor(reader: Reader, prices: Float64Array, roundPrice: number) {
    this.#reader = reader;
    this.#prices = prices;
    this.#price = roundPrice;
  }

  run(): CountedLoop | DispatchLoop | null {
    const { bytes } = this.#reader;
    for (;;) {
      const from = this.#reader.position;
      const opcode = this.#reader.byte();
      this.#price += this.#prices[opcode]!;
      if (opcode === OP.brTable) return { kind: "dispatch", table: from };
      if (opcode === OP.brIf) {
        if (this.#hasBlocks) return null;
        const label = this.#reader.u32();
        if (label > 0) this.#exits.push(label);
        else return bytes[this.#reader.position] === OP.end ? this.#found() : null;
      }
      const value = this.#immediate(opcode);
      if (value === null) return null;
      this.#operators.push({ opcode, value, from, to: this.#reader.position });
      if (opcode === OP.localSet || opcode === OP.localTee) this.#noteSet(value);
    }
  }

  /** Passes over what follows an opcode; null for an operator that such a loop may not have. */
  #immediate(opcode: number): number | null {
    const reader = this.#reader;
    if (opcode >= OP.localGet && opcode <= OP.globalSet) return reader.u32();
    if (opcode === OP.block) {
      this.#hasBlocks = true;
      return reader.s33();
    }
    if (opcode >= 0x28 && opcode <= 0x3e) {
      reader.u32();
      return reader.u32();
    }
    if (opcode === OP.i32Const) return reader.s32();
    if (opcode === OP.i64Const) return this.#longConstant();
    if (opcode === OP.f32Const || opcode === OP.f64Const) reader.skip(opcode === OP.f32Const ? 4 : 8);
    else if (opcode === OP.simd) return this.#vectorImmediate();
    else if (opcode === OP.misc) return reader.u32() < 8 ? 0 : null;
    else if (opcode === OP.memorySize) return reader.byte();
    else if (opcode === OP.brIf || opcode === OP.nop || opcode === OP.drop || opcode === OP.select) return 0;
    else if (!(opcode >= OP.i32Eqz && opcode <= 0xc4)) return null;
    return 0;
  }

  /** NaN where it is too long to matter. */
  #longConstant(): number {
    const from = this.#reader.position;
    this.#reader.skipS64();
    if (this.#reader.position - from > 4) return Number.NaN;
    this.#reader.position = from;
    return this.#reader.s32();
  }

  #vectorImmediate(): number | null {
    const shape = SIMD_SHAPE[this.#reader.u32()] ?? 0;
    if (shape === SHAPE.memory || shape === SHAPE.memoryLane) {
      this.#reader.u32();
      this.#reader.u32();
    }
    if (shape === SHAPE.constant || shape === SHAPE.shuffle) this.#reader.skip(16);
    if (shape === SHAPE.lane || shape === SHAPE.memoryLane) this.#reader.byte();
    return shape === 0 ? null : 0;
  }

  /** The operator `back` places before the last one. */
  #before(back: number): Operator | undefined {
    return this.#operators[this.#operators.length - 1 - back];
  }

  /** `variable = variable + step`, in any of the ways it is written. */
  #noteSet(variable: number): void {
    this.#set.push(variable);
    const { from: updated } = this.#before(0)!;
    const sum = this.#before(1);
    const isLong = sum?.opcode === OP.i64Add || sum?.opcode === OP.i64Sub;
    const isSubtraction = sum?.opcode === OP.i32Sub || sum?.opcode === OP.i64Sub;
    if (!isLong && sum?.opcode !== OP.i32Add && sum?.opcode !== OP.i32Sub) return;
    let [first, second] = [this.#before(3), this.#before(2)];
    const isVariable = (one: Operator | undefined) => one?.opcode === OP.localGet && one.value === variable;
    if (!isVariable(first) && !isSubtraction) [first, second] = [second, first];
    if (!second || !isVariable(first)) return;
    const constant = isLong ? OP.i64Const : OP.i32Const;
    if (second.opcode === constant && second.value !== 0 && Math.abs(second.value) <= STEP_MAX) {
      const step = isSubtraction ? -second.value : second.value;
      this.#updates.push({ variable, isLong, step, updated });
    } else if (second.opcode === OP.localGet && second.value !== variable && !isSubtraction) {
      this.#updates.push({ variable, isLong, step: { local: second.value }, updated });
    }
  }

  /** At the branch back to the loop's begin, behind which the loop ends. */
  #found(): CountedLoop | null {
    const test = this.#test();
    const update = test && this.#updates.find(({ variable }) => variable === test.variable);
    if (!test || !update || update.isLong !== test.isLong || this.#price > PRICE_MAX) return null;
    const count = (local: number) => this.#set.reduce((sum, one) => sum + (one === local ? 1 : 0), 0);
    if (count(test.variable) !== 1) return null;
    if (test.bound && "local" in test.bound && count(test.bound.local) > 0) return null;
    if (!this.#comesCloser(update, test)) return null;
    return {
      kind: "counted",
      ...test,
      step: update.step,
      updated: update.updated,
      exits: this.#exits,
      price: this.#price,
    };
  }

  #comesCloser({ step }: Update, { comparison }: Test): boolean {
    if (typeof step === "number") {
      if (comparison === "ne") return true;
      return step > 0 === (comparison === "lt" || comparison === "le");
    }
    if (this.#set.includes(step.local) || this.#exits.length > 0) return false;
    return comparison === "lt" || comparison === "le";
  }

  /** What the last operator asks of a variable. */
  #test(): Test | null {
    const last = this.#before(0);
    if (!last) return null;
    if (last.opcode === OP.localTee || last.opcode === OP.localGet) {
      return { variable: last.value, isLong: false, comparison: "ne", isSigned: false, bound: null };
    }
    const isLong = last.opcode >= OP.i64Ne;
    const place = last.opcode - (isLong ? OP.i64Ne : OP.i32Ne);
    const comparison = COMPARISONS[place];
    if (place < 0 || !comparison) return null;
    const common = { isLong, isSigned: place % 2 === 1 };
    const second = this.#before(1)!;
    const bound = operandOf(second, isLong);
    const left = this.#before(2);
    if (bound && left && isRead(left) && this.#isUpdated(left.value)) {
      return { ...common, variable: left.value, comparison, bound };
    }
    if (!isRead(second)) return null;
    const first = this.#before(second.opcode === OP.localTee ? 5 : 2);
    const other = first && operandOf(first, isLong);
    if (!other || !this.#isUpdated(second.value)) return null;
    return { ...common, variable: second.value, comparison: MIRRORED[comparison], bound: other };
  }

  #isUpdated(local: number): boolean {
    return this.#updates.some(({ variable }) => variable === local);
  }
}

function isRead(operator: Operator | undefined): operator is Operator {
  return operator?.opcode === OP.localGet || operator?.opcode === OP.localTee;
}

function operandOf({ opcode, value, from, to }: Operator, isLong: boolean): Operand | null {
  if (opcode === OP.localGet) return { local: value };
  return opcode === (isLong ? OP.i64Const : OP.i32Const) ? { from, to } : null;
}
