// Makes a contract runnable as the chain does: imports checked, memory replaced by one of the chain's size that is
// imported, entries of functions priced. Instructions are counted by the sealer, which takes the result.
import { concatBytes } from "@noble/hashes/utils.js";
import { CHAIN_LIMITS } from "../parameters.ts";
import { HOST_FUNCTIONS } from "./host/index.ts";
import { LinkError, PrepareError } from "./prepare-error.ts";
import { priceEntries } from "./price-entries.ts";
import { encodeName, encodeU32, VALUE_TYPES, WasmReader } from "./wasm-reader.ts";

/** Where the prepared module imports its memory from; contracts themselves may import from `env` only. */
export const MEMORY_IMPORT = { module: "local-near", name: "memory" } as const;

const SECTION = { custom: 0, type: 1, import: 2, function: 3, memory: 5, export: 7, code: 10 } as const;
const KIND = { func: 0, memory: 2 } as const;

export type PreparedCode = {
  wasm: Uint8Array;
  /** Exported functions and whether each takes and returns nothing, as a method must. */
  methods: Map<string, boolean>;
};

/** Throws `PrepareError` or `LinkError`. The sealer validates the result. */
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
  SECTION.memory,
  SECTION.export,
  SECTION.code,
];

function rewrite(code: Uint8Array): PreparedCode {
  const sections = readSections(code);
  const types = readTypes(section(sections, SECTION.type));
  const { body: imports, signatures: imported } = rewriteImports(section(sections, SECTION.import), types);
  const declared = section(sections, SECTION.function);
  const defined = declared ? declared.vector(() => signatureAt(types, declared.u32())) : [];
  const functions = [...imported, ...defined];
  if (functions.length > CHAIN_LIMITS.max_functions_number_per_contract)
    throw new PrepareError("TooManyFunctions");
  const { body: exports, methods } = rewriteExports(section(sections, SECTION.export), functions);
  const replaced = sections.filter(({ id }) => !REPLACED_SECTIONS.includes(id));
  replaced.push({ id: SECTION.import, body: imports }, { id: SECTION.export, body: exports });
  const bodies = section(sections, SECTION.code);
  if (bodies) replaced.push({ id: SECTION.code, body: priceEntries(bodies, defined) });
  replaced.sort((a, b) => sectionOrder(a.id) - sectionOrder(b.id));
  return { wasm: encodeModule(replaced), methods };
}

function readSections(code: Uint8Array): Section[] {
  const reader = new WasmReader(code);
  const header = reader.take(8);
  if (Buffer.compare(header, HEADER) !== 0) throw new PrepareError("Deserialization");
  const sections: Section[] = [];
  while (!reader.done) sections.push({ id: reader.byte(), body: reader.take(reader.u32()) });
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
  const values = () => reader.vector(() => VALUE_TYPES[reader.byte()] ?? "?").join("");
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

/**
 * Only functions of `env` that the chain has, with its signatures. Every contract gets the same memory, whatever it asked
 * for, as one more import: functions keep their numbers.
 */
function rewriteImports(reader: WasmReader | null, types: string[]) {
  const start = new WasmReader(reader?.bytes ?? new Uint8Array());
  const signatures = reader ? reader.vector(() => checkImport(reader, types)) : [];
  if (reader) start.u32();
  const functions = start.bytes.subarray(start.offset, reader?.offset ?? 0);
  const body = concatBytes(encodeU32(signatures.length + 1), functions, memoryImport());
  return { body, signatures };
}

function checkImport(reader: WasmReader, types: string[]): string {
  const [module, name, kind] = [reader.name(), reader.name(), reader.byte()];
  if (kind === KIND.memory) throw new PrepareError("Memory");
  if (module !== "env" || kind !== KIND.func) throw new PrepareError("Instantiate");
  const signature = signatureAt(types, reader.u32());
  const known = HOST_FUNCTIONS[name];
  if (!known) throw new LinkError(`unknown import: \`env::${name}\` has not been defined`);
  if (known.signature !== signature) {
    throw new LinkError(
      `incompatible import type for \`env::${name}\`: expected ${known.signature}, got ${signature}`,
    );
  }
  return signature;
}

function memoryImport(): Uint8Array {
  const { initial_memory_pages, max_memory_pages } = CHAIN_LIMITS;
  const { module, name } = MEMORY_IMPORT;
  const limits = [Uint8Array.of(1), encodeU32(initial_memory_pages), encodeU32(max_memory_pages)];
  return concatBytes(encodeName(module), encodeName(name), Uint8Array.of(KIND.memory), ...limits);
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
