// Context API: who calls, when, with what.
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { hashBytes } from "../../encoding/hash.ts";
import type { HostState } from "../host-state.ts";
import { readAccountId } from "../strings.ts";

export function current_account_id(host: HostState, register_id: bigint): void {
  host.gas.payBase("base");
  host.registers.set(register_id, utf8ToBytes(host.context.current_account_id));
}

export function signer_account_id(host: HostState, register_id: bigint): void {
  host.gas.payBase("base");
  host.forbidInView("signer_account_id");
  host.registers.set(register_id, utf8ToBytes(host.context.signer_account_id));
}

export function signer_account_pk(host: HostState, register_id: bigint): void {
  host.gas.payBase("base");
  host.forbidInView("signer_account_pk");
  host.registers.set(register_id, host.context.signer_account_pk);
}

export function predecessor_account_id(host: HostState, register_id: bigint): void {
  host.gas.payBase("base");
  host.forbidInView("predecessor_account_id");
  host.registers.set(register_id, utf8ToBytes(host.context.predecessor_account_id));
}

/** Whom refunds go to: on this chain always the predecessor. */
export function refund_to_account_id(host: HostState, register_id: bigint): void {
  host.gas.payBase("base");
  host.forbidInView("refund_to_account_id");
  host.registers.set(register_id, utf8ToBytes(host.context.predecessor_account_id));
}

/** 1 and the hash of the contract's code in the register; there are no global contracts on this chain. */
export function current_contract_code(host: HostState, register_id: bigint): bigint {
  host.gas.payBase("base");
  if (host.context.code_hash === null) return 0n;
  host.registers.set(register_id, hashBytes(host.context.code_hash));
  return 1n;
}

export function input(host: HostState, register_id: bigint): void {
  host.gas.payBase("base");
  host.registers.setPrepaidBytes(register_id, host.context.input);
}

/** The block's height: the name is historical. */
export function block_index(host: HostState): bigint {
  host.gas.payBase("base");
  return BigInt(host.context.block_height);
}

/** Nanoseconds since 1970. */
export function block_timestamp(host: HostState): bigint {
  host.gas.payBase("base");
  return host.context.block_timestamp_ns;
}

export function epoch_height(host: HostState): bigint {
  host.gas.payBase("base");
  return BigInt(host.context.epoch_height);
}

export function storage_usage(host: HostState): bigint {
  host.gas.payBase("base");
  return BigInt(host.storage_usage);
}

export function random_seed(host: HostState, register_id: bigint): void {
  host.gas.payBase("base");
  host.registers.set(register_id, host.context.random_seed);
}

/** No account stakes on this chain: always 0. */
export function validator_stake(
  host: HostState,
  account_id_len: bigint,
  account_id_ptr: bigint,
  stake_ptr: bigint,
): void {
  host.gas.payBase("base");
  readAccountId(host, account_id_len, account_id_ptr);
  host.gas.payBase("validator_stake_base");
  host.memory.writeU128(stake_ptr, 0n);
}

export function validator_total_stake(host: HostState, stake_ptr: bigint): void {
  host.gas.payBase("base");
  host.gas.payBase("validator_total_stake_base");
  host.memory.writeU128(stake_ptr, 0n);
}
