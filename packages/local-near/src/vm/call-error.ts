// How a function call can fail, in the two forms that a node shows: JSON in outcomes, Rust's debug text in view calls.
import type { TrapKind } from "@near-offshore/sealer";
import type { HostError } from "../errors.ts";
import { memoryAccessViolation } from "./guest-memory.ts";

export type MethodResolveError = "MethodEmptyName" | "MethodNotFound" | "MethodInvalidSignature";
export type CompilationError = { CodeDoesNotExist: { account_id: string } } | { PrepareError: string };

const TRAP_MESSAGES = {
  Unreachable: "An `unreachable` opcode was executed.",
  IncorrectCallIndirectSignature: "Call indirect incorrect signature trap.",
  MemoryOutOfBounds: "Memory out of bounds trap.",
  CallIndirectOOB: "Call indirect out of bounds trap.",
  IllegalArithmetic: "An arithmetic exception, e.g. divided by zero.",
  StackOverflow: "Stack overflow.",
  GenericTrap: "Generic trap.",
} as const;

export type WasmTrap = keyof typeof TRAP_MESSAGES;

export type CallError =
  | { type: "HostError"; error: HostError }
  | { type: "WasmTrap"; trap: WasmTrap }
  | { type: "MethodResolveError"; kind: MethodResolveError }
  | { type: "CompilationError"; kind: CompilationError }
  | { type: "LinkError"; msg: string };

/** As in an outcome's `FunctionCallError`. */
export function callErrorJson(error: CallError): unknown {
  switch (error.type) {
    case "HostError":
      return { ExecutionError: error.error.message };
    case "WasmTrap":
      return { ExecutionError: `WebAssembly trap: ${TRAP_MESSAGES[error.trap]}` };
    case "MethodResolveError":
      return { MethodResolveError: error.kind };
    case "CompilationError":
      return { CompilationError: error.kind };
    case "LinkError":
      return { LinkError: { msg: error.msg } };
  }
}

/** As in a view call's error: `HostError(GuestPanic { panic_msg: "..." })`. */
export function callErrorDebug(error: CallError): string {
  switch (error.type) {
    case "HostError":
      return `HostError(${hostErrorDebug(error.error)})`;
    case "WasmTrap":
      return `WasmTrap(${error.trap})`;
    case "MethodResolveError":
      return `MethodResolveError(${error.kind})`;
    case "CompilationError":
      if ("PrepareError" in error.kind) return `CompilationError(PrepareError(${error.kind.PrepareError}))`;
      return `CompilationError(CodeDoesNotExist { account_id: ${debugText(error.kind.CodeDoesNotExist.account_id)} })`;
    case "LinkError":
      return `LinkError { msg: ${debugText(error.msg)} }`;
  }
}

const NUMERIC = /^\d+$/;

function hostErrorDebug({ kind, fields }: HostError): string {
  const entries = Object.entries(fields).map(([name, value]) => {
    const is_number = typeof value === "number" || (NUMERIC.test(value) && !name.endsWith("msg"));
    return `${name}: ${is_number ? value : debugText(`${value}`)}`;
  });
  return entries.length === 0 ? kind : `${kind} { ${entries.join(", ")} }`;
}

/** Rust's `{:?}` of a string. */
function debugText(text: string): string {
  return JSON.stringify(text).replaceAll("\\b", "\\u{8}").replaceAll("\\f", "\\u{c}");
}

const TRAPS: Record<TrapKind, WasmTrap> = {
  unreachable: "Unreachable",
  memory: "MemoryOutOfBounds",
  divide_by_zero: "IllegalArithmetic",
  integer_overflow: "IllegalArithmetic",
  invalid_conversion: "IllegalArithmetic",
  indirect_call: "IncorrectCallIndirectSignature",
  table: "CallIndirectOOB",
  stack_overflow: "StackOverflow",
  other: "GenericTrap",
};

/** The chain's error for a trap of the sealed contract. Passing the stack limit is a memory violation there. */
export function trapError(kind: TrapKind): CallError {
  const trap = TRAPS[kind];
  return trap === "StackOverflow"
    ? { type: "HostError", error: memoryAccessViolation() }
    : { type: "WasmTrap", trap };
}
