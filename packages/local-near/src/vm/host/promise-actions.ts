// Promises API: what a receipt does when it gets there.
import { isNearImplicit } from "../../encoding/account-id.ts";
import { publicKeyFromBytes } from "../../encoding/keys.ts";
import { HostError } from "../../errors.ts";
import { CHAIN_LIMITS } from "../../parameters.ts";
import { transferExecutionFee, transferSendFee } from "../../runtime/fees.ts";
import type { HostState } from "../host-state.ts";
import { decodeUtf8, readAccountId } from "../strings.ts";

type Target = { index: number; receiver_id: string; to_self: boolean };

export function promise_batch_action_create_account(host: HostState, promise_idx: bigint): void {
  begin(host, "promise_batch_action_create_account");
  const target = receiptOf(host, promise_idx);
  host.gas.payAction("create_account", 1, target.to_self);
  host.receipts.appendAction(target.index, { type: "CreateAccount" });
}

export function promise_batch_action_deploy_contract(
  host: HostState,
  promise_idx: bigint,
  code_len: bigint,
  code_ptr: bigint,
): void {
  begin(host, "promise_batch_action_deploy_contract");
  const code = host.bytes(code_len, code_ptr);
  const limit = CHAIN_LIMITS.max_contract_size;
  if (code.length > limit) {
    const message = `The size of a contract code in DeployContract action ${code.length} exceeds the limit ${limit}`;
    throw new HostError("ContractSizeExceeded", message, { size: code.length, limit });
  }
  const target = receiptOf(host, promise_idx);
  host.gas.payAction("deploy_contract", 1, target.to_self);
  host.gas.payAction("deploy_contract_per_byte", code.length, target.to_self);
  host.receipts.appendAction(target.index, { type: "DeployContract", code });
}

export function promise_batch_action_function_call(
  host: HostState,
  promise_idx: bigint,
  method_name_len: bigint,
  method_name_ptr: bigint,
  arguments_len: bigint,
  arguments_ptr: bigint,
  amount_ptr: bigint,
  gas: bigint,
): void {
  promise_batch_action_function_call_weight(
    host,
    promise_idx,
    method_name_len,
    method_name_ptr,
    arguments_len,
    arguments_ptr,
    amount_ptr,
    gas,
    0n,
  );
}

/** NEP-264: a fixed amount of gas and a share of what is left over. */
export function promise_batch_action_function_call_weight(
  host: HostState,
  promise_idx: bigint,
  method_name_len: bigint,
  method_name_ptr: bigint,
  arguments_len: bigint,
  arguments_ptr: bigint,
  amount_ptr: bigint,
  gas: bigint,
  gas_weight: bigint,
): void {
  begin(host, "promise_batch_action_function_call");
  const deposit = host.memory.readU128(amount_ptr);
  const method = readMethodName(host, method_name_len, method_name_ptr);
  const args = host.bytes(arguments_len, arguments_ptr);
  const target = receiptOf(host, promise_idx);
  host.gas.payAction("function_call", 1, target.to_self);
  host.gas.payAction("function_call_per_byte", method.length + args.length, target.to_self);
  host.gas.prepay(Number(gas));
  host.deductBalance(deposit);
  const action = {
    type: "FunctionCall",
    method_name: methodName(method),
    args,
    gas: Number(gas),
    deposit,
  } as const;
  host.receipts.appendFunctionCall(target.index, { ...action }, gas_weight);
}

export function promise_batch_action_transfer(
  host: HostState,
  promise_idx: bigint,
  amount_ptr: bigint,
): void {
  begin(host, "promise_batch_action_transfer");
  const deposit = host.memory.readU128(amount_ptr);
  const target = receiptOf(host, promise_idx);
  const implicit = isNearImplicit(target.receiver_id);
  host.gas.payActionGas(transferSendFee(target.to_self, implicit), transferExecutionFee(implicit));
  host.deductBalance(deposit);
  host.receipts.appendAction(target.index, { type: "Transfer", deposit });
}

export function promise_batch_action_stake(
  host: HostState,
  promise_idx: bigint,
  amount_ptr: bigint,
  public_key_len: bigint,
  public_key_ptr: bigint,
): void {
  begin(host, "promise_batch_action_stake");
  const stake = host.memory.readU128(amount_ptr);
  const public_key = host.bytes(public_key_len, public_key_ptr);
  const target = receiptOf(host, promise_idx);
  host.gas.payAction("stake", 1, target.to_self);
  host.receipts.appendAction(target.index, { type: "Stake", stake, public_key: publicKey(public_key) });
}

export function promise_batch_action_add_key_with_full_access(
  host: HostState,
  promise_idx: bigint,
  public_key_len: bigint,
  public_key_ptr: bigint,
  nonce: bigint,
): void {
  begin(host, "promise_batch_action_add_key_with_full_access");
  const bytes = host.bytes(public_key_len, public_key_ptr);
  const target = receiptOf(host, promise_idx);
  host.gas.payAction("add_full_access_key", 1, target.to_self);
  const access_key = { nonce, permission: "FullAccess" } as const;
  host.receipts.appendAction(target.index, { type: "AddKey", public_key: publicKey(bytes), access_key });
}

export function promise_batch_action_add_key_with_function_call(
  host: HostState,
  promise_idx: bigint,
  public_key_len: bigint,
  public_key_ptr: bigint,
  nonce: bigint,
  allowance_ptr: bigint,
  receiver_id_len: bigint,
  receiver_id_ptr: bigint,
  method_names_len: bigint,
  method_names_ptr: bigint,
): void {
  begin(host, "promise_batch_action_add_key_with_function_call");
  const bytes = host.bytes(public_key_len, public_key_ptr);
  const allowance = host.memory.readU128(allowance_ptr);
  const receiver_id = readAccountId(host, receiver_id_len, receiver_id_ptr);
  const method_names = splitMethodNames(host.bytes(method_names_len, method_names_ptr));
  const target = receiptOf(host, promise_idx);
  const names_bytes = method_names.reduce((sum, name) => sum + name.length + 1, 0);
  host.gas.payAction("add_function_call_key", 1, target.to_self);
  host.gas.payAction("add_function_call_key_per_byte", names_bytes, target.to_self);
  const public_key = publicKey(bytes);
  const permission = {
    allowance: allowance > 0n ? allowance : null,
    receiver_id,
    method_names: method_names.map(methodName),
  };
  host.receipts.appendAction(target.index, { type: "AddKey", public_key, access_key: { nonce, permission } });
}

export function promise_batch_action_delete_key(
  host: HostState,
  promise_idx: bigint,
  public_key_len: bigint,
  public_key_ptr: bigint,
): void {
  begin(host, "promise_batch_action_delete_key");
  const bytes = host.bytes(public_key_len, public_key_ptr);
  const target = receiptOf(host, promise_idx);
  host.gas.payAction("delete_key", 1, target.to_self);
  host.receipts.appendAction(target.index, { type: "DeleteKey", public_key: publicKey(bytes) });
}

export function promise_batch_action_delete_account(
  host: HostState,
  promise_idx: bigint,
  beneficiary_id_len: bigint,
  beneficiary_id_ptr: bigint,
): void {
  begin(host, "promise_batch_action_delete_account");
  const beneficiary_id = readAccountId(host, beneficiary_id_len, beneficiary_id_ptr);
  const target = receiptOf(host, promise_idx);
  host.gas.payAction("delete_account", 1, target.to_self);
  host.receipts.appendAction(target.index, { type: "DeleteAccount", beneficiary_id });
}

/** The bytes of a method name; empty is refused before anything else is read. */
export function readMethodName(host: HostState, len: bigint, ptr: bigint): Uint8Array {
  const bytes = host.bytes(len, ptr);
  if (bytes.length === 0) throw new HostError("EmptyMethodName", "Tried to call an empty method name.");
  return bytes;
}

export function methodName(bytes: Uint8Array): string {
  try {
    return decodeUtf8(bytes);
  } catch {
    throw new HostError("InvalidMethodName", "VM Logic returned an invalid method name");
  }
}

function begin(host: HostState, method_name: string): void {
  host.gas.payBase("base");
  host.forbidInView(method_name);
}

function receiptOf(host: HostState, promise_idx: bigint): Target {
  const promise = host.promise(promise_idx);
  if (promise.type === "joint") {
    const message = "Actions can only be appended to non-joint promise.";
    throw new HostError("CannotAppendActionToJointPromise", message);
  }
  const { receiver_id } = host.receipts.action_receipts[promise.index]!;
  return { index: promise.index, receiver_id, to_self: receiver_id === host.context.current_account_id };
}

function publicKey(bytes: Uint8Array): string {
  try {
    return publicKeyFromBytes(bytes);
  } catch {
    throw new HostError("InvalidPublicKey", "VM Logic provided an invalid public key");
  }
}

/** Comma-separated; no bytes at all means any method. */
function splitMethodNames(bytes: Uint8Array): Uint8Array[] {
  if (bytes.length === 0) return [];
  const names = Buffer.from(bytes).toString("latin1").split(",");
  if (names.includes("")) throw new HostError("EmptyMethodName", "Tried to call an empty method name.");
  return names.map((name) => Buffer.from(name, "latin1"));
}
