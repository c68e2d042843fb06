/** Seals a module: reads it section by section, and puts the sealed one together. */

import { assemble } from "./assemble.ts";
import { Body, sealBody } from "./body.ts";
import { invalid, malformed, SealError, unsupported } from "./error.ts";
import { type Frames, RULES_1_FRAMES } from "./frames.ts";
import type { ModuleInfo } from "./info.ts";
import { layoutOf } from "./layout.ts";
import { LIMITS } from "./limits.ts";
import { Module } from "./module.ts";
import type { EngineName, Plan } from "./plan.ts";
import { operatorPrices, type Prices, RULES_1_PRICES } from "./prices.ts";
import { Reader } from "./reader.ts";
import { readDataCount, readDatas, readElements, readExports, readStart } from "./sections-content.ts";
import {
  readFunctions,
  readGlobals,
  readImports,
  readMemories,
  readTables,
  readTypes,
} from "./sections-types.ts";

/** `fast` for a run; `exact` to run a trapping run again: it counts up to the operator that trapped, and says why. */
export type SealForm = "fast" | "exact";

export interface SealOptions {
  form: SealForm;
  /** The run's memory limit, in pages of 64 KiB. */
  memoryPagesMax: number;
  /** The run's stack limit in bytes of abstract frames; 256 KiB by default, null for none. */
  stackBytesMax?: number | null;
  /** How large those are; rules version 1 by default. */
  frames?: Frames;
  /** Whether NaNs that arithmetic makes get one bit pattern; true by default. */
  canonicalizeNan?: boolean;
  /** The engine that will run it, V8 by default: another gives the same outcome, a little later. */
  engine?: EngineName;
  /**
   * Whether `Meter` may grant the budget in slices, so that progress is seen in the middle of a loop; false by default. Costs
   * nothing in an engine that heeds branch hints, and much in others.
   */
  slices?: boolean;
  /** Whether the exact form records why an indirect call traps: `RunEnd.fault`; false by default. */
  callFaults?: boolean;
  /** What is counted; rules version 1 by default. */
  prices?: Prices;
}

export interface SealedModule {
  bytes: Uint8Array<ArrayBuffer>;
  form: SealForm;
  info: ModuleInfo;
  /** The outcome of a run that ends before its first instruction, so that there is nothing to instantiate; else null. */
  outcome: "out_of_memory" | "trap:memory" | "trap:table" | null;
}

/** Abstract stack of rules version 1. */
const STACK_BYTES = 256 * 1024;

/**
 * Makes a module metered and deterministic.
 * @throws SealError when the module does not validate, or uses what the rules refuse.
 */
export function seal(bytes: Uint8Array, options: SealOptions): SealedModule {
  const module = new Module(bytes, planOf(options));
  const reader = new Reader(bytes);
  readHeader(reader);
  readSections(module, reader);
  checkCounts(module, reader.position);
  return { bytes: assemble(module), form: options.form, info: infoOf(module), outcome: outcomeOf(module) };
}

function planOf(options: SealOptions): Plan {
  const prices = options.prices ?? RULES_1_PRICES;
  const {
    form,
    memoryPagesMax,
    canonicalizeNan = true,
    stackBytesMax = STACK_BYTES,
    slices = false,
    callFaults = false,
    engine = "v8",
    frames = RULES_1_FRAMES,
  } = options;
  if (!Number.isInteger(memoryPagesMax) || memoryPagesMax < 0) throw new RangeError("bad memoryPagesMax");
  return {
    engine,
    slices: slices || form === "exact",
    exact: form === "exact",
    callFaults,
    memoryPagesMax,
    canonicalizeNan,
    stackBytesMax,
    frames,
    prices,
    operatorPrices: operatorPrices(prices),
  };
}

function readHeader(reader: Reader): void {
  if (reader.bytes.length > LIMITS.moduleBytes) throw new SealError("limit", "module too large", 0);
  for (const byte of [0x00, 0x61, 0x73, 0x6d])
    if (reader.byte() !== byte) malformed("not a WebAssembly module", 0);
  const version = [reader.byte(), reader.byte(), reader.byte(), reader.byte()];
  if (version[2] === 1 && version[3] === 0) unsupported("component", 4);
  if (version.join() !== "1,0,0,0") malformed("unknown version of the format", 4);
}

/** The order of sections by their ids; each at most once, custom sections anywhere. */
const SECTION_ORDER = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 10, 11];

function readSections(module: Module, reader: Reader): void {
  const fileEnd = reader.end;
  let last = -1;
  while (reader.position < fileEnd) {
    const offset = reader.position;
    const id = reader.byte();
    const size = reader.u32();
    if (size > fileEnd - reader.position) malformed("section is cut short", offset);
    reader.end = reader.position + size;
    if (id === 13) unsupported("exceptions", offset);
    if (id !== 0) {
      const place = SECTION_ORDER.indexOf(id);
      if (place < 0) malformed(`unknown section ${id}`, offset);
      if (place <= last) malformed(`section ${id} is out of order`, offset);
      last = place;
    }
    SECTION_READERS[id]!(module, reader);
    if (reader.position !== reader.end) malformed("section is longer than its content", reader.position);
    reader.end = fileEnd;
  }
}

const SECTION_READERS: ((module: Module, reader: Reader) => void)[] = [
  skipCustom,
  readTypes,
  readImports,
  readFunctions,
  readTables,
  readMemories,
  readGlobals,
  readExports,
  readStart,
  readElements,
  readCode,
  readDatas,
  readDataCount,
];

/** A custom section has a name; what follows is nobody's business. */
function skipCustom(_module: Module, reader: Reader): void {
  reader.name(reader.end - reader.position);
  reader.skip(reader.end - reader.position);
}

/** How much larger sealed code is than code, as a rule. */
const CODE_GROWTH = 1.6;

function readCode(module: Module, reader: Reader): void {
  const offset = reader.position;
  module.bodies = reader.u32();
  if (module.importCount + module.bodies !== module.functions.length)
    invalid("functions and bodies differ in number", offset);
  const body = new Body(module, layoutOf(module));
  module.sealed.code.reserve(CODE_GROWTH * (reader.end - reader.position));
  for (let i = 0; i < module.bodies; i++) {
    sealBody(body, reader, module.importCount + i, module.sealed.code);
  }
}

function checkCounts(module: Module, offset: number): void {
  if (module.importCount + module.bodies !== module.functions.length)
    invalid("functions without bodies", offset);
  if (module.dataCount !== null && module.dataCount !== module.dataSegments) {
    invalid("data count differs from the number of data segments", offset);
  }
}

function infoOf(module: Module): ModuleInfo {
  const { memory } = module;
  return {
    imports: module.imports,
    exports: module.exports.map(({ name, kind, type }) => ({ name, kind, type })),
    memory: memory && {
      initialPages: memory.initial,
      maximumPages: memory.maximum,
      imported: memory.imported,
    },
    hasStart: module.start !== null,
    functionCount: module.bodies,
    blocks: module.blocks,
    blocksInFunction: module.blocksInFunction,
    operandBytes: module.operandBytes,
    features: [...module.features].sort(),
  };
}

function outcomeOf(module: Module): SealedModule["outcome"] {
  if ((module.memory?.initial ?? 0) > module.plan.memoryPagesMax) return "out_of_memory";
  return module.instantiationTrap && `trap:${module.instantiationTrap}`;
}
