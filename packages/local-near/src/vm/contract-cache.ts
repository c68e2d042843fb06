// Compiled contracts by code hash. Code never changes under its hash, so every chain in the process shares them.
import { COMPILED_CONTRACTS_MAX } from "../limits.ts";
import type { Hash } from "../types.ts";
import type { CallError } from "./call-error.ts";
import { LinkError, PrepareError, prepareContract } from "./prepare.ts";

export type CompiledContract = {
  module: WebAssembly.Module;
  methods: Map<string, boolean>;
  code_bytes: number;
};

const compiled = new Map<Hash, CompiledContract | CallError>();

/** The compiled contract, or why there is none: that too is remembered. */
export function compiledContract(code_hash: Hash, code: Uint8Array): CompiledContract | CallError {
  const known = compiled.get(code_hash);
  compiled.delete(code_hash);
  const contract = known ?? compile(code);
  compiled.set(code_hash, contract);
  if (compiled.size > COMPILED_CONTRACTS_MAX) compiled.delete(compiled.keys().next().value!);
  return contract;
}

function compile(code: Uint8Array): CompiledContract | CallError {
  try {
    const { wasm, methods } = prepareContract(code);
    return { module: new WebAssembly.Module(wasm as BufferSource), methods, code_bytes: code.length };
  } catch (error) {
    if (error instanceof LinkError) return { type: "LinkError", msg: error.message };
    if (error instanceof PrepareError) return prepareError(error.kind);
    if (error instanceof WebAssembly.CompileError) return prepareError("Deserialization");
    throw error;
  }
}

function prepareError(kind: string): CallError {
  return { type: "CompilationError", kind: { PrepareError: kind } };
}
