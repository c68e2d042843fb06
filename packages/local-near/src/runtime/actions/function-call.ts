// The function-call action: runs the contract and turns what it asked for into receipts.
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes } from "@noble/hashes/utils.js";
import { deriveHash, hashBytes } from "../../encoding/hash.ts";
import { publicKeyToBytes } from "../../encoding/keys.ts";
import { ActionFailure } from "../../errors.ts";
import type { State } from "../../state/state.ts";
import type { Account, Action, Hash } from "../../types.ts";
import { callErrorJson } from "../../vm/call-error.ts";
import { GasCounter } from "../../vm/gas-counter.ts";
import { type CallContext, type ContractStorage, HostState } from "../../vm/host-state.ts";
import { ReceiptManager } from "../../vm/receipt-manager.ts";
import { type ContractCode, runContract } from "../../vm/run.ts";
import type { ActionContext, ActionEffects } from "../apply-action.ts";
import type { NewReceipt } from "../new-receipts.ts";
import { dataKey } from "../pending-receipts.ts";

type FunctionCall = Extract<Action, { type: "FunctionCall" }>;

export function functionCall(
  context: ActionContext,
  account: Account,
  action: FunctionCall,
  effects: ActionEffects,
): void {
  const { state } = context.runtime;
  const account_id = context.receipt.receiver_id;
  const mark = state.mark();
  const { host, error } = runContract(codeOf(state, account), action.method_name, () => {
    state.rollbackTo(mark);
    return hostFor(context, account, action, effects);
  });
  const distributed = host.receipts.distributeGas(action.gas - host.gas.used);
  effects.gas_burnt += host.gas.burnt;
  effects.gas_burnt_for_function_call += host.gas.burnt;
  effects.gas_used += host.gas.used + distributed;
  effects.logs.push(...host.logs);
  if (error) throw new ActionFailure({ FunctionCallError: callErrorJson(error) });
  state.setAccount(account_id, { ...account, amount: host.balance, storage_usage: host.storage_usage });
  const { return_data } = host;
  const offset = effects.new_receipts.length;
  effects.return_data =
    return_data.type === "receipt" ? { ...return_data, index: return_data.index + offset } : return_data;
  effects.new_receipts.push(...createdReceipts(context, host.receipts));
}

function hostFor(
  context: ActionContext,
  account: Account,
  action: FunctionCall,
  { new_receipts }: ActionEffects,
): HostState {
  const { runtime, receipt, action_receipt, index } = context;
  const { block, pending, state } = runtime;
  const account_id = receipt.receiver_id;
  // Action hashes count down from the top, receipt ids up from 0: the two never meet.
  const action_hash = deriveHash(receipt.receipt_id, block.height, -1n - BigInt(index));
  const is_last = index === action_receipt.actions.length - 1;
  const call: CallContext = {
    current_account_id: account_id,
    signer_account_id: action_receipt.signer_id,
    signer_account_pk: publicKeyToBytes(action_receipt.signer_public_key),
    predecessor_account_id: receipt.predecessor_id,
    input: action.args,
    promise_results: context.promise_results,
    block_height: block.height,
    block_timestamp_ns: block.timestamp_ns,
    epoch_height: block.epoch_height,
    code_hash: account.code_hash,
    account_balance: account.amount,
    account_locked_balance: account.locked,
    storage_usage: account.storage_usage,
    attached_deposit: action.deposit,
    prepaid_gas: action.gas,
    random_seed: sha256(concatBytes(hashBytes(action_hash), block.random_seed)),
    is_view: false,
    // The result of a call that is not the last is not sent to anybody.
    output_data_receivers: is_last ? action_receipt.output_data_receivers.map((r) => r.receiver_id) : [],
  };
  let data_count = 0;
  const nextDataId = (): Hash => deriveHash(action_hash, block.height, data_count++);
  const receipts = new ReceiptManager(
    nextDataId,
    (data_id) =>
      pending.yields.has(dataKey(account_id, data_id)) ||
      new_receipts.some(
        ({ body }) => body.type === "promise_yield" && body.action.input_data_ids[0] === data_id,
      ),
  );
  return new HostState(call, new GasCounter(action.gas, false), storageOf(state, account_id), receipts);
}

/** The account's contract, or null. */
export function codeOf(state: State, { code_hash }: Account): ContractCode | null {
  const bytes = code_hash ? state.code(code_hash) : undefined;
  return code_hash && bytes ? { hash: code_hash, bytes } : null;
}

export function storageOf(state: State, account_id: string): ContractStorage {
  return {
    get: (key) => state.data(account_id, key),
    set: (key, value) => state.setData(account_id, key, value),
    remove: (key) => state.setData(account_id, key, undefined),
  };
}

function createdReceipts({ receipt, action_receipt }: ActionContext, manager: ReceiptManager): NewReceipt[] {
  const { signer_id, signer_public_key, gas_price } = action_receipt;
  const predecessor_id = receipt.receiver_id;
  const actions = manager.action_receipts.map((created): NewReceipt => {
    const { receiver_id, input_data_ids, output_data_receivers, actions, is_promise_yield } = created;
    const action = {
      signer_id,
      signer_public_key,
      gas_price,
      output_data_receivers,
      input_data_ids,
      actions,
    };
    const type = is_promise_yield ? "promise_yield" : "action";
    return { predecessor_id, receiver_id, body: { type, action } };
  });
  const data = manager.data_receipts.map(({ data_id, data }): NewReceipt => {
    return { predecessor_id, receiver_id: predecessor_id, body: { type: "promise_resume", data_id, data } };
  });
  return [...actions, ...data];
}
