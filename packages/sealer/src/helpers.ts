/** Functions that the sealer adds: adapters of imports, wrappers of exports, and the slow paths. */

import { OWN_TYPE } from "./layout.ts";
import { LIMITS } from "./limits.ts";
import type { Module, Table } from "./module.ts";
import { EMPTY_BLOCK, MISC, OP } from "./op.ts";
import { type Layout, type Plan, returnsRemaining, sealedIndex } from "./plan.ts";
import { STATE_MACHINE_FAULT } from "./traps.ts";
import { FUNCREF, type FunctionType, I64 } from "./value-types.ts";
import { Writer } from "./writer.ts";

/** Code of one helper function. */
class Code {
  readonly out = new Writer(64);

  /** Starts with the number of i64 locals behind the parameters. */
  constructor(i64Locals: number) {
    if (i64Locals === 0) this.out.byte(0);
    else this.out.put(1, i64Locals, I64);
  }

  put(...opcodes: number[]): this {
    this.out.put(...opcodes);
    return this;
  }

  /** An operator with one index. */
  op(opcode: number, index: number): this {
    this.out.byte(opcode);
    this.out.u32(index);
    return this;
  }

  i32(value: number): this {
    this.out.byte(OP.i32Const);
    this.out.s64(value);
    return this;
  }

  i64(value: number): this {
    this.out.byte(OP.i64Const);
    this.out.s64(value);
    return this;
  }

  /** Writes the function with its size before it. */
  end(code: Writer): void {
    this.out.byte(OP.end);
    code.u32(this.out.length);
    code.append(this.out);
  }
}

/** Calls an import from the sealed convention: the host finds the exact count in the global, and may change it. */
export function writeAdapter(
  plan: Plan,
  layout: Layout,
  index: number,
  type: FunctionType,
  code: Writer,
): void {
  const remaining = type.params.length;
  const adapter = new Code(0);
  adapter.op(OP.localGet, remaining).i64(0).put(OP.i64LtS, OP.if, EMPTY_BLOCK);
  adapter.op(OP.localGet, remaining).op(OP.call, layout.refill).op(OP.localSet, remaining).put(OP.end);
  adapter.op(OP.localGet, remaining).op(OP.globalSet, layout.remainingGlobal);
  if (plan.stackBytesMax !== null)
    adapter.op(OP.localGet, remaining + 1).op(OP.globalSet, layout.stackGlobal);
  for (let i = 0; i < remaining; i++) adapter.op(OP.localGet, i);
  adapter.op(OP.call, index);
  if (returnsRemaining(plan, type.results)) adapter.op(OP.globalGet, layout.remainingGlobal);
  adapter.end(code);
}

/** Gives a function of the sealed convention its old type back, for the host. */
export function writeWrapper(
  plan: Plan,
  layout: Layout,
  index: number,
  type: FunctionType,
  code: Writer,
): void {
  const saved = type.params.length;
  const hasStack = plan.stackBytesMax !== null;
  const wrapper = new Code(hasStack ? 1 : 0);
  for (let i = 0; i < saved; i++) wrapper.op(OP.localGet, i);
  wrapper.op(OP.globalGet, layout.remainingGlobal);
  if (hasStack) wrapper.op(OP.globalGet, layout.stackGlobal).op(OP.localTee, saved);
  wrapper.op(OP.call, sealedIndex(layout, index));
  if (returnsRemaining(plan, type.results)) wrapper.op(OP.globalSet, layout.remainingGlobal);
  // A host function that was called meanwhile has left the stack where it was.
  if (hasStack) wrapper.op(OP.localGet, saved).op(OP.globalSet, layout.stackGlobal);
  wrapper.end(code);
}

/** Pages the module's memory may have in this run. */
export function memoryCap(module: Module): number {
  return Math.min(module.memory?.maximum ?? LIMITS.memoryPages, module.plan.memoryPagesMax);
}

/** Asks the engine for space within the limit, whose refusal is the machine's fault and no outcome. */
function growOrFault(helper: Code, layout: Layout, result: number): void {
  helper.op(OP.localTee, result).i32(-1).put(OP.i32Eq, OP.if, EMPTY_BLOCK);
  helper.i32(STATE_MACHINE_FAULT).op(OP.globalSet, layout.stateGlobal).put(OP.unreachable, OP.end);
  helper.op(OP.localGet, result);
}

function refuseAbove(helper: Code, wanted: number, cap: number): void {
  helper.put(OP.i64ExtendI32U).op(OP.localGet, wanted).put(OP.i64ExtendI32U, OP.i64Add);
  helper.i64(cap).put(OP.i64GtU, OP.if, EMPTY_BLOCK).i32(-1).put(OP.return, OP.end);
}

/** (pages) -> pages before, or -1. */
export function writeGrowMemory(module: Module, layout: Layout, code: Writer): void {
  const helper = new Code(0);
  if (!module.memory) {
    helper.put(OP.unreachable).end(code);
    return;
  }
  refuseAbove(helper.op(OP.memorySize, 0), 0, memoryCap(module));
  growOrFault(helper.op(OP.localGet, 0).op(OP.memoryGrow, 0), layout, 0);
  helper.end(code);
}

/** (reference, elements) -> elements before, or -1. */
export function writeGrowTable(table: Table, index: number, layout: Layout, code: Writer): void {
  const helper = new Code(0);
  helper.op(OP.misc, MISC.tableSize).out.u32(index);
  refuseAbove(helper, 1, Math.min(table.maximum ?? LIMITS.tableElements, LIMITS.tableElements));
  helper.op(OP.localGet, 0).op(OP.localGet, 1).op(OP.misc, MISC.tableGrow).out.u32(index);
  growOrFault(helper, layout, 1);
  helper.end(code);
}

/** The type of `writeGrowTable`'s function. */
export function growTableType(table: Table): number {
  return table.type === FUNCREF ? OWN_TYPE.growFunctions : OWN_TYPE.growExternals;
}
