/** Reads the sections that fill: exports, start, elements, data. */

import { declareFunction, readConstant } from "./constants.ts";
import { invalid, malformed, SealError } from "./error.ts";
import type { ExternKind } from "./info.ts";
import { LIMITS } from "./limits.ts";
import type { Module } from "./module.ts";
import { RESERVED } from "./names.ts";
import type { Reader } from "./reader.ts";
import { globalTypeName, readCount, typeAt } from "./sections-types.ts";
import { FUNCREF, functionTypeName, I32, readReferenceType, typeName } from "./value-types.ts";

const PAGE_BYTES = 65536;

function exported(
  module: Module,
  kind: number,
  index: number,
  offset: number,
): { kind: ExternKind; type: string } {
  if (kind === 0) {
    declareFunction(module, index, offset);
    return { kind: "function", type: functionTypeName(typeAt(module, module.functions[index]!, offset)) };
  }
  if (kind === 1) {
    const table = module.tables[index] ?? invalid("no such table", offset);
    return { kind: "table", type: typeName(table.type) };
  }
  if (kind === 2) {
    if (!module.memory || index !== 0) invalid("no such memory", offset);
    return { kind: "memory", type: "memory" };
  }
  if (kind === 3) {
    const global = module.globals[index] ?? invalid("no such global", offset);
    if (global.mutable) module.features.add("mutable_globals");
    return { kind: "global", type: globalTypeName(global) };
  }
  return malformed("unknown export", offset);
}

export function readExports(module: Module, reader: Reader): void {
  const names = new Set<string>();
  const count = readCount(reader, LIMITS.exports, "exports");
  for (let i = 0; i < count; i++) {
    const start = reader.position;
    const name = reader.name(LIMITS.nameBytes);
    if (name.startsWith(RESERVED)) throw new SealError("reserved_name", `export of ${RESERVED}`, start);
    if (names.has(name)) invalid("export of a name that is taken", start);
    names.add(name);
    const offset = reader.position;
    const kind = reader.byte();
    const index = reader.u32();
    module.exports.push({ name, index, ...exported(module, kind, index, offset) });
  }
}

export function readStart(module: Module, reader: Reader): void {
  const offset = reader.position;
  const index = reader.u32();
  const typeIndex = module.functions[index] ?? invalid(`no function ${index}`, offset);
  const type = typeAt(module, typeIndex, offset);
  if (type.params.length + type.results.length > 0)
    invalid("start function takes or gives something", offset);
  module.start = index;
}

/** Flags of an element segment: 1 not active, 2 explicit table or declarative, 4 expressions. */
function readElement(module: Module, reader: Reader): void {
  const out = module.sealed.elements;
  const offset = reader.position;
  const flags = reader.u32();
  if (flags > 7) malformed("unknown element segment", offset);
  out.u32(flags);
  let table: number | null = null;
  let at: number | null = null;
  if ((flags & 1) === 0) {
    table = flags & 2 ? reader.u32() : 0;
    if (flags & 2) out.u32(table);
    at = readConstant(module, reader, I32, out);
  }
  let type = FUNCREF;
  if (flags & 3) {
    const start = reader.position;
    if (flags & 4) type = readReferenceType(reader);
    else if (reader.byte() !== 0) malformed("unknown element kind", start);
    out.copy(reader.bytes, start, reader.position);
  }
  if (flags & 1 && flags !== 3) module.features.add("bulk_memory");
  const count = readCount(reader, LIMITS.tableElements, "elements");
  out.u32(count);
  for (let i = 0; i < count; i++) {
    if (flags & 4) readConstant(module, reader, type, out);
    else {
      const start = reader.position;
      out.u32(declareFunction(module, reader.u32(), start));
    }
  }
  module.elements.push(type);
  if (table !== null) placeElements(module, table, type, at, count, offset);
}

function placeElements(
  module: Module,
  index: number,
  type: number,
  at: number | null,
  count: number,
  offset: number,
): void {
  const table = module.tables[index] ?? invalid("no such table", offset);
  if (table.type !== type) invalid("elements of another type than the table's", offset);
  if (at !== null && at + count > table.initial) module.instantiationTrap ??= "table";
}

export function readElements(module: Module, reader: Reader): void {
  const count = readCount(reader, LIMITS.segments, "element segments");
  for (let i = 0; i < count; i++) readElement(module, reader);
}

export function readDataCount(module: Module, reader: Reader): void {
  module.dataCount = readCount(reader, LIMITS.segments, "data segments");
  module.features.add("bulk_memory");
}

/** Flags of a data segment: 1 passive, 2 explicit memory. */
function readData(module: Module, reader: Reader): void {
  const out = module.sealed.data;
  const start = reader.position;
  const flags = reader.u32();
  if (flags > 2) malformed("unknown data segment", start);
  let at: number | null = null;
  if (flags === 2 && reader.u32() !== 0) invalid("no such memory", start);
  out.copy(reader.bytes, start, reader.position);
  if (flags !== 1) {
    if (!module.memory) invalid("no memory", start);
    at = readConstant(module, reader, I32, out);
  }
  const body = reader.position;
  const length = reader.u32();
  reader.skip(length);
  out.copy(reader.bytes, body, reader.position);
  const { memory } = module;
  if (at !== null && memory && !memory.imported && at + length > memory.initial * PAGE_BYTES) {
    module.instantiationTrap ??= "memory";
  }
}

export function readDatas(module: Module, reader: Reader): void {
  module.dataSegments = readCount(reader, LIMITS.segments, "data segments");
  for (let i = 0; i < module.dataSegments; i++) readData(module, reader);
}
