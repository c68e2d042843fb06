/** Compares sealed modules with the plain one, which the reference counter counts. Node only. */

import { inspect, Meter, type RunEnd, type SealForm, type SealOptions, seal } from "../src/index.ts";
import { COUNT, withReferenceCounter } from "./reference.ts";
import { WAYS } from "./run.ts";

/** What one run did: how it ended, what its host functions saw and when, and what it left in memory. */
export interface Trace {
  end: "returned" | "threw" | "trap" | "out_of_instructions" | "overflow" | "stillborn";
  detail: string;
  count: bigint;
  log: string[];
  memory: string;
}

const COUNT_MAX = 300_000n;
/** Which kinds V8's words can mean. */
const V8_TRAPS: [RegExp, string[]][] = [
  [/^unreachable/, ["unreachable"]],
  [/^memory access|^data segment/, ["memory"]],
  [/^divide by zero|^remainder by zero/, ["divide_by_zero"]],
  [/^divide result unrepresentable/, ["integer_overflow"]],
  [/^null function|signature mismatch/, ["indirect_call"]],
  [/^table index is out of bounds/, ["indirect_call", "table"]],
  [/^table|^element segment/, ["table"]],
  [/^float unrepresentable/, ["integer_overflow", "invalid_conversion"]],
];

/** Text of a value, in which all NaNs are alike: a host in JavaScript cannot tell them apart. */
function show(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(show).join()}]`;
  return typeof value === "function" ? "function" : Object.is(value, -0) ? "-0" : String(value);
}

function hash(exports: WebAssembly.Exports): string {
  let text = "";
  for (const [name, value] of Object.entries(exports)) {
    if (value instanceof WebAssembly.Memory) {
      const bytes = new Uint8Array(value.buffer);
      let sum = bytes.length;
      for (let i = 0; i < bytes.length; i++) sum = (Math.imul(sum, 31) + bytes[i]!) | 0;
      text += `${name}:${sum};`;
    }
  }
  return text;
}

/** Host functions that log what they are given; `call-export` calls back. */
function hostFor(
  module: WebAssembly.Module,
  log: string[],
  count: () => bigint,
  callExport: (index: number) => void,
) {
  const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    imports[from] ??= {};
    if (kind === "function") {
      imports[from][name] = (...args: unknown[]) => {
        log.push(`${name}(${args.map(show)}) at ${count()}`);
        if (name === "call-export") callExport(Number(args[0]));
        if (name === "call-export-catch") throw new Error("refused by the host");
        return 0;
      };
    } else if (kind === "global")
      imports[from][name] = new WebAssembly.Global({ value: "externref", mutable: false }, 7);
  }
  return imports;
}

type Exported = (...args: unknown[]) => unknown;

/** A call of an export with arguments of its types, which `types` has by name. */
function callable(exports: WebAssembly.Exports, name: string, types: Map<string, string>): () => unknown {
  const call = exports[name] as Exported;
  const params = types.get(name)!.slice(1, types.get(name)!.indexOf(")")).split(", ").filter(Boolean);
  const args = params.map((type, i) =>
    type === "i64" ? BigInt(i + 3) : type.endsWith("ref") ? null : i + 3,
  );
  return () => call(...args);
}

/** Types of the functions that a module exports, in order. */
function functionTypes(bytes: Uint8Array): Map<string, string> {
  const functions = inspect(bytes).exports.filter(({ kind }) => kind === "function");
  return new Map(functions.map(({ name, type }) => [name, type]));
}

/** The count for the log; while the start function runs, the plain module has no exports yet to read it from. */
function countOf(
  state: { instance?: WebAssembly.Instance },
  count: (instance: WebAssembly.Instance) => bigint,
) {
  return () => (state.instance ? count(state.instance) : -1n);
}

function callerOf(state: { instance?: WebAssembly.Instance }, types: Map<string, string>) {
  const names = [...types.keys()];
  return (index: number) => {
    if (!state.instance) throw new Error("not started");
    callable(state.instance.exports, names[index % names.length]!, types)();
  };
}

/** Runs one export of the plain module under the reference counter. */
export function runReference(bytes: Uint8Array, name: string): Trace {
  const module = new WebAssembly.Module(withReferenceCounter(bytes, COUNT_MAX, true));
  const log: string[] = [];
  const types = functionTypes(bytes);
  const state: { instance?: WebAssembly.Instance } = {};
  const count = countOf(state, ({ exports }) => (exports[COUNT] as WebAssembly.Global<"i64">).value);
  const trace = { log, memory: "", detail: "", count: 0n };
  try {
    state.instance = new WebAssembly.Instance(module, hostFor(module, log, count, callerOf(state, types)));
  } catch (error) {
    return { ...trace, end: "stillborn", detail: String(error) };
  }
  const { exports } = state.instance;
  try {
    const detail = show(callable(exports, name, types)());
    return { ...trace, end: "returned", detail, count: count(), memory: hash(exports) };
  } catch (error) {
    if (count() > COUNT_MAX) return { ...trace, end: "out_of_instructions" };
    const message = (error as Error).message;
    if (/call stack/.test(message)) return { ...trace, end: "overflow" };
    const end = error instanceof WebAssembly.RuntimeError ? "trap" : "threw";
    const kinds = V8_TRAPS.find(([pattern]) => pattern.test(message))?.[1] ?? [message];
    return {
      ...trace,
      end,
      detail: end === "trap" ? kinds.join() : message,
      count: count(),
      memory: hash(exports),
    };
  }
}

/** How a run of the sealed module ended, and what it did. */
export interface SealedTrace {
  end: RunEnd<string>;
  log: string[];
  memory: string;
}

/** Runs one export of the sealed module. */
export function runSealed(
  bytes: Uint8Array,
  name: string,
  way: Way,
  budget: bigint,
  slice: bigint,
): SealedTrace {
  const sealed = seal(bytes, { ...way, memoryPagesMax: 65536 });
  if (sealed.outcome) return { end: { kind: "trap", trap: "other", instructions: 0n }, log: [], memory: "" };
  const module = new WebAssembly.Module(sealed.bytes);
  const meter = new Meter({ budget, slice });
  const log: string[] = [];
  const types = functionTypes(bytes);
  const state: { instance?: WebAssembly.Instance } = {};
  const count = countOf(state, () => meter.used());
  const imports = { ...hostFor(module, log, count, callerOf(state, types)), ...meter.imports };
  const instance = new WebAssembly.Instance(module, imports);
  meter.attach(instance);
  const end = meter.run(() => {
    meter.start();
    state.instance = instance;
    return show(callable(instance.exports, name, types)());
  });
  return { end, log, memory: hash(instance.exports) };
}

type Way = Pick<SealOptions, "form" | "slices" | "engine">;

/** One of the ways to seal in a form. */
function anyWay(form: SealForm, random: (below: number) => number): Way {
  const ways = WAYS.filter((way) => way.form === form);
  return ways[random(ways.length)]!;
}

/** Small deterministic random numbers, so that a failing case can be repeated. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Whether the exact form's answer is the reference's; a stack overflow is the sealer's own rule, and checked elsewhere. */
function agrees(reference: Trace, { end, log }: SealedTrace): boolean {
  if (reference.end === "stillborn") return end.kind !== "returned";
  if (end.kind === "trap" && end.trap === "stack_overflow")
    return (
      reference.end === "overflow" ||
      reference.count >= end.instructions ||
      reference.end === "out_of_instructions"
    );
  if (end.kind === "out_of_instructions")
    return reference.end === "out_of_instructions" || reference.end === "overflow";
  if (reference.log.join("\n") !== log.join("\n")) return false;
  if (end.kind === "returned")
    return (
      reference.end === "returned" && end.value === reference.detail && end.instructions === reference.count
    );
  if (end.kind === "threw")
    return (
      reference.end === "threw" &&
      (end.error as Error).message === reference.detail &&
      end.instructions === reference.count
    );
  if (end.kind !== "trap" || reference.end !== "trap") return false;
  return reference.detail.split(",").includes(end.trap) && end.instructions === reference.count;
}

function describe(what: string, name: string, reference: Trace, { end, log }: SealedTrace): string {
  const text = (value: unknown) =>
    JSON.stringify(value, (_, v) => (typeof v === "bigint" ? `${v}n` : v instanceof Error ? v.message : v));
  return `${what} of ${name}: reference ${text(reference)}, sealed ${text(end)}, log ${text(log)}`;
}

/** Runs every exported function of a module in every form, and says where one differs from the reference. */
export function differences(bytes: Uint8Array, random: (below: number) => number): string[] {
  const found: string[] = [];
  const names = WebAssembly.Module.exports(new WebAssembly.Module(bytes as BufferSource));
  for (const { name, kind } of names) {
    if (kind !== "function") continue;
    const reference = runReference(bytes, name);
    for (const form of ["fast", "exact"] as const) {
      const slice = BigInt(1 + random(2000));
      const sealed = runSealed(bytes, name, anyWay(form, random), COUNT_MAX, slice);
      const { end, memory } = sealed;
      if (form === "fast" && end.kind === "run_again_exact") {
        if (reference.end === "returned" || reference.end === "threw")
          found.push(...overflowOnly(bytes, name, reference));
        continue;
      }
      if (!agrees(reference, sealed)) found.push(describe(form, name, reference, sealed));
      else if (reference.memory && end.kind !== "trap" && memory !== reference.memory)
        found.push(`${form} of ${name}: memory differs`);
    }
    if (reference.count > 0n && !reference.log.some((entry) => entry.endsWith("-1")))
      found.push(...cutShort(bytes, name, reference, random));
  }
  return found;
}

/** The fast form may stop a run that the plain module ends only for the depth of its stack. */
function overflowOnly(bytes: Uint8Array, name: string, reference: Trace): string[] {
  const sealed = runSealed(bytes, name, { form: "exact" }, COUNT_MAX, COUNT_MAX);
  const { end } = sealed;
  return end.kind === "trap" && end.trap === "stack_overflow"
    ? []
    : [describe("overflow", name, reference, sealed)];
}

/** With a budget below the count, both forms stop at the budget, and the host has seen exactly what came before. */
function cutShort(
  bytes: Uint8Array,
  name: string,
  reference: Trace,
  random: (below: number) => number,
): string[] {
  const budget = BigInt(random(Number(reference.count)));
  const found: string[] = [];
  const seen = reference.log.filter((entry) => BigInt(entry.slice(entry.lastIndexOf(" ") + 1)) <= budget);
  for (const form of ["fast", "exact"] as const) {
    const sealed = runSealed(bytes, name, anyWay(form, random), budget, 50n);
    const { end, log } = sealed;
    if (end.kind === "run_again_exact") continue;
    if (end.kind === "trap" && end.trap === "stack_overflow") continue;
    const right =
      end.kind === "out_of_instructions" && end.instructions === budget && log.join() === seen.join();
    if (!right) found.push(describe(`${form}, budget ${budget},`, name, reference, sealed));
  }
  return found;
}
