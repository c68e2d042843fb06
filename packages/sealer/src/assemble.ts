/** Puts the sealed module together from what was read and rewritten. */

import {
  growTableType,
  memoryCap,
  writeAdapter,
  writeGrowMemory,
  writeGrowTable,
  writeWrapper,
} from "./helpers.ts";
import { firstWrapper, layoutOf, OWN_GLOBALS, OWN_TYPE, OWN_TYPES } from "./layout.ts";
import type { Module } from "./module.ts";
import { REFILL_IMPORT, REMAINING_EXPORT, RESERVED, START_EXPORT, STATE_EXPORT } from "./names.ts";
import { OP } from "./op.ts";
import { type Layout, type Plan, returnsRemaining, sealedIndex } from "./plan.ts";
import { STATE_UNRECORDED, STATE_UNSLICED, trapCode } from "./traps.ts";
import { type FunctionType, I32, I64 } from "./value-types.ts";
import { Writer } from "./writer.ts";

const MUTABLE = 1;
const KIND = { function: 0, table: 1, memory: 2, global: 3 } as const;

/** A section's id and its content, in pieces so that the large ones are copied only once. */
type Section = readonly [id: number, ...pieces: Writer[]];

/** The sealed module. */
export function assemble(module: Module): Uint8Array<ArrayBuffer> {
  const { tables, memory, elements, referenced, dataCount, dataSegments, sealed } = module;
  const layout = layoutOf(module);
  const wrapped = wrappedFunctions(module);
  const sections: Section[] = [
    [1, typeSection(module)],
    [2, importSection(module)],
    [3, functionSection(module, wrapped)],
  ];
  if (tables.length > 0) sections.push([4, counted(tables.length), sealed.tables]);
  if (memory && !memory.imported) sections.push([5, memorySection(module)]);
  sections.push([6, globalSection(module)], [7, exportSection(module, layout, wrapped)]);
  if (elements.length + referenced.size > 0) sections.push([9, ...elementSection(module, layout)]);
  if (dataCount !== null) sections.push([12, counted(dataCount)]);
  if (module.hinted > 0) sections.push([0, ...hintSection(module)]);
  sections.push([10, ...codeSection(module, layout, wrapped)]);
  if (dataSegments > 0) sections.push([11, counted(dataSegments), sealed.data]);
  return join(sections);
}

/** Which branches are hardly ever taken (WebAssembly branch hinting proposal): engines then keep what those need out of the way. */
function hintSection(module: Module): Writer[] {
  const before = new Writer(64);
  before.name("metadata.code.branch_hint");
  before.u32(module.hinted);
  return [before, module.sealed.hints];
}

function join(sections: readonly Section[]): Uint8Array<ArrayBuffer> {
  const size = ([, ...pieces]: Section) => pieces.reduce((sum, piece) => sum + piece.length, 0);
  const out = new Writer(sections.reduce((sum, section) => sum + 6 + size(section), 8));
  out.put(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);
  for (const section of sections) {
    const [id, ...pieces] = section;
    out.byte(id);
    out.u32(size(section));
    for (const piece of pieces) out.append(piece);
  }
  return out.result();
}

/** Functions that the host may call, each once. */
function wrappedFunctions(module: Module): number[] {
  const wrapped = new Set<number>();
  for (const { kind, index } of module.exports) if (kind === "function") wrapped.add(index);
  if (module.start !== null) wrapped.add(module.start);
  return [...wrapped];
}

/** A section that begins with how many things are in it. */
function counted(count: number, content?: Writer): Writer {
  const section = new Writer(16);
  section.u32(count);
  if (content) section.append(content);
  return section;
}

function writeType(out: Writer, params: Uint8Array, results: Uint8Array): void {
  out.byte(0x60);
  out.u32(params.length);
  out.copy(params, 0, params.length);
  out.u32(results.length);
  out.copy(results, 0, results.length);
}

/** What remains and, where there is a limit, the stack left go in; what remains comes out, or stays in its global. */
function sealedType(module: Module, type: FunctionType): FunctionType {
  const added = module.plan.stackBytesMax === null ? [I64] : [I64, I64];
  const result = returnsRemaining(module.plan, type.results) ? [I64] : [];
  return {
    params: Uint8Array.of(...type.params, ...added),
    results: Uint8Array.of(...type.results, ...result),
  };
}

function typeSection(module: Module): Writer {
  const { types, resultTypes } = module;
  const out = counted(2 * types.length + OWN_TYPES.length + resultTypes.size);
  for (const type of types) writeType(out, type.params, type.results);
  for (const type of types) {
    const sealed = sealedType(module, type);
    writeType(out, sealed.params, sealed.results);
  }
  for (const type of OWN_TYPES) writeType(out, type.params, type.results);
  for (const results of resultTypes.keys()) writeType(out, new Uint8Array(0), results);
  return out;
}

function importSection(module: Module): Writer {
  const out = counted(module.imports.length + 1, module.sealed.imports);
  out.name(RESERVED);
  out.name(REFILL_IMPORT);
  out.byte(KIND.function);
  out.u32(2 * module.types.length + OWN_TYPE.refill);
  return out;
}

function functionSection(module: Module, wrapped: readonly number[]): Writer {
  const { functions, types, tables } = module;
  const own = 2 * types.length;
  const out = counted(functions.length + 1 + tables.length + wrapped.length);
  for (const type of functions) out.u32(type + types.length);
  out.u32(own + OWN_TYPE.growMemory);
  for (const table of tables) out.u32(own + growTableType(table));
  for (const index of wrapped) out.u32(functions[index]!);
  return out;
}

function memorySection(module: Module): Writer {
  const initial = module.memory?.initial ?? 0;
  const out = counted(1);
  out.byte(1);
  out.u32(initial);
  out.u32(Math.max(initial, memoryCap(module)));
  return out;
}

function initialState({ exact, slices }: Plan): number {
  if (exact) return trapCode("other");
  return slices ? STATE_UNRECORDED : STATE_UNSLICED;
}

function globalSection(module: Module): Writer {
  const { globals, plan } = module;
  const defined = globals.reduce((count, global) => count + (global.imported ? 0 : 1), 0);
  const out = counted(defined + OWN_GLOBALS, module.sealed.globals);
  out.put(I64, MUTABLE, OP.i64Const, 0, OP.end);
  out.put(I64, MUTABLE, OP.i64Const);
  out.s64(plan.stackBytesMax ?? 0);
  out.put(OP.end, I32, MUTABLE, OP.i32Const, initialState(plan), OP.end);
  return out;
}

/** Tables are left out: their functions are not of the types that a host expects. */
function exportSection(module: Module, layout: Layout, wrapped: readonly number[]): Writer {
  const wrappers = new Map(wrapped.map((index, place) => [index, firstWrapper(module) + place]));
  const kept = module.exports.filter(({ kind }) => kind !== "table");
  const out = counted(kept.length + (module.start === null ? 2 : 3));
  const write = (name: string, kind: number, index: number) => {
    out.name(name);
    out.byte(kind);
    out.u32(index);
  };
  for (const { name, kind, index } of kept)
    write(name, KIND[kind], kind === "function" ? wrappers.get(index)! : index);
  write(REMAINING_EXPORT, KIND.global, layout.remainingGlobal);
  write(STATE_EXPORT, KIND.global, layout.stateGlobal);
  if (module.start !== null) write(START_EXPORT, KIND.function, wrappers.get(module.start)!);
  return out;
}

/** Exports no longer declare the functions that code refers to, so one more segment does. */
function elementSection(module: Module, layout: Layout): Writer[] {
  const { referenced, elements, sealed } = module;
  const count = counted(elements.length + (referenced.size > 0 ? 1 : 0));
  const out = new Writer(16);
  if (referenced.size === 0) return [count, sealed.elements];
  out.put(3, 0);
  out.u32(referenced.size);
  for (const index of referenced) out.u32(sealedIndex(layout, index));
  return [count, sealed.elements, out];
}

function codeSection(module: Module, layout: Layout, wrapped: readonly number[]): Writer[] {
  const { functions, importCount, tables, types, plan, sealed } = module;
  const before = counted(functions.length + 1 + tables.length + wrapped.length);
  for (let i = 0; i < importCount; i++) writeAdapter(plan, layout, i, types[functions[i]!]!, before);
  const after = new Writer();
  writeGrowMemory(module, layout, after);
  tables.forEach((table, index) => {
    writeGrowTable(table, index, layout, after);
  });
  for (const index of wrapped) writeWrapper(plan, layout, index, types[functions[index]!]!, after);
  return [before, sealed.code, after];
}
