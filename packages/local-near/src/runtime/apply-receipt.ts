// Executes the actions of a receipt: all of them, or none and a refund.
import { deriveHash } from "../encoding/hash.ts";
import { ActionFailure } from "../errors.ts";
import { ACTION_FEES, BURNT_GAS_REWARD } from "../parameters.ts";
import type { ActionReceipt, ExecutionOutcome, ExecutionStatus, PromiseResult, Receipt } from "../types.ts";
import type { ReturnData } from "../vm/host-state.ts";
import { type ActionEffects, applyAction, noEffects } from "./apply-action.ts";
import type { Runtime } from "./context.ts";
import { gasToYocto } from "./fees.ts";
import { type NewReceipt, refundReceipts } from "./new-receipts.ts";
import { missingStorageStake } from "./storage-usage.ts";
import { actionsValidationError } from "./validate-actions.ts";

export type AppliedReceipt = { receipt: Receipt; outcome: ExecutionOutcome; new_receipts: Receipt[] };

type Result = { effects: ActionEffects; failure: ReturnType<ActionFailure["withIndex"]> | null };

/** @param promise_results of the receipt's input data, in order. */
export function applyActionReceipt(
  runtime: Runtime,
  receipt: Receipt,
  promise_results: PromiseResult[],
): AppliedReceipt {
  const { state } = runtime;
  const action_receipt = actionReceiptOf(receipt);
  const is_refund = receipt.predecessor_id === "system";
  const { effects, failure } = executeActions(runtime, receipt, action_receipt, promise_results);
  const new_receipts: NewReceipt[] = failure ? [] : effects.new_receipts;
  if (!is_refund) {
    const gas_spent = failure ? effects.gas_burnt : effects.gas_used;
    new_receipts.push(...refundReceipts(receipt, action_receipt, gas_spent, failure !== null));
  }
  if (failure) state.rollback();
  else state.commit();
  rewardContract(runtime, receipt.receiver_id, effects.gas_burnt_for_function_call, action_receipt.gas_price);
  const return_data: ReturnData = failure ? { type: "none" } : effects.return_data;
  sendOutput(action_receipt, receipt.receiver_id, new_receipts, failure ? null : return_data);
  const { height, hash } = runtime.block;
  const created = new_receipts.map((created, index) => ({
    ...created,
    receipt_id: deriveHash(receipt.receipt_id, height, index),
    tx_hash: receipt.tx_hash,
  }));
  const outcome: ExecutionOutcome = {
    id: receipt.receipt_id,
    block_hash: hash,
    block_height: height,
    executor_id: receipt.receiver_id,
    logs: effects.logs,
    receipt_ids: created.filter(({ body }) => "action" in body).map(({ receipt_id }) => receipt_id),
    gas_burnt: effects.gas_burnt,
    tokens_burnt: is_refund ? 0n : gasToYocto(effects.gas_burnt, action_receipt.gas_price),
    status: failure ? { Failure: { ActionError: failure } } : successStatus(return_data, created),
  };
  return { receipt, outcome, new_receipts: created };
}

function actionReceiptOf({ body }: Receipt): ActionReceipt {
  if (!("action" in body)) throw new TypeError("only action receipts are executed");
  return body.action;
}

function executeActions(
  runtime: Runtime,
  receipt: Receipt,
  action_receipt: ActionReceipt,
  promise_results: PromiseResult[],
): Result {
  const effects = noEffects(receipt.predecessor_id);
  effects.gas_burnt = effects.gas_used = ACTION_FEES.action_receipt_creation.execution;
  for (const [index, action] of action_receipt.actions.entries()) {
    try {
      applyAction({ runtime, receipt, action_receipt, promise_results, index }, action, effects);
      checkNewReceipts(effects.new_receipts);
    } catch (error) {
      if (error instanceof ActionFailure) return { effects, failure: error.withIndex(index) };
      throw error;
    }
  }
  const account = runtime.state.account(receipt.receiver_id);
  const missing = account ? missingStorageStake(account) : 0n;
  if (missing === 0n) return { effects, failure: null };
  const kind = { LackBalanceForState: { account_id: receipt.receiver_id, amount: `${missing}` } };
  return { effects, failure: { index: null, kind } };
}

function checkNewReceipts(new_receipts: readonly NewReceipt[]): void {
  for (const { body } of new_receipts) {
    const error = "action" in body ? actionsValidationError(body.action.actions) : null;
    if (error) throw new ActionFailure({ NewReceiptValidationError: { ActionsValidation: error } });
  }
}

/** A contract earns a share of the gas that its calls burn, even when they fail. */
function rewardContract({ state }: Runtime, account_id: string, gas_burnt: number, gas_price: bigint): void {
  const account = state.account(account_id);
  const { numerator, denominator } = BURNT_GAS_REWARD;
  const gas = (BigInt(gas_burnt) * numerator) / denominator;
  if (!account || gas === 0n) return;
  state.setAccount(account_id, { ...account, amount: account.amount + gas * gas_price });
  state.commit();
}

/** Sends the result to those who wait for it, or tells the promise that was returned to do so. Null is a failure. */
function sendOutput(
  { output_data_receivers }: ActionReceipt,
  predecessor_id: string,
  new_receipts: NewReceipt[],
  return_data: ReturnData | null,
): void {
  if (return_data?.type === "receipt" && output_data_receivers.length > 0) {
    const { body } = new_receipts[return_data.index]!;
    if ("action" in body) body.action.output_data_receivers.push(...output_data_receivers);
    return;
  }
  const value = return_data?.type === "value" ? return_data.value : new Uint8Array();
  for (const { data_id, receiver_id } of output_data_receivers) {
    const data = return_data ? value : null;
    new_receipts.push({ predecessor_id, receiver_id, body: { type: "data", data_id, data } });
  }
}

function successStatus(return_data: ReturnData, created: Receipt[]): ExecutionStatus {
  if (return_data.type === "receipt") return { SuccessReceiptId: created[return_data.index]!.receipt_id };
  return { SuccessValue: return_data.type === "value" ? return_data.value : new Uint8Array() };
}
