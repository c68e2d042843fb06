/** One function body: validated and rewritten in one pass over its operators. */

import { Emitter } from "./emitter.ts";
import { malformed, SealError } from "./error.ts";
import { valueSizes } from "./frames.ts";
import { LIMITS } from "./limits.ts";
import type { Module } from "./module.ts";
import { FloatLocals } from "./nan.ts";
import { EMPTY_BLOCK, OP } from "./op.ts";
import { OPERATOR_WEIGHT } from "./opcodes.ts";
import { runOperators } from "./operators.ts";
import { type Layout, type Plan, sealedIndex } from "./plan.ts";
import { Reader } from "./reader.ts";
import { readCount } from "./sections-types.ts";
import { Stack } from "./stack.ts";
import { trapCode } from "./traps.ts";
import { readValueType } from "./value-types.ts";
import { Writer } from "./writer.ts";

/** Functions without calls and loops, and no longer than this, leave the budget's check to their callers. */
const LEAF_BODY_BYTES = 256;
/** Passes over one function before all of its float locals are kept clean. */
const PASSES = 4;
/** Weight of a byte of a function: an index may get longer. */
const BYTE_WEIGHT = 2;

/** What the operators of a function work on. */
export class Body {
  readonly module: Module;
  readonly plan: Plan;
  readonly layout: Layout;
  readonly stack: Stack;
  readonly emit: Emitter;
  readonly reader: Reader;
  /** Types of parameters and locals, and how many bytes they take in the frame. */
  locals = new Uint8Array(256);
  localCount = 0;
  localBytes = 0;
  paramCount = 0;
  results: Uint8Array = new Uint8Array(0);
  /** Where the table of the dispatch loop that was last begun is in the original. */
  dispatchTable = -1;
  /** Of the function, in the original. */
  index = 0;
  /** Bytes of the function. */
  size = 0;
  /** Where the operator at hand starts. */
  start = 0;
  /** Calls or loops: not a leaf. */
  isBusy = false;
  /** Local with the stack left before this function's frame, once a tail call needs it; else -1. */
  callerStackLocal = -1;
  /** The function has arithmetic that makes NaNs, and its operands are watched for them. */
  tracksNans = false;
  readonly floats = new FloatLocals();
  /** What comes before the operators of a sealed function: its locals, and what it does first. */
  readonly head = new Writer();
  readonly prologue = new Writer();
  /** The pass over the operators is of no use. */
  mustStartOver = false;
  /** Bytes that the sealed function may have, generously, in any form. */
  weight = 0;
  /** Some branch leaves the function by its outermost label. */
  leavesByLabel = false;
  /** Blocks, loops and ifs of the function. */
  blocks = 0;
  readonly #sizes: Uint8Array;

  constructor(module: Module, layout: Layout) {
    this.module = module;
    this.plan = module.plan;
    this.layout = layout;
    this.stack = new Stack(this.plan.frames);
    this.#sizes = valueSizes(this.plan.frames);
    this.emit = new Emitter(module.plan, layout, module.bytes);
    this.reader = new Reader(module.bytes);
  }

  /** Accounts for a list of operands: it is stated once, and takes time and space wherever it is used. */
  spend(operands: number): void {
    this.weight += OPERATOR_WEIGHT * operands;
    this.work(operands);
  }

  /** Bounds the work that a short module can make. */
  work(amount: number): void {
    this.module.operandWork += amount;
    if (this.module.operandWork > LIMITS.operandWork) {
      throw new SealError("limit", "too many locals and operands", this.reader.position);
    }
  }

  /** Called for the first operator that makes a NaN: what came before it has to be seen again. */
  trackNans(): void {
    this.tracksNans = true;
    this.mustStartOver = true;
    this.floats.begin(this.locals, this.paramCount, this.localCount);
  }

  addLocal(type: number, count: number): void {
    this.work(count);
    if (this.localCount + count > this.locals.length) {
      const grown = new Uint8Array((this.localCount + count) * 2);
      grown.set(this.locals);
      this.locals = grown;
    }
    this.locals.fill(type, this.localCount, this.localCount + count);
    this.localCount += count;
    this.localBytes += this.#sizes[type]! * count;
  }
}

/** Validates the function whose size is next in `reader`, and writes it, sealed, to `code`. */
export function sealBody(body: Body, reader: Reader, index: number, code: Writer): void {
  const { module, emit } = body;
  const offset = reader.position;
  const size = readCount(reader, LIMITS.bodyBytes, "bytes in a function");
  const type = module.types[module.functions[index]!]!;
  body.index = index;
  body.size = size;
  body.reader.position = reader.position;
  reader.skip(size);
  body.reader.end = reader.position;
  const localsStart = body.reader.position;
  const groups = readLocals(body, type.params);
  const localsEnd = body.reader.position;

  body.results = type.results;
  body.tracksNans = false;
  const spent = module.operandWork;
  for (let pass = 0; pass === 0 || body.mustStartOver || body.floats.isWrong; pass++) {
    if (pass === PASSES) body.floats.tighten();
    module.operandWork = spent;
    body.reader.position = localsEnd;
    startPass(body);
    runOperators(body);
  }
  if (body.reader.position !== reader.position)
    malformed("operators after the end of a function", body.reader.position);

  module.blocks += body.blocks;
  module.blocksInFunction = Math.max(module.blocksInFunction, body.blocks);
  module.operandBytes = Math.max(module.operandBytes, body.stack.deepest);
  module.weight += body.weight + BYTE_WEIGHT * size;
  if (body.weight + BYTE_WEIGHT * size > LIMITS.functionWeight)
    throw new SealError("limit", "function too large", offset);
  if (module.weight > LIMITS.moduleWeight) throw new SealError("limit", "module too large", offset);

  const isLeaf = !body.isBusy && size <= LEAF_BODY_BYTES;
  const head = writeHead(body, localsStart, localsEnd, groups, isLeaf);
  code.u32(head.length + emit.out.length);
  code.append(head);
  code.append(emit.out);
}

function startPass(body: Body): void {
  body.weight = 0;
  body.isBusy = false;
  body.callerStackLocal = -1;
  body.leavesByLabel = false;
  body.blocks = 0;
  body.mustStartOver = false;
  body.floats.isWrong = false;
  body.stack.reset(body.results);
  body.emit.begin(body.reader.position, body.paramCount, body.localCount);
  body.emit.pending = body.plan.exact ? 0 : body.plan.prices.functionEntry;
}

/** Reads the groups of locals; returns how many groups there are. */
function readLocals(body: Body, params: Uint8Array): number {
  const { reader } = body;
  body.localCount = 0;
  body.localBytes = 0;
  body.paramCount = params.length;
  for (const type of params) body.addLocal(type, 1);
  const groups = readCount(reader, LIMITS.locals, "groups of locals");
  for (let i = 0; i < groups; i++) {
    const count = readCount(reader, LIMITS.locals - Math.min(LIMITS.locals, body.localCount), "locals");
    body.addLocal(readValueType(reader), count);
  }
  return groups;
}

/** Bytes of the abstract frame: docs/metering.md, "Stack". */
function frameBytes(body: Body): number {
  return body.plan.frames.base + body.localBytes + body.stack.deepest;
}

function writeHead(
  body: Body,
  localsStart: number,
  localsEnd: number,
  groups: number,
  isLeaf: boolean,
): Writer {
  const { emit } = body;
  const { out: operators, unlikely } = emit;
  const { head, prologue } = body;
  head.length = 0;
  prologue.length = 0;
  // The prologue is written by the emitter as well, since only now it is known what it has to do.
  emit.out = prologue;
  emit.unlikely = [];
  writePrologue(body, isLeaf);
  if (body.leavesByLabel) {
    prologue.byte(OP.block);
    writeBlockType(body, prologue);
  }
  emit.out = operators;
  if (body.leavesByLabel) {
    operators.byte(OP.end);
    emit.op(OP.localGet, emit.remainingLocal);
    emit.leaveRemaining(body.results);
  }
  operators.byte(OP.end);
  head.u32(groups + emit.scratchTypes.length);
  head.copy(body.module.bytes, skipCount(body.module.bytes, localsStart), localsEnd);
  for (const type of emit.scratchTypes) head.put(1, type);
  const hints = emit.unlikely.map((position) => head.length + position);
  head.append(prologue);
  for (const position of unlikely) hints.push(head.length + position);
  emit.unlikely = unlikely;
  writeHints(body, hints);
  return head;
}

/** Unlikely branches by their places in the function's bytes, in order. */
function writeHints(body: Body, positions: readonly number[]): void {
  const { module } = body;
  const { hints } = module.sealed;
  if (positions.length === 0) return;
  module.hinted++;
  hints.u32(sealedIndex(body.layout, body.index));
  hints.u32(positions.length);
  for (const position of positions) {
    hints.u32(position);
    hints.put(1, 0);
  }
}

/** Where the groups of locals start behind their count. */
function skipCount(bytes: Uint8Array, position: number): number {
  let at = position;
  while (bytes[at]! >= 0x80) at++;
  return at + 1;
}

/** The type of a block that takes nothing and gives what the function gives. */
function writeBlockType(body: Body, out: Writer): void {
  const { results } = body;
  if (results.length === 0) out.byte(EMPTY_BLOCK);
  else if (results.length === 1) out.byte(results[0]!);
  else out.s64(body.layout.typeOfResults(results));
}

/** Entry of a function: checks the budget, but for small leaves, and takes its frame off the stack. */
function writePrologue(body: Body, isLeaf: boolean): void {
  const { emit, plan } = body;
  if (plan.exact) {
    emit.pending = plan.prices.functionEntry;
    emit.charge();
  }
  if (!isLeaf) emit.check();
  if (plan.stackBytesMax === null) return;
  if (body.callerStackLocal >= 0) {
    emit.op(OP.localGet, emit.stackLocal);
    emit.op(OP.localSet, body.callerStackLocal);
  }
  emit.op(OP.localGet, emit.stackLocal);
  emit.i64(frameBytes(body));
  if (!isLeaf) {
    emit.out.byte(OP.i64Sub);
    emit.op(OP.localTee, emit.stackLocal);
    emit.i64(0);
  }
  emit.out.byte(OP.i64LtS);
  emit.ifUnlikely();
  if (plan.exact) emit.recordTrap(trapCode("stack_overflow"));
  emit.out.put(OP.unreachable, OP.end);
}
