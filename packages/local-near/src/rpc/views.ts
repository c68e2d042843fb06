// Transactions, receipts and outcomes as JSON, in the names and types that nearcore's views use.
import { base64 } from "@scure/base";
import { hashBytes, sha256Hash } from "../encoding/hash.ts";
import type {
  AccessKey,
  Account,
  Action,
  ExecutionOutcome,
  ExecutionStatus,
  Receipt,
  SignedTransaction,
} from "../types.ts";

const NO_CODE_HASH = "11111111111111111111111111111111";

export function accountView({ amount, locked, code_hash, storage_usage }: Account) {
  return {
    amount: `${amount}`,
    locked: `${locked}`,
    code_hash: code_hash ?? NO_CODE_HASH,
    storage_usage,
    storage_paid_at: 0,
  };
}

export function accessKeyView({ nonce, permission }: AccessKey) {
  if (permission === "FullAccess") return { nonce: Number(nonce), permission };
  const { allowance, receiver_id, method_names } = permission;
  const view = { allowance: allowance === null ? null : `${allowance}`, receiver_id, method_names };
  return { nonce: Number(nonce), permission: { FunctionCall: view } };
}

export function actionView(action: Action) {
  switch (action.type) {
    case "CreateAccount":
      return "CreateAccount";
    case "DeployContract":
      // The hash of the code, not the code.
      return { DeployContract: { code: base64.encode(hashBytes(sha256Hash(action.code))) } };
    case "FunctionCall": {
      const { method_name, args, gas, deposit } = action;
      return { FunctionCall: { method_name, args: base64.encode(args), gas, deposit: `${deposit}` } };
    }
    case "Transfer":
      return { Transfer: { deposit: `${action.deposit}` } };
    case "Stake":
      return { Stake: { stake: `${action.stake}`, public_key: action.public_key } };
    case "AddKey":
      return { AddKey: { public_key: action.public_key, access_key: accessKeyView(action.access_key) } };
    case "DeleteKey":
      return { DeleteKey: { public_key: action.public_key } };
    case "DeleteAccount":
      return { DeleteAccount: { beneficiary_id: action.beneficiary_id } };
  }
}

export function transactionView({ transaction, signature, hash }: SignedTransaction) {
  const { signer_id, public_key, nonce, receiver_id, actions } = transaction;
  return {
    signer_id,
    public_key,
    nonce: Number(nonce),
    receiver_id,
    actions: actions.map(actionView),
    priority_fee: 0,
    signature,
    hash,
  };
}

export function receiptView({ predecessor_id, receiver_id, receipt_id, body }: Receipt) {
  return { predecessor_id, receiver_id, receipt_id, receipt: receiptBodyView(body), priority: 0 };
}

function receiptBodyView(body: Receipt["body"]) {
  if (!("action" in body)) {
    const data = body.data === null ? null : base64.encode(body.data);
    return { Data: { data_id: body.data_id, data, is_promise_resume: body.type === "promise_resume" } };
  }
  const { action } = body;
  return {
    Action: {
      signer_id: action.signer_id,
      signer_public_key: action.signer_public_key,
      gas_price: `${action.gas_price}`,
      output_data_receivers: action.output_data_receivers,
      input_data_ids: action.input_data_ids,
      actions: action.actions.map(actionView),
      is_promise_yield: body.type === "promise_yield",
    },
  };
}

export function statusView(status: ExecutionStatus) {
  if ("SuccessValue" in status) return { SuccessValue: base64.encode(status.SuccessValue) };
  return status;
}

/** One shard and instant finality: there is nothing to prove, so the proof is empty. */
export function outcomeView(outcome: ExecutionOutcome) {
  const { id, block_hash, logs, receipt_ids, gas_burnt, tokens_burnt, executor_id, status } = outcome;
  return {
    proof: [],
    block_hash,
    id,
    outcome: {
      logs,
      receipt_ids,
      gas_burnt,
      tokens_burnt: `${tokens_burnt}`,
      executor_id,
      status: statusView(status),
      metadata: { version: 1, gas_profile: null },
    },
  };
}
