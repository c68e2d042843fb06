/** Reads the sections that declare: types, imports, functions, tables, memory, globals. */

import { readConstant } from "./constants.ts";
import { invalid, malformed, SealError, unsupported } from "./error.ts";
import { LIMITS } from "./limits.ts";
import type { Global, Limits, Module, Table } from "./module.ts";
import { RESERVED } from "./names.ts";
import type { Reader } from "./reader.ts";
import { EXTERNREF, functionTypeName, readReferenceType, readValueType, typeName } from "./value-types.ts";
import type { Writer } from "./writer.ts";

/** A count of things, within a bound. */
export function readCount(reader: Reader, countMax: number, what: string): number {
  const offset = reader.position;
  const count = reader.u32();
  if (count > countMax) throw new SealError("limit", `${count} ${what}, more than ${countMax}`, offset);
  return count;
}

function readTypeList(reader: Reader, countMax: number, what: string): Uint8Array {
  const types = new Uint8Array(readCount(reader, countMax, what));
  for (let i = 0; i < types.length; i++) types[i] = readValueType(reader);
  return types;
}

export function readTypes(module: Module, reader: Reader): void {
  const count = readCount(reader, LIMITS.types, "types");
  for (let i = 0; i < count; i++) {
    const offset = reader.position;
    const form = reader.byte();
    if (form >= 0x4e && form <= 0x5f) unsupported(form === 0x5d ? "stack_switching" : "gc", offset);
    if (form !== 0x60) malformed("unknown type", offset);
    const params = readTypeList(reader, LIMITS.params, "parameters");
    const results = readTypeList(reader, LIMITS.results, "results");
    if (results.length > 1) module.features.add("multi_value");
    module.types.push({ params, results });
  }
}

export function typeAt(
  module: Module,
  index: number,
  offset: number,
): { params: Uint8Array; results: Uint8Array } {
  return module.types[index] ?? invalid(`no type ${index}`, offset);
}

function readLimits(reader: Reader, isMemory: boolean): Limits {
  const offset = reader.position;
  const flags = reader.byte();
  if (flags & 0x02 && flags < 0x10) unsupported("threads", offset);
  if (flags & 0x04 && flags < 0x10) unsupported(isMemory ? "memory64" : "table64", offset);
  if (flags & 0x08 && flags < 0x10) unsupported("custom_page_sizes", offset);
  if (flags > 1) malformed("unknown limits", offset);
  const initial = reader.u32();
  const maximum = flags === 1 ? reader.u32() : null;
  if (maximum !== null && maximum < initial) invalid("maximum is below the initial size", offset);
  return { initial, maximum };
}

function readTable(reader: Reader): Table {
  const offset = reader.position;
  if (reader.bytes[offset] === 0x40) unsupported("gc", offset);
  const type = readReferenceType(reader);
  const table = { type, ...readLimits(reader, false) };
  if (table.initial > LIMITS.tableElements) throw new SealError("limit", "table too large", offset);
  return table;
}

function readMemory(module: Module, reader: Reader, imported: boolean): void {
  const offset = reader.position;
  if (module.memory) unsupported("multi_memory", offset);
  const limits = readLimits(reader, true);
  if (limits.initial > LIMITS.memoryPages || (limits.maximum ?? 0) > LIMITS.memoryPages) {
    invalid("memory of more than 65536 pages", offset);
  }
  module.memory = { ...limits, imported };
}

function readGlobalType(reader: Reader, imported: boolean): Global {
  const type = readValueType(reader);
  const offset = reader.position;
  const flags = reader.byte();
  if (flags & 0x02 && flags < 4) unsupported("threads", offset);
  if (flags > 1) malformed("unknown mutability", offset);
  return { type, mutable: flags === 1, imported };
}

export function globalTypeName(global: Global): string {
  return `${global.mutable ? "mut " : ""}${typeName(global.type)}`;
}

function readImport(module: Module, reader: Reader): void {
  const start = reader.position;
  const from = reader.name(LIMITS.nameBytes);
  if (from.startsWith(RESERVED)) throw new SealError("reserved_name", `import from ${RESERVED}`, start);
  const name = reader.name(LIMITS.nameBytes);
  const offset = reader.position;
  const kind = reader.byte();
  if (kind === 0) {
    const index = reader.u32();
    const type = typeAt(module, index, offset);
    module.functions.push(index);
    module.importCount++;
    module.imports.push({ module: from, name, kind: "function", type: functionTypeName(type) });
  } else if (kind === 1) unsupported("imported_table", offset);
  else if (kind === 2) {
    readMemory(module, reader, true);
    module.imports.push({ module: from, name, kind: "memory", type: "memory" });
  } else if (kind === 3) {
    const global = readGlobalType(reader, true);
    if (global.mutable) module.features.add("mutable_globals");
    module.globals.push(global);
    module.imports.push({ module: from, name, kind: "global", type: globalTypeName(global) });
  } else if (kind === 4) unsupported("exceptions", offset);
  else malformed("unknown import", offset);
  module.sealed.imports.copy(reader.bytes, start, reader.position);
}

export function readImports(module: Module, reader: Reader): void {
  const count = readCount(reader, LIMITS.imports, "imports");
  for (let i = 0; i < count; i++) readImport(module, reader);
}

export function readFunctions(module: Module, reader: Reader): void {
  const count = readCount(reader, LIMITS.functions, "functions");
  for (let i = 0; i < count; i++) {
    const offset = reader.position;
    const index = reader.u32();
    typeAt(module, index, offset);
    module.functions.push(index);
  }
}

export function readTables(module: Module, reader: Reader): void {
  const count = readCount(reader, LIMITS.tables, "tables");
  const start = reader.position;
  for (let i = 0; i < count; i++) module.tables.push(readTable(reader));
  if (count > 1) module.features.add("reference_types");
  module.sealed.tables.copy(reader.bytes, start, reader.position);
}

export function readMemories(module: Module, reader: Reader): void {
  const count = readCount(reader, LIMITS.memoryPages, "memories");
  for (let i = 0; i < count; i++) readMemory(module, reader, false);
}

export function readGlobals(module: Module, reader: Reader): void {
  const count = readCount(reader, LIMITS.globals, "globals");
  const out: Writer = module.sealed.globals;
  for (let i = 0; i < count; i++) {
    const start = reader.position;
    const global = readGlobalType(reader, false);
    if (global.type === EXTERNREF) module.features.add("external_references");
    out.copy(reader.bytes, start, reader.position);
    readConstant(module, reader, global.type, out);
    module.globals.push(global);
  }
}
