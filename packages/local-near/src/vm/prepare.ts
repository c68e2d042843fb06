// Makes a contract runnable as the chain does: imports checked, memory replaced by one of the chain's size that is
// imported, entries of functions priced. Instructions are counted by the sealer, which takes the result.
import { concatBytes } from "@noble/hashes/utils.js";
import { CHAIN_LIMITS } from "../parameters.ts";
import { HOST_FUNCTIONS } from "./host/index.ts";
import { PrepareError, refuseAbove } from "./prepare-error.ts";
import { priceEntries } from "./price-entries.ts";
import { encodeName, encodeU32, FUNCREF, readValueType, VALUE_NAMES, WasmReader } from "./wasm-reader.ts";

/** Where the prepared module imports its memory from; contracts themselves may import from `env` only. */
export const MEMORY_IMPORT = { module: "local-near", name: "memory" } as const;

const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  export: 7,
  code: 10,
} as const;
const KIND = { func: 0, table: 1, memory: 2, global: 3 } as const;
/** What an address of 32 bits reaches. */
const MEMORY_PAGES_MAX = 65_536;

export type PreparedCode = {
  wasm: Uint8Array;
  /** Exported functions and whether each takes and returns nothing, as a method must. */
  methods: Map<string, boolean>;
  /** Why it cannot be linked: it imports what the chain does not have. Matters only if the code is valid. */
  link_error: string | null;
};

/** Throws `PrepareError`. The sealer validates the result. */
export function prepareContract(code: Uint8Array): PreparedCode {
  try {
    return rewrite(code);
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) throw new PrepareError("Deserialization");
    throw error;
  }
}

type Section = { id: number; body: Uint8Array };

const REPLACED_SECTIONS: number[] = [
  SECTION.custom,
  SECTION.import,
  SECTION.table,
  SECTION.memory,
  SECTION.export,
  SECTION.code,
];

function rewrite(code: Uint8Array): PreparedCode {
  const sections = readSections(code);
  const types = readTypes(section(sections, SECTION.type));
  const imports = rewriteImports(section(sections, SECTION.import), types);
  const declared = section(sections, SECTION.function);
  const defined = declared ? declared.vector(() => signatureAt(types, declared.u32())) : [];
  const functions = [...imports.signatures, ...defined];
  const tables = section(sections, SECTION.table);
  const memories = section(sections, SECTION.memory);
  refuseAbove("max_functions_number_per_contract", functions.length);
  const { body: exports, methods } = rewriteExports(
    section(sections, SECTION.export),
    functions,
    memories ? countMemories(memories) : 0,
  );
  const replaced = sections.filter(({ id }) => !REPLACED_SECTIONS.includes(id));
  replaced.push({ id: SECTION.import, body: imports.body }, { id: SECTION.export, body: exports });
  if (tables) replaced.push({ id: SECTION.table, body: rewriteTables(tables) });
  const bodies = section(sections, SECTION.code);
  if (bodies) replaced.push({ id: SECTION.code, body: priceEntries(bodies, defined) });
  checkParams(defined);
  replaced.sort((a, b) => sectionOrder(a.id) - sectionOrder(b.id));
  return { wasm: encodeModule(replaced), methods, link_error: imports.link_error };
}

function readSections(code: Uint8Array): Section[] {
  const reader = new WasmReader(code);
  const header = reader.take(8);
  if (Buffer.compare(header, HEADER) !== 0) throw new PrepareError("Deserialization");
  const sections: Section[] = [];
  while (!reader.done) sections.push({ id: reader.byte(), body: reader.take(reader.u32()) });
  // They are put together in order, so that the sealer would not see that they were not.
  const order = sections.filter(({ id }) => id !== SECTION.custom).map(({ id }) => sectionOrder(id));
  if (order.some((place, index) => place <= (order[index - 1] ?? 0)))
    throw new PrepareError("Deserialization");
  return sections;
}

const HEADER = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/** The data-count section (12) belongs before the code. */
function sectionOrder(id: number): number {
  return id === 12 ? SECTION.code - 0.5 : id;
}

function section(sections: Section[], id: number): WasmReader | null {
  const found = sections.find((s) => s.id === id);
  return found ? new WasmReader(found.body) : null;
}

/** Function types as "params>results". */
function readTypes(reader: WasmReader | null): string[] {
  if (!reader) return [];
  const values = () => reader.vector(() => readValueType(reader)).join("");
  refuseAbove(
    "max_types_per_contract",
    reader.peek(() => reader.u32()),
  );
  return reader.vector(() => {
    if (reader.byte() !== 0x60) throw new PrepareError("Deserialization");
    const params = values();
    return `${params}>${values()}`;
  });
}

function signatureAt(types: string[], index: number): string {
  const signature = types[index];
  if (signature === undefined) throw new PrepareError("Deserialization");
  return signature;
}

function checkParams(signatures: readonly string[]): void {
  const counts = signatures.map((signature) => signature.indexOf(">"));
  for (const count of counts) refuseAbove("max_params_per_function", count);
  const total = counts.reduce((sum, count) => sum + count, 0);
  refuseAbove("max_params_per_contract", total);
}

/**
 * Only functions of `env` that the chain has, with its signatures. Every contract gets the same memory, whatever it asked
 * for, as one more import: functions keep their numbers.
 */
function rewriteImports(reader: WasmReader | null, types: string[]) {
  const imports = reader ? reader.whole(() => readImport(reader, types)) : [];
  for (const { refusal } of imports) if (refusal) throw new PrepareError(refusal);
  const functions = imports.map(({ bytes }) => bytes);
  const body = concatBytes(encodeU32(imports.length + 1), ...functions, memoryImport());
  const link_error = imports.map(({ name, signature }) => linkError(name, signature)).find(Boolean) ?? null;
  return { body, signatures: imports.map(({ signature }) => signature), link_error };
}

type Import = { name: string; signature: string; refusal: string | null; bytes: Uint8Array };

function readImport(reader: WasmReader, types: string[]): Import {
  const start = reader.offset;
  const [module, name, kind] = [reader.name(), reader.name(), reader.byte()];
  const signature = readImported(reader, kind, types);
  const bytes = reader.bytes.subarray(start, reader.offset);
  return { name, signature, refusal: importRefusal(module, kind), bytes };
}

function importRefusal(module: string, kind: number): string | null {
  if (module === "env" && kind === KIND.func) return null;
  return module === "env" && kind === KIND.memory ? "Memory" : "Instantiate";
}

/** The signature of a function; of anything else only that it is sound. */
function readImported(reader: WasmReader, kind: number, types: string[]): string {
  if (kind === KIND.func) return signatureAt(types, reader.u32());
  if (kind === KIND.table || kind === KIND.global) readValueType(reader);
  if (kind === KIND.table || kind === KIND.memory) readLimits(reader);
  else if (kind !== KIND.global || reader.byte() > 1) throw new PrepareError("Deserialization");
  return "";
}

function readLimits(reader: WasmReader): { initial: number; maximum: number | null } {
  const flags = reader.byte();
  if (flags > 1) throw new PrepareError("Deserialization");
  return { initial: reader.u32(), maximum: flags === 1 ? reader.u32() : null };
}

function linkError(name: string, signature: string): string | null {
  const known = HOST_FUNCTIONS[name]?.signature;
  if (known === undefined) return "unknown or invalid import";
  if (known === signature) return null;
  const wanted = typeText(signature);
  return `types incompatible: expected type \`${wanted}\`, found type \`${typeText(known)}\``;
}

/** A signature as the chain's errors show it: `(func (param i64 i64) (result i64))`. */
function typeText(signature: string): string {
  const [params = "", results = ""] = signature.split(">");
  const list = (kind: string, letters: string) =>
    letters && ` (${kind} ${[...letters].map((letter) => VALUE_NAMES[letter]).join(" ")})`;
  return `(func${list("param", params)}${list("result", results)})`;
}

/** No table can grow beyond the chain's limit, whatever the module says. */
function rewriteTables(reader: WasmReader): Uint8Array {
  const limit = CHAIN_LIMITS.max_elements_per_contract_table;
  const tables = reader.whole(() => {
    if (reader.byte() !== FUNCREF) throw new PrepareError("Deserialization");
    return readLimits(reader);
  });
  refuseAbove("max_tables_per_contract", tables.length);
  const bodies = tables.map(({ initial, maximum }) => {
    refuseAbove("max_elements_per_contract_table", initial);
    const limits = [encodeU32(initial), encodeU32(Math.min(maximum ?? limit, limit))];
    return concatBytes(Uint8Array.of(FUNCREF, 1), ...limits);
  });
  return concatBytes(encodeU32(tables.length), ...bodies);
}

function memoryImport(): Uint8Array {
  const { initial_memory_pages, max_memory_pages } = CHAIN_LIMITS;
  const { module, name } = MEMORY_IMPORT;
  const limits = [Uint8Array.of(1), encodeU32(initial_memory_pages), encodeU32(max_memory_pages)];
  return concatBytes(encodeName(module), encodeName(name), Uint8Array.of(KIND.memory), ...limits);
}

/** The module's own memory is left out, so that the sealer does not see it. */
function countMemories(reader: WasmReader): number {
  const memories = reader.whole(() => readLimits(reader));
  const is_sound = memories.every(({ initial, maximum }) => {
    const most = maximum ?? MEMORY_PAGES_MAX;
    return initial <= most && most <= MEMORY_PAGES_MAX;
  });
  if (memories.length > 1 || !is_sound) throw new PrepareError("Deserialization");
  return memories.length;
}

function rewriteExports(reader: WasmReader | null, functions: string[], memory_count: number) {
  const methods = new Map<string, boolean>();
  const entries: Uint8Array[] = [];
  for (const { name, kind, index } of reader ? reader.whole(() => readExport(reader)) : []) {
    if (kind === KIND.memory) {
      if (index >= memory_count) throw new PrepareError("Deserialization");
      continue;
    }
    if (kind === KIND.func) methods.set(name, functions[index] === ">");
    entries.push(concatBytes(encodeName(name), Uint8Array.of(kind), encodeU32(index)));
  }
  return { body: concatBytes(encodeU32(entries.length), ...entries), methods };
}

function readExport(reader: WasmReader): { name: string; kind: number; index: number } {
  return { name: reader.name(), kind: reader.byte(), index: reader.u32() };
}

function encodeModule(sections: Section[]): Uint8Array {
  const parts = sections.flatMap(({ id, body }) => [Uint8Array.of(id), encodeU32(body.length), body]);
  return concatBytes(HEADER, ...parts);
}
