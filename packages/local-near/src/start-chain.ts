// A chain to test against, whichever it is: what both have in common is the RPC and an account with money.
import { startNearSandbox } from "./near-sandbox.ts";
import { startLocalNear } from "./start.ts";

export type RpcChain = {
  name: "local-near-rpc" | "near-sandbox";
  rpc_url: string;
  /** An account with money, under which others can be created. */
  root: { account_id: string; public_key: string; secret_key: string };
  stop(): Promise<void>;
};

/**
 * Starts the chain that `OFFSHORE_CHAIN` names: `local-near-rpc`, the default here, or `near-sandbox` (see `startNearSandbox`).
 *
 * @example
 * const chain = await startChain(); // OFFSHORE_CHAIN=near-sandbox NEAR_SANDBOX_BIN_PATH=... npx vitest run ...
 * const root = new Account(chain.root.account_id, chain.rpc_url, chain.root.secret_key);
 */
export async function startChain(name = process.env.OFFSHORE_CHAIN || "local-near-rpc"): Promise<RpcChain> {
  if (name === "near-sandbox") return startNearSandbox();
  if (name !== "local-near-rpc")
    throw new RangeError(`OFFSHORE_CHAIN is embedded, local-near-rpc or near-sandbox, not ${name}`);
  const { rpc_url, root, stop } = await startLocalNear();
  return { name, rpc_url, root, stop };
}
