/** Writes the sealed code of one function: copies what stays as it is, and puts the counting between. */

import { EMPTY_BLOCK, MISC, OP } from "./op.ts";
import { addedParams, type Layout, type Plan, returnsRemaining } from "./plan.ts";
import { callFaultCode, STATE_OUT_OF_INSTRUCTIONS, trapCode } from "./traps.ts";
import { F32, I32, I64 } from "./value-types.ts";
import { Writer } from "./writer.ts";

/** Rewrites one function after another; what it writes has neither locals nor the last `end`. */
export class Emitter {
  out = new Writer(1 << 16);
  /** Price of what was passed since the last charge. */
  pending = 0;
  /** Types of the locals added behind the function's own. */
  readonly scratchTypes: number[] = [];
  /** Local with the stack left, this function's frame already taken off. */
  stackLocal = 0;
  remainingLocal = 0;
  readonly plan: Plan;
  readonly layout: Layout;
  readonly #scratchKeys: number[] = [];
  /** Where `out` has branches that are hardly ever taken. */
  unlikely: number[] = [];
  #source: Uint8Array;
  #copied = 0;
  #firstScratch = 0;
  /** Exact form: the count is in the global as well. */
  #stored = false;
  /** Exact form: the kind that is known to be recorded, or 0. */
  #recorded = 0;

  constructor(plan: Plan, layout: Layout, source: Uint8Array) {
    this.plan = plan;
    this.layout = layout;
    this.#source = source;
  }

  /** Starts a function whose operators begin at `position`. */
  begin(position: number, paramCount: number, localCount: number): void {
    this.out.length = 0;
    this.scratchTypes.length = 0;
    this.#scratchKeys.length = 0;
    this.unlikely.length = 0;
    this.#firstScratch = localCount + addedParams(this.plan);
    this.remainingLocal = paramCount;
    this.stackLocal = paramCount + 1;
    this.resume(position, 0);
    this.forget();
  }

  /** Copies the original up to `position`. */
  copyTo(position: number): void {
    this.out.copy(this.#source, this.#copied, position);
    this.#copied = position;
  }

  /** Leaves out the original up to `position`: it was replaced. */
  skipTo(position: number): void {
    this.#copied = position;
  }

  /** Goes on at `position` after code that is never reached. */
  resume(position: number, pending: number): void {
    this.#copied = position;
    this.pending = pending;
  }

  /** A local of the sealer's own: the first of its type, or another by number. */
  scratch(type: number, number = 0): number {
    const key = number * 256 + type;
    let index = this.#scratchKeys.indexOf(key);
    if (index < 0) {
      index = this.#scratchKeys.push(key) - 1;
      this.scratchTypes.push(type);
    }
    return this.#firstScratch + index;
  }

  /** An operator with one index. */
  op(opcode: number, index: number): void {
    this.out.byte(opcode);
    this.out.u32(index);
  }

  i64(value: number): void {
    this.out.byte(OP.i64Const);
    this.out.s64(value);
  }

  /** Pushes what remains less a price, which may be negative: what a branch around it had still to pay. */
  pushCharged(price: number): void {
    this.op(OP.localGet, this.remainingLocal);
    if (price === 0) return;
    this.i64(price);
    this.out.byte(OP.i64Sub);
  }

  /** Pushes what remains after all that is pending. The local is out of date until it is set again. */
  pushRemaining(): void {
    if (this.pending !== 0) this.#stored = false;
    this.pushCharged(this.pending);
    this.pending = 0;
  }

  /** Before a function with these results returns: gives back what remains after all that is pending. */
  returnRemaining(results: Uint8Array): void {
    this.pushRemaining();
    this.leaveRemaining(results);
  }

  /** What remains is on the stack, where the results of a function that returns are. */
  leaveRemaining(results: Uint8Array): void {
    if (!returnsRemaining(this.plan, results)) this.op(OP.globalSet, this.layout.remainingGlobal);
  }

  /** Charges what is pending, but for `pending`. */
  chargeTo(pending: number): void {
    if (this.pending === pending) return;
    this.pushCharged(this.pending - pending);
    this.op(OP.localSet, this.remainingLocal);
    this.pending = pending;
    this.#stored = false;
  }

  /** Charges all that is pending. */
  charge(): void {
    this.chargeTo(0);
  }

  /** Says that the branch or `if` to be written next is hardly ever taken. */
  unlikelyHere(): void {
    this.unlikely.push(this.out.length);
  }

  /** An `if` that takes and gives nothing and is hardly ever entered. */
  ifUnlikely(): void {
    this.unlikelyHere();
    this.out.put(OP.if, EMPTY_BLOCK);
  }

  /** Where what was granted is used up: asks for the next slice, or stops. What is pending is not yet taken off. */
  check(): void {
    const { out, layout } = this;
    this.op(OP.localGet, this.remainingLocal);
    this.i64(0);
    out.byte(OP.i64LtS);
    this.ifUnlikely();
    if (this.plan.slices) {
      this.op(OP.localGet, this.remainingLocal);
      this.op(OP.call, layout.refill);
      this.op(OP.localSet, this.remainingLocal);
    } else {
      out.byte(OP.i32Const);
      out.s64(STATE_OUT_OF_INSTRUCTIONS);
      this.op(OP.globalSet, layout.stateGlobal);
      out.byte(OP.unreachable);
    }
    out.byte(OP.end);
  }

  /** Charges (n >> shift) * unit for the i32 n on top of the stack, which stays there. */
  chargeByOperand(shift: number, unit: number): void {
    if (unit === 0) return;
    const { out } = this;
    this.pending += this.plan.prices.operandBase;
    this.charge();
    this.check();
    const count = this.scratch(I32);
    this.op(OP.localTee, count);
    this.op(OP.localGet, this.remainingLocal);
    this.op(OP.localGet, count);
    out.byte(OP.i64ExtendI32U);
    if (shift > 0) {
      this.i64(shift);
      out.byte(OP.i64ShrU);
    }
    if (unit !== 1) {
      this.i64(unit);
      out.byte(OP.i64Mul);
    }
    out.byte(OP.i64Sub);
    this.op(OP.localSet, this.remainingLocal);
    this.#stored = false;
  }

  /** Exact form: other code may run before this, so nothing is known to be stored. */
  forget(): void {
    this.#stored = false;
    this.#recorded = 0;
  }

  /** Exact form: stores the count, the coming operator included, and the kind of its trap. */
  recordTrap(code: number): void {
    this.#store();
    if (this.#recorded === code) return;
    this.out.byte(OP.i32Const);
    this.out.s64(code);
    this.op(OP.globalSet, this.layout.stateGlobal);
    this.#recorded = code;
  }

  /** Exact form: as `recordTrap`, for an operator with two kinds; its last operand, of this type, tells which. */
  recordTrapByOperand(type: number): void {
    const { out } = this;
    this.#store();
    const operand = this.scratch(type);
    this.op(OP.localTee, operand);
    const isInteger = type === I32 || type === I64;
    out.byte(OP.i32Const);
    out.s64(trapCode(isInteger ? "divide_by_zero" : "integer_overflow"));
    out.byte(OP.i32Const);
    out.s64(trapCode(isInteger ? "integer_overflow" : "invalid_conversion"));
    this.op(OP.localGet, operand);
    if (isInteger) out.byte(type === I32 ? OP.i32Eqz : OP.i64Eqz);
    else {
      this.op(OP.localGet, operand);
      out.byte(type === F32 ? OP.f32Eq : OP.f64Eq);
    }
    out.byte(OP.select);
    this.op(OP.globalSet, this.layout.stateGlobal);
    this.#recorded = 0;
  }

  /** Exact form, behind `recordTrap`: whether the element that is called, whose index is in a local, is there at all. */
  recordCallFault(index: number, table: number): void {
    const { out, layout } = this;
    this.op(OP.localGet, index);
    this.op(OP.misc, MISC.tableSize);
    out.u32(table);
    out.put(OP.i32GeU, OP.if, EMPTY_BLOCK, OP.i32Const);
    out.s64(callFaultCode("out_of_bounds"));
    this.op(OP.globalSet, layout.stateGlobal);
    out.byte(OP.else);
    this.op(OP.localGet, index);
    this.op(OP.tableGet, table);
    out.put(OP.refIsNull, OP.if, EMPTY_BLOCK, OP.i32Const);
    out.s64(callFaultCode("null"));
    this.op(OP.globalSet, layout.stateGlobal);
    out.put(OP.end, OP.end);
    this.#recorded = 0;
  }

  #store(): void {
    if (this.pending === 0 && this.#stored) return;
    this.pushRemaining();
    this.op(OP.localTee, this.remainingLocal);
    this.op(OP.globalSet, this.layout.remainingGlobal);
    this.#stored = true;
  }
}
