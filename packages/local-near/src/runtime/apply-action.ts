// Executes one action on the receipt's receiver.
import { isEthImplicit, isNearImplicit } from "../encoding/account-id.ts";
import { ActionFailure } from "../errors.ts";
import type { Account, Action, ActionReceipt, PromiseResult, Receipt } from "../types.ts";
import type { ReturnData } from "../vm/host-state.ts";
import {
  createAccount,
  createImplicitAccount,
  deleteAccount,
  deployContract,
  transfer,
} from "./actions/account.ts";
import { functionCall } from "./actions/function-call.ts";
import { addKey, deleteKey } from "./actions/keys.ts";
import type { Runtime } from "./context.ts";
import { executionFee } from "./fees.ts";
import type { NewReceipt } from "./new-receipts.ts";

/** What the actions of a receipt have done so far. */
export type ActionEffects = {
  gas_burnt: number;
  gas_used: number;
  gas_burnt_for_function_call: number;
  logs: string[];
  new_receipts: NewReceipt[];
  return_data: ReturnData;
  /** Who acts: the predecessor, until the receipt creates the account; then the account itself. */
  actor_id: string;
};

export function noEffects(actor_id: string): ActionEffects {
  return {
    gas_burnt: 0,
    gas_used: 0,
    gas_burnt_for_function_call: 0,
    logs: [],
    new_receipts: [],
    return_data: { type: "none" },
    actor_id,
  };
}

/** Where an action stands. */
export type ActionContext = {
  runtime: Runtime;
  receipt: Receipt;
  action_receipt: ActionReceipt;
  promise_results: PromiseResult[];
  index: number;
};

/** Throws `ActionFailure`; the caller undoes the state. */
export function applyAction(context: ActionContext, action: Action, effects: ActionEffects): void {
  const { receiver_id } = context.receipt;
  const fee = executionFee(action, receiver_id);
  effects.gas_burnt += fee;
  effects.gas_used += fee;
  effects.return_data = { type: "none" };
  const account = context.runtime.state.account(receiver_id);
  if (!account) {
    applyToNobody(context, action, effects);
    return;
  }
  if (action.type === "CreateAccount")
    throw new ActionFailure({ AccountAlreadyExists: { account_id: receiver_id } });
  checkActor(action, effects.actor_id, receiver_id);
  applyToAccount(context, action, account, effects);
}

/** Only creating an account, or sending money to an implicit one, is possible where there is no account. */
function applyToNobody(context: ActionContext, action: Action, effects: ActionEffects): void {
  const { receipt, action_receipt } = context;
  const account_id = receipt.receiver_id;
  const is_implicit = isNearImplicit(account_id) || isEthImplicit(account_id);
  if (action.type === "CreateAccount") {
    // An implicit account with other keys would be stolen from the owner of its key.
    if (is_implicit) throw new ActionFailure({ OnlyImplicitAccountCreationAllowed: { account_id } });
    createAccount(context, effects);
    return;
  }
  const is_only_action = action_receipt.actions.length === 1;
  const may_create = isNearImplicit(account_id) && is_only_action && receipt.predecessor_id !== "system";
  if (action.type !== "Transfer" || !may_create)
    throw new ActionFailure({ AccountDoesNotExist: { account_id } });
  createImplicitAccount(context, action.deposit, effects);
}

function applyToAccount(
  context: ActionContext,
  action: Action,
  account: Account,
  effects: ActionEffects,
): void {
  switch (action.type) {
    case "DeployContract":
      deployContract(context, account, action.code);
      break;
    case "FunctionCall":
      functionCall(context, account, action, effects);
      break;
    case "Transfer":
      transfer(context, account, action.deposit);
      break;
    case "AddKey":
      addKey(context, account, action);
      break;
    case "DeleteKey":
      deleteKey(context, account, action.public_key);
      break;
    case "DeleteAccount":
      deleteAccount(context, account, action.beneficiary_id, effects);
      break;
    default:
      // CreateAccount and Stake were refused before.
      throw new TypeError(`action ${action.type} cannot be applied to an account`);
  }
}

/** An account's code and keys are its own affair. */
function checkActor(action: Action, actor_id: string, account_id: string): void {
  const is_open = action.type === "FunctionCall" || action.type === "Transfer";
  if (!is_open && actor_id !== account_id)
    throw new ActionFailure({ ActorNoPermission: { account_id, actor_id } });
}
