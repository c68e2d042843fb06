// JSON-RPC: which function answers which method.
import * as z from "zod";
import type { Chain } from "../chain/chain.ts";
import * as blocks from "./methods/blocks.ts";
import * as changes from "./methods/changes.ts";
import { query, queryOf } from "./methods/query.ts";
import { sandboxFastForward, sandboxPatchState } from "./methods/sandbox.ts";
import * as transactions from "./methods/transactions.ts";
import { Node } from "./node.ts";
import { internalError, methodNotFound, parseError, RpcError } from "./rpc-error.ts";

type Method = (node: Node, params: unknown) => Promise<unknown>;

const METHODS: Record<string, Method> = {
  status: blocks.status,
  health: blocks.health,
  block: blocks.block,
  chunk: blocks.chunk,
  gas_price: blocks.gasPrice,
  validators: blocks.validators,
  block_effects: changes.changesInBlock,
  EXPERIMENTAL_changes_in_block: changes.changesInBlock,
  changes: changes.stateChanges,
  EXPERIMENTAL_changes: changes.stateChanges,
  EXPERIMENTAL_protocol_config: blocks.protocolConfig,
  genesis_config: blocks.genesisConfig,
  EXPERIMENTAL_genesis_config: blocks.genesisConfig,
  network_info: blocks.networkInfo,
  EXPERIMENTAL_congestion_level: blocks.congestionLevel,
  maintenance_windows: blocks.none,
  EXPERIMENTAL_maintenance_windows: blocks.none,
  EXPERIMENTAL_validators_ordered: blocks.none,
  query,
  EXPERIMENTAL_view_account: queryOf("view_account"),
  EXPERIMENTAL_view_access_key: queryOf("view_access_key"),
  EXPERIMENTAL_view_access_key_list: queryOf("view_access_key_list"),
  EXPERIMENTAL_view_code: queryOf("view_code"),
  EXPERIMENTAL_view_state: queryOf("view_state"),
  EXPERIMENTAL_call_function: queryOf("call_function"),
  send_tx: transactions.sendTransaction,
  broadcast_tx_commit: transactions.broadcastTxCommit,
  broadcast_tx_async: transactions.broadcastTxAsync,
  tx: transactions.transactionStatus,
  EXPERIMENTAL_tx_status: transactions.transactionStatusWithReceipts,
  EXPERIMENTAL_receipt: transactions.receipt,
  EXPERIMENTAL_receipt_to_tx: transactions.receiptToTransaction,
  sandbox_patch_state: sandboxPatchState,
  sandbox_fast_forward: sandboxFastForward,
};

/** The names of all methods. */
export const RPC_METHODS: readonly string[] = Object.keys(METHODS);

const REQUEST = z.object({
  jsonrpc: z.literal("2.0"),
  id: z.union([z.string(), z.number(), z.null()]).optional(),
  method: z.string(),
  params: z.unknown(),
});

export type RpcAnswer = { body: unknown; status: RpcError["status"] };

/** Asks a chain what a node would be asked over HTTP, for tests in one process. Blocks are made by whoever has the chain. */
export function localRpc(chain: Chain): (method: string, params: unknown) => Promise<unknown> {
  const node = new Node(chain, "on_demand", 0);
  return async (method, params) => (await dispatch(node, { jsonrpc: "2.0", id: null, method, params })).body;
}

/** Answers one request; whatever goes wrong becomes an error answer. */
export async function dispatch(node: Node, request: unknown): Promise<RpcAnswer> {
  const parsed = REQUEST.safeParse(request);
  const id = parsed.success ? (parsed.data.id ?? null) : null;
  try {
    if (!parsed.success) throw parseError("not a JSON-RPC 2.0 request");
    const method = METHODS[parsed.data.method];
    if (!method) throw methodNotFound(parsed.data.method);
    return { body: { jsonrpc: "2.0", result: await method(node, parsed.data.params), id }, status: 200 };
  } catch (error) {
    const rpc_error = error instanceof RpcError ? error : internalError(`${(error as Error).stack ?? error}`);
    return { body: { jsonrpc: "2.0", error: rpc_error.body, id }, status: rpc_error.status };
  }
}
