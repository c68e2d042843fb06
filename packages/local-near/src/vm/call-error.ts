// How a function call can fail, in the two forms that a node shows: JSON in outcomes, Rust's debug text in view calls.
import { HostError } from "../errors.ts";

export type MethodResolveError = "MethodEmptyName" | "MethodNotFound" | "MethodInvalidSignature";
export type CompilationError = { CodeDoesNotExist: { account_id: string } } | { PrepareError: string };

const TRAP_MESSAGES = {
  Unreachable: "An `unreachable` opcode was executed.",
  IncorrectCallIndirectSignature: "Call indirect incorrect signature trap.",
  MemoryOutOfBounds: "Memory out of bounds trap.",
  CallIndirectOOB: "Call indirect out of bounds trap.",
  IllegalArithmetic: "An arithmetic exception, e.g. divided by zero.",
  IndirectCallToNull: "Indirect call to null.",
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

/** Maps what the JavaScript engine throws to nearcore's traps; rethrows what is not the contract's doing. */
export function callErrorOf(thrown: unknown): CallError {
  if (thrown instanceof HostError) return { type: "HostError", error: thrown };
  if (thrown instanceof WebAssembly.RuntimeError) return { type: "WasmTrap", trap: trapOf(thrown.message) };
  if (thrown instanceof RangeError && thrown.message.includes("call stack")) {
    // The chain's own stack limit ends in this error; the engine's stack is only reached when it is not enforced.
    const message = "Accessed memory outside the bounds.";
    return { type: "HostError", error: new HostError("MemoryAccessViolation", message) };
  }
  throw thrown;
}

function trapOf(message: string): WasmTrap {
  if (message.includes("unreachable")) return "Unreachable";
  if (/divide|remainder|unrepresentable/.test(message)) return "IllegalArithmetic";
  if (message.includes("memory access out of bounds")) return "MemoryOutOfBounds";
  if (message.includes("table index is out of bounds")) return "CallIndirectOOB";
  if (message.includes("signature mismatch")) return "IncorrectCallIndirectSignature";
  return "GenericTrap";
}
