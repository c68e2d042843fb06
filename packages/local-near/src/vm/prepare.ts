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
const KIND = { func: 0, memory: 2 } as const;
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
  if (memories) checkMemories(memories);
  refuseAbove("max_functions_number_per_contract", functions.length);
  const { body: exports, methods } = rewriteExports(section(sections, SECTION.export), functions);
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
  const start = new WasmReader(reader?.bytes ?? new Uint8Array());
  let link_error: string | null = null;
  const signatures = !reader
    ? []
    : reader.vector(() => {
        const { name, signature } = readImport(reader, types);
        link_error ??= linkError(name, signature);
        return signature;
      });
  if (reader) start.u32();
  const functions = start.bytes.subarray(start.offset, reader?.offset ?? 0);
  const body = concatBytes(encodeU32(signatures.length + 1), functions, memoryImport());
  return { body, signatures, link_error };
}

function readImport(reader: WasmReader, types: string[]): { name: string; signature: string } {
  const [module, name, kind] = [reader.name(), reader.name(), reader.byte()];
  if (kind === KIND.memory) throw new PrepareError("Memory");
  if (module !== "env" || kind !== KIND.func) throw new PrepareError("Instantiate");
  return { name, signature: signatureAt(types, reader.u32()) };
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
  const tables = reader.vector(() => {
    const [type, flags, initial] = [reader.byte(), reader.byte(), reader.u32()];
    if (type !== FUNCREF || flags > 1) throw new PrepareError("Deserialization");
    const maximum = flags === 1 ? reader.u32() : limit;
    refuseAbove("max_elements_per_contract_table", initial);
    return concatBytes(Uint8Array.of(type, 1), encodeU32(initial), encodeU32(Math.min(maximum, limit)));
  });
  refuseAbove("max_tables_per_contract", tables.length);
  return concatBytes(encodeU32(tables.length), ...tables);
}

function memoryImport(): Uint8Array {
  const { initial_memory_pages, max_memory_pages } = CHAIN_LIMITS;
  const { module, name } = MEMORY_IMPORT;
  const limits = [Uint8Array.of(1), encodeU32(initial_memory_pages), encodeU32(max_memory_pages)];
  return concatBytes(encodeName(module), encodeName(name), Uint8Array.of(KIND.memory), ...limits);
}

/** The module's own memory is left out, so that the sealer does not see it. */
function checkMemories(reader: WasmReader): void {
  const sizes = reader.vector(() => {
    const [flags, initial] = [reader.byte(), reader.u32()];
    return { flags, initial, maximum: flags === 1 ? reader.u32() : MEMORY_PAGES_MAX };
  });
  const is_sound = sizes.every(
    ({ flags, initial, maximum }) => flags <= 1 && initial <= maximum && maximum <= MEMORY_PAGES_MAX,
  );
  if (sizes.length > 1 || !is_sound || !reader.done) throw new PrepareError("Deserialization");
}

function rewriteExports(reader: WasmReader | null, functions: string[]) {
  const methods = new Map<string, boolean>();
  const entries: Uint8Array[] = [];
  for (const { name, kind, index } of reader ? reader.vector(() => readExport(reader)) : []) {
    if (kind === KIND.memory) continue;
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
