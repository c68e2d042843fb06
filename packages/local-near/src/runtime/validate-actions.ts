// Checks on a list of actions that need no state: limits, order, what this chain does not have.
import { isValidAccountId } from "../encoding/account-id.ts";
import { CHAIN_LIMITS, PROTOCOL_VERSION } from "../parameters.ts";
import type { AccessKey, Action } from "../types.ts";
import { totalPrepaidGas } from "./fees.ts";

/** nearcore's `ActionsValidationError` as JSON, or null when the actions are valid. */
export function actionsValidationError(actions: readonly Action[]): unknown {
  const total = actions.length;
  if (total > CHAIN_LIMITS.max_actions_per_receipt) {
    const limit = CHAIN_LIMITS.max_actions_per_receipt;
    return { TotalNumberOfActionsExceeded: { total_number_of_actions: total, limit } };
  }
  const number_of_deploy_actions = actions.filter(({ type }) => type === "DeployContract").length;
  if (number_of_deploy_actions > CHAIN_LIMITS.max_deploy_actions_per_receipt) {
    const limit = CHAIN_LIMITS.max_deploy_actions_per_receipt;
    return { TotalNumberOfDeployActionsExceeded: { number_of_deploy_actions, limit } };
  }
  for (const [index, action] of actions.entries()) {
    if (action.type === "DeleteAccount" && index < total - 1) return "DeleteActionMustBeFinal";
    const error = actionError(action);
    if (error) return error;
  }
  const total_prepaid_gas = totalPrepaidGas(actions);
  const limit = CHAIN_LIMITS.max_total_prepaid_gas;
  if (total_prepaid_gas > limit) return { TotalPrepaidGasExceeded: { total_prepaid_gas, limit } };
  return null;
}

function actionError(action: Action): unknown {
  switch (action.type) {
    case "DeployContract":
      return exceeds("ContractSizeExceeded", "size", action.code.length, CHAIN_LIMITS.max_contract_size);
    case "FunctionCall":
      if (action.gas === 0) return "FunctionCallZeroAttachedGas";
      return (
        exceeds(
          "FunctionCallMethodNameLengthExceeded",
          "length",
          Buffer.byteLength(action.method_name),
          CHAIN_LIMITS.max_length_method_name,
        ) ??
        exceeds(
          "FunctionCallArgumentsLengthExceeded",
          "length",
          action.args.length,
          CHAIN_LIMITS.max_arguments_length,
        )
      );
    case "Stake":
      // This chain has no validators to stake with; the error is the one for a feature that a network lacks.
      return { UnsupportedProtocolFeature: { protocol_feature: "Stake", version: PROTOCOL_VERSION } };
    case "AddKey":
      return accessKeyError(action.access_key);
    case "DeleteAccount":
      return accountIdError(action.beneficiary_id);
    default:
      return null;
  }
}

function accessKeyError({ permission }: AccessKey): unknown {
  if (permission === "FullAccess") return null;
  const invalid_receiver = accountIdError(permission.receiver_id);
  if (invalid_receiver) return invalid_receiver;
  const lengths = permission.method_names.map((name) => Buffer.byteLength(name));
  const longest = Math.max(0, ...lengths);
  const total = lengths.reduce((sum, length) => sum + length + 1, 0);
  return (
    exceeds("AddKeyMethodNameLengthExceeded", "length", longest, CHAIN_LIMITS.max_length_method_name) ??
    exceeds(
      "AddKeyMethodNamesNumberOfBytesExceeded",
      "total_number_of_bytes",
      total,
      CHAIN_LIMITS.max_number_bytes_method_names,
    )
  );
}

function accountIdError(account_id: string): unknown {
  return isValidAccountId(account_id) ? null : { InvalidAccountId: { account_id: account_id.slice(0, 128) } };
}

function exceeds(error: string, field: string, value: number, limit: number): unknown {
  return value > limit ? { [error]: { [field]: value, limit } } : null;
}
