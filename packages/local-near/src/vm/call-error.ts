// How a function call can fail, in the two forms that a node shows: JSON in outcomes, Rust's debug text in view calls.
import type { CallFault, TrapKind } from "@near-offshore/sealer";
import type { HostError } from "../errors.ts";
import { memoryAccessViolation } from "./guest-memory.ts";

export type MethodResolveError = "MethodEmptyName" | "MethodNotFound" | "MethodInvalidSignature";
export type CompilationError = { CodeDoesNotExist: { account_id: string } } | { PrepareError: string };

const TRAP_MESSAGES = {
  Unreachable: "An `unreachable` opcode was executed.",
  IncorrectCallIndirectSignature: "Call indirect incorrect signature trap.",
  IndirectCallToNull: "Indirect call to null.",
  MemoryOutOfBounds: "Memory out of bounds trap.",
  IllegalArithmetic: "An arithmetic exception, e.g. divided by zero.",
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

const ESCAPES: Readonly<Record<string, string>> = {
  "\0": "\\0",
  "\t": "\\t",
  "\n": "\\n",
  "\r": "\\r",
  '"': '\\"',
  "\\": "\\\\",
};
/** What Rust does not print as it is: controls, unassigned characters, spaces other than the one, combining marks. */
const UNPRINTED = /["\\]|(?! )[\p{C}\p{Z}\p{Grapheme_Extend}]/gu;

/** Rust's `{:?}` of a string. */
function debugText(text: string): string {
  const escaped = (character: string) =>
    ESCAPES[character] ?? `\\u{${character.codePointAt(0)!.toString(16)}}`;
  return `"${text.replaceAll(UNPRINTED, escaped)}"`;
}

const TRAPS: Record<TrapKind, WasmTrap | null> = {
  unreachable: "Unreachable",
  memory: "MemoryOutOfBounds",
  divide_by_zero: "IllegalArithmetic",
  integer_overflow: "IllegalArithmetic",
  invalid_conversion: "IllegalArithmetic",
  indirect_call: "IncorrectCallIndirectSignature",
  table: "MemoryOutOfBounds",
  // No trap there: the chain counts the stack itself.
  stack_overflow: null,
  other: null,
};

const CALL_FAULTS = { out_of_bounds: "MemoryOutOfBounds", null: "IndirectCallToNull" } as const;

/** The chain's error for a trap of the sealed contract. Passing the stack limit is a memory violation there. */
export function trapError(kind: TrapKind, fault?: CallFault): CallError {
  const trap = fault ? CALL_FAULTS[fault] : TRAPS[kind];
  if (trap === null) return { type: "HostError", error: memoryAccessViolation() };
  return { type: "WasmTrap", trap };
}
