// Economics API: balances and gas.
import type { HostState } from "../host-state.ts";

/** Includes the attached deposit. */
export function account_balance(host: HostState, balance_ptr: bigint): void {
  host.gas.payBase("base");
  host.memory.writeU128(balance_ptr, host.balance);
}

export function account_locked_balance(host: HostState, balance_ptr: bigint): void {
  host.gas.payBase("base");
  host.memory.writeU128(balance_ptr, host.context.account_locked_balance);
}

export function attached_deposit(host: HostState, balance_ptr: bigint): void {
  host.gas.payBase("base");
  host.memory.writeU128(balance_ptr, host.context.attached_deposit);
}

export function prepaid_gas(host: HostState): bigint {
  host.gas.payBase("base");
  host.forbidInView("prepaid_gas");
  return BigInt(host.context.prepaid_gas);
}

export function used_gas(host: HostState): bigint {
  host.gas.payBase("base");
  host.forbidInView("used_gas");
  return BigInt(host.gas.used);
}
