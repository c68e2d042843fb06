// One call of a contract, as the oracle takes it and as local-near runs it: both answer in the same JSON.
import { sha256 } from "@noble/hashes/sha2.js";
import { hashBytes, sha256Hash, toHash, u64Bytes } from "../../src/encoding/hash.ts";
import type { AccessKey, Action } from "../../src/types.ts";
import { type CallError, callErrorDebug, callErrorJson } from "../../src/vm/call-error.ts";
import { GasCounter } from "../../src/vm/gas-counter.ts";
import { type CallContext, HostState } from "../../src/vm/host-state.ts";
import { ReceiptManager } from "../../src/vm/receipt-manager.ts";
import { runContract } from "../../src/vm/run.ts";

/** Bytes are base64, amounts of yoctoNEAR are decimal text. See `Case` in src/main.rs. */
export type Case = {
  wasm: string;
  method?: string;
  input?: string;
  gas: number;
  is_view?: boolean;
  deposit?: string;
  balance?: string;
  storage?: Record<string, string>;
  storage_usage?: number;
  promise_results?: (string | null)[];
  output_data_receivers?: string[];
  yields?: string[];
};

export type Answer = Record<string, unknown> & { burnt: number; used: number };

const bytes = (text = "") => new Uint8Array(Buffer.from(text, "base64"));
const base64 = (data: Uint8Array) => Buffer.from(data).toString("base64");
const latin1 = (text: string) => base64(Buffer.from(text, "latin1"));

export function runCase(given: Case): Answer {
  const code = bytes(given.wasm);
  let storage = new Map<string, Uint8Array>();
  const yields = new Set(given.yields?.map((id) => toHash(bytes(id))));
  const start = () => {
    storage = new Map(
      Object.entries(given.storage ?? {}).map(([key, value]) => [
        Buffer.from(bytes(key)).toString("latin1"),
        bytes(value),
      ]),
    );
    let data_ids = 0;
    const receipts = new ReceiptManager(
      () => toHash(sha256(u64Bytes(++data_ids))),
      (data_id) => yields.has(data_id),
    );
    const gas = new GasCounter(given.gas, given.is_view ?? false);
    const state = {
      get: (key: string) => storage.get(key),
      set: (key: string, value: Uint8Array) => void storage.set(key, value),
      remove: (key: string) => void storage.delete(key),
    };
    return new HostState(contextOf(given), gas, state, receipts);
  };
  const { host, error } = runContract({ hash: sha256Hash(code), bytes: code }, given.method ?? "main", start);
  const answer = { burnt: host.gas.burnt, used: host.gas.used, logs: host.logs };
  if (error) return { ...answer, error: errorJson(error) };
  return {
    ...answer,
    returned: returnedJson(host),
    balance: `${host.balance}`,
    storage_usage: host.storage_usage,
    storage: Object.fromEntries([...storage].map(([key, value]) => [latin1(key), base64(value)])),
    receipts: receiptsJson(host),
    resumes: host.receipts.data_receipts.map(({ data_id, data }) => ({
      data_id: base64(hashBytes(data_id)),
      data: base64(data),
    })),
  };
}

/** As a view call shows it and, of what happened while the contract ran, as an outcome does. */
function errorJson(error: CallError): unknown {
  const { ExecutionError: text } = callErrorJson(error) as { ExecutionError?: string };
  return { debug: callErrorDebug(error), ...(text !== undefined && { text }) };
}

function contextOf(given: Case): CallContext {
  return {
    current_account_id: "alice",
    signer_account_id: "bob",
    signer_account_pk: Uint8Array.from({ length: 33 }, (_, i) => i),
    predecessor_account_id: "carol",
    input: bytes(given.input),
    promise_results: (given.promise_results ?? []).map((value) =>
      value === null ? { status: "failed" } : { status: "successful", value: bytes(value) },
    ),
    block_height: 10,
    block_timestamp_ns: 42n,
    epoch_height: 1,
    code_hash: sha256Hash(bytes(given.wasm)),
    account_balance: BigInt(given.balance ?? 0),
    account_locked_balance: 0n,
    storage_usage: given.storage_usage ?? 0,
    attached_deposit: BigInt(given.deposit ?? 0),
    prepaid_gas: given.gas,
    random_seed: Uint8Array.from({ length: 32 }, (_, i) => i),
    is_view: given.is_view ?? false,
    output_data_receivers: given.output_data_receivers ?? [],
  };
}

function returnedJson({ return_data }: HostState): unknown {
  if (return_data.type === "none") return null;
  return return_data.type === "value" ? { value: base64(return_data.value) } : { receipt: return_data.index };
}

function receiptsJson({ receipts: { action_receipts } }: HostState): unknown {
  const waiters = new Map<string, number>();
  action_receipts.forEach(({ output_data_receivers }, index) => {
    for (const { data_id } of output_data_receivers) waiters.set(data_id, index);
  });
  return action_receipts.map(({ receiver_id, input_data_ids, is_promise_yield, actions }) => ({
    receiver_id,
    after: is_promise_yield ? [] : input_data_ids.map((id) => waiters.get(id)),
    is_yield: is_promise_yield,
    actions: actions.map(actionJson),
  }));
}

function actionJson(action: Action): unknown {
  switch (action.type) {
    case "DeployContract":
      return { type: action.type, code: base64(action.code) };
    case "FunctionCall":
      return { ...action, args: base64(action.args), deposit: `${action.deposit}` };
    case "Transfer":
      return { ...action, deposit: `${action.deposit}` };
    case "Stake":
      return { ...action, stake: `${action.stake}` };
    case "AddKey":
      return { type: action.type, public_key: action.public_key, ...accessKeyJson(action.access_key) };
    default:
      return action;
  }
}

function accessKeyJson({ nonce, permission }: AccessKey) {
  if (permission === "FullAccess") return { nonce: `${nonce}`, permission };
  const allowance = permission.allowance === null ? null : `${permission.allowance}`;
  return { nonce: `${nonce}`, permission: { ...permission, allowance } };
}
