// A method run for its answer only: nothing it does stays, and much is forbidden to it.
import { sha256 } from "@noble/hashes/sha2.js";
import { publicKeyToBytes } from "../encoding/keys.ts";
import { codeOf, storageOf } from "../runtime/actions/function-call.ts";
import { State } from "../state/state.ts";
import { type CallError, callErrorDebug } from "../vm/call-error.ts";
import { GasCounter } from "../vm/gas-counter.ts";
import { type CallContext, HostState } from "../vm/host-state.ts";
import { ReceiptManager } from "../vm/receipt-manager.ts";
import { runContract } from "../vm/run.ts";
import { epochHeight } from "./block.ts";
import type { ChainData } from "./chain-data.ts";

export type ViewResult = { result: Uint8Array; logs: string[]; gas_burnt: number };

/** The contract refused or failed; `message` is what a node answers. */
export class ViewCallFailed extends Error {
  override name = "ViewCallFailed";
  readonly call_error: CallError;

  constructor(call_error: CallError) {
    super(`wasm execution failed with error: ${callErrorDebug(call_error)}`);
    this.call_error = call_error;
  }
}

/** The account that is viewed does not exist. */
export class UnknownAccount extends Error {
  override name = "UnknownAccount";
  readonly account_id: string;

  constructor(account_id: string) {
    super(`account ${account_id} does not exist while viewing`);
    this.account_id = account_id;
  }
}

/** Throws `UnknownAccount` or `ViewCallFailed`. */
export function viewCall(
  data: ChainData,
  account_id: string,
  method_name: string,
  args: Uint8Array,
): ViewResult {
  const state = new State(data.world);
  const account = state.account(account_id);
  if (!account) throw new UnknownAccount(account_id);
  const block = data.blocks.get(data.head_height)!;
  const context: CallContext = {
    current_account_id: account_id,
    signer_account_id: account_id,
    signer_account_pk: publicKeyToBytes("ed25519:11111111111111111111111111111111"),
    predecessor_account_id: account_id,
    input: args,
    promise_results: [],
    block_height: block.height,
    block_timestamp_ns: block.timestamp_ns,
    epoch_height: epochHeight(data.config, block.height),
    code_hash: account.code_hash,
    account_balance: account.amount,
    account_locked_balance: account.locked,
    storage_usage: account.storage_usage,
    attached_deposit: 0n,
    prepaid_gas: 0,
    random_seed: sha256(block.random_seed),
    is_view: true,
    output_data_receivers: [],
  };
  const { host, error } = runContract(
    codeOf(state, account),
    method_name,
    () => new HostState(context, new GasCounter(0, true), storageOf(state, account_id), noReceipts()),
  );
  if (error) throw new ViewCallFailed(error);
  const result = host.return_data.type === "value" ? host.return_data.value : new Uint8Array();
  return { result, logs: host.logs, gas_burnt: host.gas.burnt };
}

function noReceipts(): ReceiptManager {
  return new ReceiptManager(
    () => {
      throw new TypeError("a view call makes no receipts");
    },
    () => false,
  );
}
