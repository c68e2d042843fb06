// Compiled contracts by code hash. Code never changes under its hash, so every chain in the process shares them.
import { type ModuleInfo, SealError, type SealForm, seal } from "@near-offshore/sealer";
import { COMPILED_CONTRACTS_MAX } from "../limits.ts";
import { CHAIN_LIMITS, WASM_FRAMES, WASM_PRICES } from "../parameters.ts";
import type { Hash } from "../types.ts";
import type { CallError } from "./call-error.ts";
import { prepareContract } from "./prepare.ts";
import { PrepareError, refuseAbove } from "./prepare-error.ts";

/** Features beyond the first WebAssembly that every live network accepts. */
const FEATURES = [
  "bulk_memory",
  "mutable_globals",
  "reference_types",
  "saturating_conversions",
  "sign_extension",
];

export class CompiledContract {
  /** Exported functions and whether each takes and returns nothing, as a method must. */
  readonly methods: ReadonlyMap<string, boolean>;
  readonly code_bytes: number;
  /** Why it cannot be linked, or null. */
  readonly link_error: string | null;
  readonly #prepared: Uint8Array;
  readonly #modules = new Map<SealForm, WebAssembly.Module>();

  /** Throws `PrepareError` when the chain refuses the code. */
  constructor(code: Uint8Array) {
    const { wasm, methods, link_error } = prepareContract(code);
    this.methods = methods;
    this.code_bytes = code.length;
    this.link_error = link_error;
    this.#prepared = wasm;
    this.module("fast");
  }

  /** The fast form for a run; the exact one, made when it is needed, to run one that trapped again. */
  module(form: SealForm): WebAssembly.Module {
    const known = this.#modules.get(form);
    if (known) return known;
    const module = new WebAssembly.Module(sealed(this.#prepared, form));
    this.#modules.set(form, module);
    return module;
  }
}

function sealed(wasm: Uint8Array, form: SealForm): Uint8Array<ArrayBuffer> {
  try {
    const { bytes, info } = seal(wasm, {
      form,
      memoryPagesMax: CHAIN_LIMITS.max_memory_pages,
      stackBytesMax: CHAIN_LIMITS.max_stack_height,
      // As the chain: a NaN that arithmetic makes has one bit pattern.
      canonicalizeNan: true,
      frames: WASM_FRAMES,
      callFaults: true,
      prices: WASM_PRICES,
    });
    checkLimits(info);
    return bytes;
  } catch (error) {
    if (error instanceof SealError) throw new PrepareError("Deserialization");
    throw error;
  }
}

function checkLimits({ features, blocks, blocksInFunction, operandBytes }: ModuleInfo): void {
  if (features.some((feature) => !FEATURES.includes(feature))) throw new PrepareError("Deserialization");
  refuseAbove("max_operand_stack_bytes_per_function", operandBytes);
  refuseAbove("max_blocks_per_function", blocksInFunction);
  refuseAbove("max_blocks_per_contract", blocks);
}

const compiled = new Map<Hash, CompiledContract | CallError>();

/** The compiled contract, or why there is none: that too is remembered. */
export function compiledContract(code_hash: Hash, code: Uint8Array): CompiledContract | CallError {
  const contract = compiled.get(code_hash) ?? compile(code);
  // The most recently used is the last.
  compiled.delete(code_hash);
  compiled.set(code_hash, contract);
  if (compiled.size > COMPILED_CONTRACTS_MAX) compiled.delete(compiled.keys().next().value!);
  return contract;
}

function compile(code: Uint8Array): CompiledContract | CallError {
  try {
    return new CompiledContract(code);
  } catch (error) {
    if (error instanceof PrepareError)
      return { type: "CompilationError", kind: { PrepareError: error.kind } };
    throw error;
  }
}
