import type { RunContext, RunLimits } from "./types.ts";

/** The network that a contract is on, as its account says. */
export function networkOf(contract_id: string): "mainnet" | "testnet" | "local" {
  if (contract_id.endsWith(".near")) return "mainnet";
  return contract_id.endsWith(".testnet") ? "testnet" : "local";
}

/** The program's environment, in the one order there is. */
export function environment(context: RunContext, limits: RunLimits): Record<string, string> {
  const variables = {
    NEAR_NETWORK_ID: networkOf(context.contract_id),
    NEAR_CONTRACT_ID: context.contract_id,
    NEAR_SENDER_ID: context.sender_id,
    NEAR_PREDECESSOR_ID: context.predecessor_id,
    NEAR_SIGNER_PUBLIC_KEY: context.signer_public_key,
    NEAR_REQUEST_ID: context.request_id,
    NEAR_BLOCK_HEIGHT: context.block_height,
    NEAR_BLOCK_TIMESTAMP: context.block_timestamp,
    NEAR_PAYMENT_YOCTO: context.payment_yocto,
    NEAR_MAX_INSTRUCTIONS: limits.max_instructions,
    NEAR_MAX_MEMORY_MB: limits.max_memory_mb,
    OFFSHORE_EXECUTION_TYPE: "NEAR",
    TZ: "UTC",
    LANG: "C.UTF-8",
  };
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)]));
}
