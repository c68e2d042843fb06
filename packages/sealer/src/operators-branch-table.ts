/** `br_table`: labels where another price is pending are reached by way of blocks that settle the difference. */

import type { Body } from "./body.ts";
import { invalid } from "./error.ts";
import { LIMITS } from "./limits.ts";
import { settle } from "./nan.ts";
import { EMPTY_BLOCK, OP } from "./op.ts";
import { abandon, goTo, needsWay } from "./operators-branch.ts";
import { readCount } from "./sections-types.ts";
import { labelTypes } from "./stack.ts";
import { I32 } from "./value-types.ts";

/** Weight of a target: it may get a block of its own. */
const TARGET_WEIGHT = 24;

export function branchTable(body: Body): void {
  const { stack, emit, reader } = body;
  const depths = readTargets(body);
  if (stack.live) {
    emit.copyTo(body.start);
    for (const depth of depths) stack.label(depth).targeted = true;
    const nearest = stack.label(depths.reduce((least, depth) => Math.min(least, depth)));
    // Before the table of a dispatch loop there is nothing but what the compiler put there: it is the hottest code there is.
    if (body.dispatchTable !== body.start) emit.chargeTo(nearest.pending);
    writeTable(body, depths, emit.pending);
    emit.skipTo(reader.position);
  }
  abandon(body);
}

/** Reads and checks the targets, the default last, and pops the index. */
function readTargets(body: Body): number[] {
  const { stack, reader } = body;
  const count = readCount(reader, LIMITS.brTableTargets, "branch targets");
  const depths: number[] = [];
  let previous: Uint8Array | null = null;
  let arity = -1;
  for (let i = 0; i <= count; i++) {
    const depth = reader.u32();
    const types = labelTypes(stack.label(depth));
    depths.push(depth);
    if (arity < 0) {
      settle(body, 1, types.length);
      stack.pop(I32);
      arity = types.length;
    }
    if (types.length !== arity) invalid("branch targets want different operands", body.start);
    if (types === previous || arity === 0) continue;
    previous = types;
    body.spend(arity);
    stack.peekAll(types);
  }
  body.weight += TARGET_WEIGHT * depths.length;
  return depths;
}

/** The table, in one block for each label where another price is pending: leaving the block, it is settled. */
function writeTable(body: Body, depths: readonly number[], pending: number): void {
  const { stack, emit } = body;
  const { out } = emit;
  const others = [...new Set(depths)].filter((depth) => needsWay(stack.label(depth), pending));
  if (others.length > 0) {
    emit.op(OP.localSet, emit.scratch(I32));
    for (let i = 0; i < others.length; i++) out.put(OP.block, EMPTY_BLOCK);
    emit.op(OP.localGet, emit.scratch(I32));
  }
  const places = new Map(others.map((depth, place) => [depth, place]));
  emit.op(OP.brTable, depths.length - 1);
  for (const depth of depths) {
    out.u32(places.get(depth) ?? stack.sealedDepth(stack.label(depth)) + others.length);
  }
  others.forEach((depth, place) => {
    out.byte(OP.end);
    goTo(body, stack.label(depth), pending, others.length - 1 - place);
  });
}
