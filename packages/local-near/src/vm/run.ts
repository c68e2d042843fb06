// Runs one method of a contract.
import type { Hash } from "../types.ts";
import { type CallError, callErrorOf } from "./call-error.ts";
import { type CompiledContract, compiledContract } from "./contract-cache.ts";
import { hostImports } from "./host/index.ts";
import type { HostState } from "./host-state.ts";
import { MEMORY_EXPORT } from "./prepare.ts";

export type ContractCode = { hash: Hash; bytes: Uint8Array };

/**
 * Runs `method_name`; everything it did is in `host`. Returns why it failed, or null.
 * @param code null when the account has no contract.
 */
export function runContract(
  code: ContractCode | null,
  method_name: string,
  host: HostState,
): CallError | null {
  if (!code) {
    const account_id = host.context.current_account_id;
    return { type: "CompilationError", kind: { CodeDoesNotExist: { account_id } } };
  }
  if (method_name === "") return { type: "MethodResolveError", kind: "MethodEmptyName" };
  const contract = compiledContract(code.hash, code.bytes);
  if ("type" in contract) return contract;
  try {
    host.gas.payPer("contract_loading_bytes", contract.code_bytes);
    host.gas.payBase("contract_loading_base");
    const is_method = contract.methods.get(method_name);
    if (is_method === undefined) return { type: "MethodResolveError", kind: "MethodNotFound" };
    if (!is_method) return { type: "MethodResolveError", kind: "MethodInvalidSignature" };
    execute(contract, method_name, host);
    return null;
  } catch (thrown) {
    return callErrorOf(thrown);
  }
}

function execute(contract: CompiledContract, method_name: string, host: HostState): void {
  const { exports } = new WebAssembly.Instance(contract.module, { env: hostImports(host) });
  host.memory.attach(exports[MEMORY_EXPORT] as WebAssembly.Memory);
  (exports[method_name] as () => void)();
}
