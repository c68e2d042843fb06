// What actions cost in gas, to send and to execute, and how gas becomes money.
import { isNearImplicit } from "../encoding/account-id.ts";
import { ACTION_FEES, type ActionCost, GAS_PRICE_YOCTO } from "../parameters.ts";
import type { Action } from "../types.ts";

/** Base and per-unit fees of one action: pairs of a cost and how often it is charged. */
function costs(action: Action): [ActionCost, number][] {
  switch (action.type) {
    case "CreateAccount":
      return [["create_account", 1]];
    case "DeployContract":
      return [
        ["deploy_contract", 1],
        ["deploy_contract_per_byte", action.code.length],
      ];
    case "FunctionCall":
      return [
        ["function_call", 1],
        ["function_call_per_byte", Buffer.byteLength(action.method_name) + action.args.length],
      ];
    case "Transfer":
      return [["transfer", 1]];
    case "Stake":
      return [["stake", 1]];
    case "AddKey": {
      const { permission } = action.access_key;
      if (permission === "FullAccess") return [["add_full_access_key", 1]];
      const bytes = permission.method_names.reduce((sum, name) => sum + Buffer.byteLength(name) + 1, 0);
      return [
        ["add_function_call_key", 1],
        ["add_function_call_key_per_byte", bytes],
      ];
    }
    case "DeleteKey":
      return [["delete_key", 1]];
    case "DeleteAccount":
      return [["delete_account", 1]];
  }
}

/** Gas burnt by the sender of an action. */
export function sendFee(action: Action, to_self: boolean, receiver_id: string): number {
  if (action.type === "Transfer") return transferSendFee(to_self, isNearImplicit(receiver_id));
  return costs(action).reduce((sum, [cost, count]) => {
    const fee = ACTION_FEES[cost];
    return sum + (to_self ? fee.send_sir : fee.send_not_sir) * count;
  }, 0);
}

/** Gas burnt where an action executes, without what a function call itself burns. */
export function executionFee(action: Action, receiver_id: string): number {
  if (action.type === "Transfer") return transferExecutionFee(isNearImplicit(receiver_id));
  return costs(action).reduce((sum, [cost, count]) => sum + ACTION_FEES[cost].execution * count, 0);
}

/** A transfer to an implicit account also pays for creating it, whether or not it exists already. */
export function transferSendFee(to_self: boolean, to_implicit: boolean): number {
  const side = to_self ? "send_sir" : "send_not_sir";
  const creation = ACTION_FEES.create_account[side] + ACTION_FEES.add_full_access_key[side];
  return ACTION_FEES.transfer[side] + (to_implicit ? creation : 0);
}

export function transferExecutionFee(to_implicit: boolean): number {
  const creation = ACTION_FEES.create_account.execution + ACTION_FEES.add_full_access_key.execution;
  return ACTION_FEES.transfer.execution + (to_implicit ? creation : 0);
}

export function totalExecutionFee(actions: readonly Action[], receiver_id: string): number {
  return actions.reduce((sum, action) => sum + executionFee(action, receiver_id), 0);
}

export function totalPrepaidGas(actions: readonly Action[]): number {
  return actions.reduce((sum, action) => sum + (action.type === "FunctionCall" ? action.gas : 0), 0);
}

/** Money that travels with the actions. */
export function totalDeposit(actions: readonly Action[]): bigint {
  return actions.reduce((sum, action) => {
    return action.type === "FunctionCall" || action.type === "Transfer" ? sum + action.deposit : sum;
  }, 0n);
}

export function gasToYocto(gas: number, gas_price = GAS_PRICE_YOCTO): bigint {
  return BigInt(gas) * gas_price;
}

export type TransactionCost = { gas_burnt: number; tokens_burnt: bigint; total: bigint };

/** What a signer pays when its transaction is included: sending now, executing and deposits ahead. */
export function transactionCost(
  signer_id: string,
  receiver_id: string,
  actions: readonly Action[],
): TransactionCost {
  const to_self = signer_id === receiver_id;
  const receipt = ACTION_FEES.action_receipt_creation;
  let gas_burnt = to_self ? receipt.send_sir : receipt.send_not_sir;
  for (const action of actions) gas_burnt += sendFee(action, to_self, receiver_id);
  const gas_ahead = receipt.execution + totalExecutionFee(actions, receiver_id) + totalPrepaidGas(actions);
  const tokens_burnt = gasToYocto(gas_burnt);
  return { gas_burnt, tokens_burnt, total: tokens_burnt + gasToYocto(gas_ahead) + totalDeposit(actions) };
}
