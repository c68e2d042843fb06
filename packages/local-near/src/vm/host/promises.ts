// Promises API: creating receipts and ordering them.
import { HostError } from "../../errors.ts";
import { ACTION_FEES, CHAIN_LIMITS } from "../../parameters.ts";
import type { HostState } from "../host-state.ts";
import { readAccountId } from "../strings.ts";
import { promise_batch_action_function_call } from "./promise-actions.ts";

export function promise_create(
  host: HostState,
  account_id_len: bigint,
  account_id_ptr: bigint,
  method_name_len: bigint,
  method_name_ptr: bigint,
  arguments_len: bigint,
  arguments_ptr: bigint,
  amount_ptr: bigint,
  gas: bigint,
): bigint {
  const promise_idx = promise_batch_create(host, account_id_len, account_id_ptr);
  promise_batch_action_function_call(
    host,
    promise_idx,
    method_name_len,
    method_name_ptr,
    arguments_len,
    arguments_ptr,
    amount_ptr,
    gas,
  );
  return promise_idx;
}

export function promise_then(
  host: HostState,
  promise_idx: bigint,
  account_id_len: bigint,
  account_id_ptr: bigint,
  method_name_len: bigint,
  method_name_ptr: bigint,
  arguments_len: bigint,
  arguments_ptr: bigint,
  amount_ptr: bigint,
  gas: bigint,
): bigint {
  const new_promise_idx = promise_batch_then(host, promise_idx, account_id_len, account_id_ptr);
  promise_batch_action_function_call(
    host,
    new_promise_idx,
    method_name_len,
    method_name_ptr,
    arguments_len,
    arguments_ptr,
    amount_ptr,
    gas,
  );
  return new_promise_idx;
}

/** Joins the promises whose indices are u64s at `promise_idx_ptr`. */
export function promise_and(host: HostState, promise_idx_ptr: bigint, promise_idx_count: bigint): bigint {
  host.gas.payBase("base");
  host.forbidInView("promise_and");
  host.gas.payBase("promise_and_base");
  const length = promise_idx_count * 8n;
  // By the byte, not by the promise: the parameter's name is older than what it charges for.
  host.gas.payPer("promise_and_per_promise", Number(length));
  const bytes = host.memory.read(promise_idx_ptr, length);
  const view = new DataView(bytes.buffer);
  const indices: number[] = [];
  for (let offset = 0; offset < bytes.length; offset += 8) {
    indices.push(...receiptIndices(host, view.getBigUint64(offset, true)));
    if (indices.length > CHAIN_LIMITS.max_number_input_data_dependencies)
      throw tooManyDependencies(indices.length);
  }
  return host.pushPromise({ type: "joint", indices });
}

export function promise_batch_create(
  host: HostState,
  account_id_len: bigint,
  account_id_ptr: bigint,
): bigint {
  host.gas.payBase("base");
  host.forbidInView("promise_batch_create");
  const account_id = readAccountId(host, account_id_len, account_id_ptr);
  payNewReceipt(host, account_id === host.context.current_account_id, []);
  return host.pushPromise({ type: "receipt", index: host.receipts.createReceipt(account_id, []) });
}

export function promise_batch_then(
  host: HostState,
  promise_idx: bigint,
  account_id_len: bigint,
  account_id_ptr: bigint,
): bigint {
  host.gas.payBase("base");
  host.forbidInView("promise_batch_then");
  const account_id = readAccountId(host, account_id_len, account_id_ptr);
  const dependencies = receiptIndices(host, promise_idx);
  const to_itself = dependencies.map(
    (index) => host.receipts.action_receipts[index]!.receiver_id === account_id,
  );
  payNewReceipt(host, account_id === host.context.current_account_id, to_itself);
  return host.pushPromise({ type: "receipt", index: host.receipts.createReceipt(account_id, dependencies) });
}

/** The receipt's fee, and the data receipts that it waits for: those are burnt at once, sending and executing. */
export function payNewReceipt(host: HostState, to_self: boolean, data_to_itself: readonly boolean[]): void {
  const receipt = ACTION_FEES.action_receipt_creation;
  const data = ACTION_FEES.data_receipt_creation_base;
  let burn = to_self ? receipt.send_sir : receipt.send_not_sir;
  for (const to_itself of data_to_itself)
    burn += (to_itself ? data.send_sir : data.send_not_sir) + data.execution;
  host.gas.payActionGas(burn, receipt.execution);
}

function receiptIndices(host: HostState, promise_idx: bigint): number[] {
  const promise = host.promise(promise_idx);
  return promise.type === "receipt" ? [promise.index] : promise.indices;
}

function tooManyDependencies(count: number): HostError {
  const limit = CHAIN_LIMITS.max_number_input_data_dependencies;
  const message = `The number of input data dependencies ${count} exceeds the limit ${limit}`;
  const fields = { number_of_input_data_dependencies: count, limit };
  return new HostError("NumberInputDataDependenciesExceeded", message, fields);
}
