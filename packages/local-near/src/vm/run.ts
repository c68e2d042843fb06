// Runs one method of a contract.
import type { RunEnd, SealForm } from "@near-offshore/sealer";
import { HostError } from "../errors.ts";
import type { Hash } from "../types.ts";
import { type CallError, trapError } from "./call-error.ts";
import { CompiledContract, compiledContract } from "./contract-cache.ts";
import { memoryAccessViolation } from "./guest-memory.ts";
import { hostImports } from "./host/index.ts";
import type { HostState } from "./host-state.ts";
import { withMemory } from "./memory-pool.ts";
import { MEMORY_IMPORT } from "./prepare.ts";

export type ContractCode = { hash: Hash; bytes: Uint8Array };

/** What the contract did is in `host`; `error` says why it failed, or is null. */
export type ContractRun = { host: HostState; error: CallError | null };

/**
 * Runs `method_name`.
 * @param code null when the account has no contract.
 * @param start gives the call's host state and undoes what an earlier start may have led to: a call that traps is run
 *   twice, the second time in a form that knows exactly how much gas was burnt and why it trapped.
 */
export function runContract(
  code: ContractCode | null,
  method_name: string,
  start: () => HostState,
): ContractRun {
  const host = start();
  if (!code) {
    const account_id = host.context.current_account_id;
    return { host, error: { type: "CompilationError", kind: { CodeDoesNotExist: { account_id } } } };
  }
  if (method_name === "") return { host, error: { type: "MethodResolveError", kind: "MethodEmptyName" } };
  const contract = compiledContract(code.hash, code.bytes);
  if (!(contract instanceof CompiledContract)) return { host, error: contract };
  const error = attempt(contract, method_name, host, "fast");
  if (error !== "run_again_exact") return { host, error };
  const again = start();
  const exact_error = attempt(contract, method_name, again, "exact");
  if (exact_error === "run_again_exact")
    throw new TypeError("the exact form of a contract never asks to be run again");
  return { host: again, error: exact_error };
}

function attempt(
  contract: CompiledContract,
  method_name: string,
  host: HostState,
  form: SealForm,
): CallError | null | "run_again_exact" {
  const unpaid = payForLoading(host, contract.code_bytes);
  if (unpaid) return unpaid;
  if (contract.link_error !== null) return { type: "LinkError", msg: contract.link_error };
  const is_method = contract.methods.get(method_name);
  if (!is_method) {
    host.gas.forgetLoading();
    const kind = is_method === undefined ? "MethodNotFound" : "MethodInvalidSignature";
    return { type: "MethodResolveError", kind };
  }
  return withMemory((memory) => errorOf(execute(contract, method_name, host, form, memory), host));
}

function payForLoading(host: HostState, code_bytes: number): CallError | null {
  try {
    host.gas.payPer("contract_loading_bytes", code_bytes);
    host.gas.payBase("contract_loading_base");
    return null;
  } catch (error) {
    if (error instanceof HostError) return { type: "HostError", error };
    throw error;
  }
}

function execute(
  contract: CompiledContract,
  method_name: string,
  host: HostState,
  form: SealForm,
  memory: WebAssembly.Memory,
): RunEnd<void> {
  const meter = host.gas.newMeter();
  const own = { [MEMORY_IMPORT.module]: { [MEMORY_IMPORT.name]: memory } };
  const imports = { env: hostImports(host), ...own, ...meter.imports } as WebAssembly.Imports;
  const instance = instantiate(contract.module(form), imports);
  if (!instance) return { kind: "trap", trap: "memory", instructions: 0n };
  host.memory.attach(memory);
  meter.attach(instance);
  host.gas.countWith(meter);
  return meter.run(() => {
    meter.start();
    (instance.exports[method_name] as () => void)();
  });
}

/** Null when a segment does not fit into the memory or the table. */
function instantiate(module: WebAssembly.Module, imports: WebAssembly.Imports): WebAssembly.Instance | null {
  try {
    return new WebAssembly.Instance(module, imports);
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) return null;
    throw error;
  }
}

function errorOf(end: RunEnd<void>, host: HostState): CallError | null | "run_again_exact" {
  switch (end.kind) {
    case "returned":
      return null;
    case "run_again_exact":
      return "run_again_exact";
    case "out_of_instructions":
      return { type: "HostError", error: host.gas.outOfInstructions() };
    case "trap":
      return trapError(end.trap, end.fault);
    case "machine_fault":
      throw new RangeError("the machine has no memory left for a contract");
    case "threw":
      if (end.error instanceof HostError) return { type: "HostError", error: end.error };
      // The engine's own stack is smaller than the chain's only on a machine that was set up so.
      if (end.error instanceof RangeError) return { type: "HostError", error: memoryAccessViolation() };
      throw end.error;
  }
}
