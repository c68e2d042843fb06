/**
 * Loops that count (`loop-scan.ts`) are paid for before they begin, as many rounds as the budget has room for, and have nothing
 * to check while they go round: `loop(check, pay; loop(... until the last round that is paid) again, if not done)`.
 * A way out gets back what was paid for rounds that did not begin.
 */

import type { Body } from "./body.ts";
import type { CountedLoop, Operand } from "./loop-scan.ts";
import { EMPTY_BLOCK, OP } from "./op.ts";
import { addedParams } from "./plan.ts";
import { I32, I64 } from "./value-types.ts";

/** Numbers of the scratch locals, which nothing inside of such a loop uses. */
const BOUND = 1 << 20;
const ROUNDS = BOUND + 1;
/** So many rounds are paid at once, and no more: their price is far from where an i64 would wrap. */
const ROUNDS_MAX = 2 ** 32;
/** So many at once where what remains is not enough for all. */
const ROUNDS_FEW = 256;

const SHORT = {
  const: 0x41,
  ne: 0x47,
  lt: [0x49, 0x48],
  gt: [0x4b, 0x4a],
  le: [0x4d, 0x4c],
  ge: [0x4f, 0x4e],
};
const LONG = {
  const: 0x42,
  ne: 0x52,
  lt: [0x54, 0x53],
  gt: [0x56, 0x55],
  le: [0x58, 0x57],
  ge: [0x5a, 0x59],
};
const SHORT_ARITHMETIC = { add: 0x6a, sub: 0x6b, mul: 0x6c, div: 0x6e };
const LONG_ARITHMETIC = { add: 0x7c, sub: 0x7d, mul: 0x7e, div: 0x80 };

/** Writes the code of one counted loop, in terms of its variable's type. */
export class CountedCode {
  readonly #loop: CountedLoop;
  readonly #body: Body;
  readonly #compare: typeof SHORT;
  readonly #arithmetic: typeof SHORT_ARITHMETIC;
  readonly #bound: number;
  readonly #rounds: number;
  readonly #ascends: boolean;

  constructor(body: Body, loop: CountedLoop) {
    this.#loop = loop;
    this.#body = body;
    this.#compare = loop.isLong ? LONG : SHORT;
    this.#arithmetic = loop.isLong ? LONG_ARITHMETIC : SHORT_ARITHMETIC;
    this.#bound = body.emit.scratch(loop.isLong ? I64 : I32, BOUND);
    this.#rounds = body.emit.scratch(I64, ROUNDS);
    this.#ascends = typeof loop.step !== "number" || loop.step > 0;
  }

  /** Before the original's `loop`. */
  begin(): void {
    const { emit } = this.#body;
    emit.out.put(OP.loop, EMPTY_BLOCK);
    emit.check();
    this.#pushRounds();
    emit.op(OP.localSet, this.#rounds);
    const isExact = this.#loop.comparison === "ne" && this.#distance === 1 && this.#roundsMax() === null;
    if (isExact) {
      this.#pushOperand(this.#loop.bound);
      emit.op(OP.localSet, this.#bound);
    } else this.#setBound();
    this.#pay(OP.i64Sub);
    emit.op(OP.localTee, emit.remainingLocal);
    emit.i64(0);
    emit.out.byte(OP.i64LtS);
    emit.ifUnlikely();
    this.#payWhatThereIs();
    emit.out.byte(OP.end);
  }

  /** In the place of the branch back to the loop's begin, whose condition is on the stack. */
  repeat(depth: number): void {
    const { emit } = this.#body;
    emit.out.byte(OP.drop);
    this.#pushVariable();
    emit.op(OP.localGet, this.#bound);
    emit.out.byte(this.#compare.ne);
    emit.op(OP.brIf, depth);
  }

  /** Behind the original's `end`. */
  end(): void {
    const { emit } = this.#body;
    this.#pushVariable();
    this.#pushOperand(this.#loop.bound);
    this.#pushComparison();
    emit.unlikelyHere();
    emit.op(OP.brIf, 0);
    emit.out.byte(OP.end);
  }

  /** On a way out, in whose round the variable is already set or not: gets back what the rounds after the last full one would have cost. */
  refund(position: number): void {
    const { emit } = this.#body;
    const { isLong, price, updated } = this.#loop;
    emit.op(OP.localGet, emit.remainingLocal);
    this.#pushDistance(() => emit.op(OP.localGet, this.#bound));
    this.#divide();
    if (!isLong) emit.out.byte(OP.i64ExtendI32U);
    if (updated < position) {
      emit.i64(1);
      emit.out.byte(OP.i64Add);
    }
    emit.i64(price);
    emit.out.put(OP.i64Mul, OP.i64Add);
    emit.op(OP.localSet, emit.remainingLocal);
  }

  /** Size of a constant step; null where the step is a local. */
  get #distance(): number | null {
    return typeof this.#loop.step === "number" ? Math.abs(this.#loop.step) : null;
  }

  /** Rounds that may be paid at once; null where no more can come. */
  #roundsMax(): number | null {
    const { isLong, exits } = this.#loop;
    if (isLong) return ROUNDS_MAX;
    // `refund` must be able to tell how many rounds there were: less than once around all numbers.
    return exits.length > 0 ? Math.floor((2 ** 32 - 1) / this.#distance!) : null;
  }

  /** Pushes how often the loop would go round from here, at most and as an i64. */
  #pushRounds(): void {
    const { emit } = this.#body;
    const { comparison, isLong } = this.#loop;
    const { out } = emit;
    this.#pushDistance(() => this.#pushOperand(this.#loop.bound));
    if (comparison !== "le" && comparison !== "ge") {
      this.#constant(1);
      out.byte(this.#arithmetic.sub);
    }
    this.#divide();
    if (comparison !== "ne") {
      // The first round comes without being asked for.
      this.#constant(0);
      this.#pushVariable();
      this.#pushOperand(this.#loop.bound);
      this.#pushComparison();
      this.#butNotWithoutStep();
      out.byte(OP.select);
    }
    if (!isLong) out.byte(OP.i64ExtendI32U);
    const max = this.#roundsMax();
    if (max !== null) this.#pushLess(() => emit.i64(max - 1));
    emit.i64(1);
    out.byte(OP.i64Add);
  }

  /** Pushes how far the variable is from what `push` pushes. */
  #pushDistance(push: () => void): void {
    if (!this.#ascends) this.#pushVariable();
    push();
    if (this.#ascends) this.#pushVariable();
    this.#body.emit.out.byte(this.#arithmetic.sub);
  }

  #divide(): void {
    const { emit } = this.#body;
    const { step } = this.#loop;
    if (this.#distance === 1) return;
    if (typeof step === "number") this.#constant(this.#distance!);
    else {
      this.#pushLocal(step.local);
      this.#constant(1);
      this.#pushLocal(step.local);
      this.#constant(0);
      emit.out.put(this.#compare.ne, OP.select);
    }
    emit.out.byte(this.#arithmetic.div);
  }

  /** A step of 0 never comes anywhere: one round at a time. */
  #butNotWithoutStep(): void {
    const { step } = this.#loop;
    if (typeof step === "number") return;
    this.#pushLocal(step.local);
    this.#constant(0);
    this.#body.emit.out.put(this.#compare.ne, OP.i32And);
  }

  /** The bound is where the variable is after the rounds that are paid. */
  #setBound(): void {
    const { emit } = this.#body;
    const { isLong, step } = this.#loop;
    const { out } = emit;
    this.#pushVariable();
    emit.op(OP.localGet, this.#rounds);
    if (!isLong) out.byte(OP.i32WrapI64);
    if (typeof step !== "number") this.#pushLocal(step.local);
    else if (this.#distance !== 1) this.#constant(this.#distance!);
    if (this.#distance !== 1) out.byte(this.#arithmetic.mul);
    out.byte(this.#ascends ? this.#arithmetic.add : this.#arithmetic.sub);
    emit.op(OP.localSet, this.#bound);
  }

  /** Pushes what remains with the price of the rounds added or taken off. */
  #pay(operator: number): void {
    const { emit } = this.#body;
    emit.op(OP.localGet, emit.remainingLocal);
    emit.op(OP.localGet, this.#rounds);
    emit.i64(this.#loop.price);
    emit.out.put(OP.i64Mul, operator);
  }

  /** Too many rounds for what remains: a few at a time, and in the end one, with which it is over. */
  #payWhatThereIs(): void {
    const { emit } = this.#body;
    this.#pay(OP.i64Add);
    emit.op(OP.localSet, emit.remainingLocal);
    emit.i64(ROUNDS_FEW);
    emit.i64(1);
    emit.op(OP.localGet, emit.remainingLocal);
    emit.i64(ROUNDS_FEW * this.#loop.price);
    emit.out.put(OP.i64GtS, OP.select);
    emit.op(OP.localSet, this.#rounds);
    this.#setBound();
    this.#pay(OP.i64Sub);
    emit.op(OP.localSet, emit.remainingLocal);
  }

  /** Replaces the i64 on the stack by the lesser of it and what `push` pushes, without signs. */
  #pushLess(push: () => void): void {
    const { emit } = this.#body;
    const value = emit.scratch(I64, ROUNDS + 1);
    emit.op(OP.localTee, value);
    push();
    emit.op(OP.localGet, value);
    push();
    emit.out.put(OP.i64LtU, OP.select);
  }

  #pushComparison(): void {
    const { comparison, isSigned } = this.#loop;
    const { out } = this.#body.emit;
    if (comparison === "ne") out.byte(this.#compare.ne);
    else out.byte(this.#compare[comparison][isSigned ? 1 : 0]!);
  }

  #pushVariable(): void {
    this.#pushLocal(this.#loop.variable);
  }

  #pushOperand(operand: Operand | null): void {
    const { emit, module } = this.#body;
    if (operand === null) this.#constant(0);
    else if ("local" in operand) this.#pushLocal(operand.local);
    else emit.out.copy(module.bytes, operand.from, operand.to);
  }

  #pushLocal(index: number): void {
    const { emit, paramCount, plan } = this.#body;
    emit.op(OP.localGet, index < paramCount ? index : index + addedParams(plan));
  }

  #constant(value: number): void {
    const { out } = this.#body.emit;
    out.byte(this.#compare.const);
    out.s64(value);
  }
}
