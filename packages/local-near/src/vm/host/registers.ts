// Registers API.
import { type HostState, U64_MAX } from "../host-state.ts";

export function read_register(host: HostState, register_id: bigint, ptr: bigint): void {
  host.gas.payBase("base");
  host.memory.write(ptr, host.registers.get(register_id));
}

export function register_len(host: HostState, register_id: bigint): bigint {
  host.gas.payBase("base");
  return BigInt(host.registers.length(register_id) ?? U64_MAX);
}

export function write_register(
  host: HostState,
  register_id: bigint,
  data_len: bigint,
  data_ptr: bigint,
): void {
  host.gas.payBase("base");
  host.registers.set(register_id, host.memory.read(data_ptr, data_len));
}
