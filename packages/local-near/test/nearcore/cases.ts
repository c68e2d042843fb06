// Every case that nearcore was asked about and that local-near is compared on.
import { createHash } from "node:crypto";
import binaryen from "binaryen";
import {
  argumentBytes,
  DATA_ID_WAITED_FOR,
  type HostCall,
  hostContract,
  hostSequence,
  STORAGE,
} from "./host-cases.ts";
import type { Answer, Case } from "./run-case.ts";
import { BYTES, MODULES, REFUSED } from "./wasm-cases.ts";

const base64 = (data: Uint8Array | string) => Buffer.from(data).toString("base64");

/** What a call finds: some storage, a result that it waited for and one that failed, a yield, two who wait for its result. */
const CALL = {
  gas: 300_000_000_000_000,
  balance: "1000",
  deposit: "7",
  storage: Object.fromEntries(Object.entries(STORAGE).map(([key, value]) => [base64(key), base64(value)])),
  storage_usage: 6_000,
  promise_results: [base64("a result"), null],
  output_data_receivers: ["alice", "dave"],
  yields: [base64(DATA_ID_WAITED_FOR)],
};

const MODULE_GAS = 10_000_000_000_000;

/** What the chain takes, and some of what it refuses: all that binaryen has would change how it writes the rest. */
const FEATURES = [
  binaryen.Features.MutableGlobals,
  binaryen.Features.SignExt,
  binaryen.Features.NontrappingFPToInt,
  binaryen.Features.BulkMemory,
  binaryen.Features.ReferenceTypes,
  binaryen.Features.Multivalue,
  binaryen.Features.SIMD128,
  binaryen.Features.TailCall,
  binaryen.Features.Atomics,
].reduce((all, feature) => all | feature);

const compiled = new Map<string, string>();

function compile(text: string): string {
  const known = compiled.get(text);
  if (known !== undefined) return known;
  const module = binaryen.parseText(text);
  module.setFeatures(FEATURES);
  const wasm = base64(module.emitBinary());
  module.dispose();
  compiled.set(text, wasm);
  return wasm;
}

export const MODULE_NAMES = [MODULES, REFUSED, BYTES].flatMap((modules) => Object.keys(modules));

/** A call of a module's method, with gas in abundance if not said otherwise. */
export function moduleCase(name: string, gas = MODULE_GAS): Case {
  const text = MODULES[name] ?? REFUSED[name];
  return { wasm: text === undefined ? base64(BYTES[name]!) : compile(text), gas };
}

/** A call of a host function. */
export function hostCase(name: string, args: readonly (number | bigint)[], is_view = false): Case {
  const wasm = compile(hostContract(name, name.startsWith("promise_") && !is_view));
  return { ...CALL, wasm, input: base64(argumentBytes(args)), is_view };
}

/** Host calls one after another. */
export function sequenceCase(calls: readonly HostCall[], gas: number, is_view: boolean): Case {
  return { ...CALL, wasm: compile(hostSequence(calls)), gas, is_view };
}

/** An answer in short. The outcome is the error, or a digest of all that the call did. */
export type Summary = { burnt: number; used: number; outcome: string };

const OUTCOME_LENGTH_MAX = 200;

export function summary({ burnt, used, error, ...effects }: Answer): Summary {
  const { debug, text } = (error ?? {}) as { debug?: string; text?: string };
  const logs = (effects.logs as string[]).map((log) => ` [${log}]`).join("");
  const said = debug === undefined ? canonical(effects) : [debug, text].join(": ") + logs;
  const outcome = debug === undefined || said.length > OUTCOME_LENGTH_MAX ? digest(said) : said;
  return { burnt, used, outcome };
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** The least that is tried of a swept module, and by how much it grows: half an operator. */
export const SWEEP = { from: 35_000_000, step: 822_756 / 2 } as const;

/** What becomes of a call whose gas is over. */
export function exceeded(gas: number): Summary {
  return { burnt: gas, used: gas, outcome: "HostError(GasExceeded): Exceeded the prepaid gas." };
}

/** `[burnt, outcome]`, and what was used if that is more; the outcome is a number in a list of outcomes. */
export type Row = [burnt: number, outcome: number, used?: number];

export type Vectors = {
  near_vm_runner: string;
  protocol_version: number;
  outcomes: string[];
  modules: Record<string, Row>;
  /** The least gas of a sweep that is enough. */
  swept: Record<string, number>;
  /** By arguments; a call in a view has none. */
  host_calls: Record<string, { in_view: Row; calls: Record<string, Row> }>;
};

/** JSON with its keys in order. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join()}}`;
}
