// Storage API: the contract's own keys and values.
import { HostError } from "../../errors.ts";
import {
  ASSUMED_TRIE_NODES_PER_WRITE,
  CHAIN_LIMITS,
  INLINE_VALUE_BYTES_MAX,
  STORAGE_EXTRA_BYTES_RECORD,
} from "../../parameters.ts";
import type { HostState } from "../host-state.ts";

/** 1 when a value was replaced (it is then in the register), 0 when the key is new. */
export function storage_write(
  host: HostState,
  key_len: bigint,
  key_ptr: bigint,
  value_len: bigint,
  value_ptr: bigint,
  register_id: bigint,
): bigint {
  host.gas.payBase("base");
  host.forbidInView("storage_write");
  host.gas.payBase("storage_write_base");
  const key = readKey(host, key_len, key_ptr);
  const value = host.bytes(value_len, value_ptr);
  checkValueLength(value.length);
  host.gas.payPer("storage_write_key_byte", key.length);
  host.gas.payPer("storage_write_value_byte", value.length);
  const evicted = host.storage.get(key);
  if (evicted) host.gas.payPer("storage_write_evicted_byte", evicted.length);
  host.gas.payPer("touching_trie_node", ASSUMED_TRIE_NODES_PER_WRITE);
  host.storage.set(key, value);
  if (!evicted) {
    host.storage_usage += key.length + value.length + STORAGE_EXTRA_BYTES_RECORD;
    return 0n;
  }
  host.storage_usage += value.length - evicted.length;
  host.registers.set(register_id, evicted);
  return 1n;
}

/** 1 and the value in the register, or 0. */
export function storage_read(host: HostState, key_len: bigint, key_ptr: bigint, register_id: bigint): bigint {
  host.gas.payBase("base");
  host.gas.payBase("storage_read_base");
  const key = readKey(host, key_len, key_ptr);
  host.gas.payPer("storage_read_key_byte", key.length);
  const value = host.storage.get(key);
  if (!value) return 0n;
  host.gas.payPer("storage_read_value_byte", value.length);
  if (value.length > INLINE_VALUE_BYTES_MAX) {
    host.gas.payBase("storage_large_read_overhead_base");
    host.gas.payPer("storage_large_read_overhead_byte", value.length);
  }
  host.registers.set(register_id, value);
  return 1n;
}

/** 1 and the removed value in the register, or 0. */
export function storage_remove(
  host: HostState,
  key_len: bigint,
  key_ptr: bigint,
  register_id: bigint,
): bigint {
  host.gas.payBase("base");
  host.forbidInView("storage_remove");
  host.gas.payBase("storage_remove_base");
  const key = readKey(host, key_len, key_ptr);
  host.gas.payPer("storage_remove_key_byte", key.length);
  const removed = host.storage.get(key);
  if (removed) host.gas.payPer("storage_remove_ret_value_byte", removed.length);
  host.gas.payPer("touching_trie_node", ASSUMED_TRIE_NODES_PER_WRITE);
  if (!removed) return 0n;
  host.storage.remove(key);
  host.storage_usage -= key.length + removed.length + STORAGE_EXTRA_BYTES_RECORD;
  host.registers.set(register_id, removed);
  return 1n;
}

export function storage_has_key(host: HostState, key_len: bigint, key_ptr: bigint): bigint {
  host.gas.payBase("base");
  host.gas.payBase("storage_has_key_base");
  const key = readKey(host, key_len, key_ptr);
  host.gas.payPer("storage_has_key_byte", key.length);
  return host.storage.get(key) ? 1n : 0n;
}

function readKey(host: HostState, key_len: bigint, key_ptr: bigint): string {
  const bytes = host.bytes(key_len, key_ptr);
  const limit = CHAIN_LIMITS.max_length_storage_key;
  if (bytes.length > limit) {
    const message = `The length of a storage key ${bytes.length} exceeds the limit ${limit}`;
    throw new HostError("KeyLengthExceeded", message, { length: bytes.length, limit });
  }
  return Buffer.from(bytes).toString("latin1");
}

function checkValueLength(length: number): void {
  const limit = CHAIN_LIMITS.max_length_storage_value;
  if (length <= limit) return;
  const message = `The length of a storage value ${length} exceeds the limit ${limit}`;
  throw new HostError("ValueLengthExceeded", message, { length, limit });
}
