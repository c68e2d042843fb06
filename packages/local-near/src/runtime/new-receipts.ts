// Receipts that execution makes by itself: refunds of deposits and of gas.
import { ACTION_FEES } from "../parameters.ts";
import type { ActionReceipt, PublicKeyText, Receipt } from "../types.ts";
import { gasToYocto, totalDeposit, totalExecutionFee, totalPrepaidGas } from "./fees.ts";

/** A receipt that has no id yet. */
export type NewReceipt = Omit<Receipt, "receipt_id" | "tx_hash">;

/** The key that stands for "no key" where the chain itself signs. */
const SYSTEM_PUBLIC_KEY: PublicKeyText = "ed25519:11111111111111111111111111111111";

/** Money sent by the chain itself: free, and burnt if it cannot be received. */
export function balanceRefund(receiver_id: string, amount: bigint): NewReceipt {
  return refund(receiver_id, amount, "system", SYSTEM_PUBLIC_KEY);
}

function refund(receiver_id: string, deposit: bigint, signer_id: string, key: PublicKeyText): NewReceipt {
  const action: ActionReceipt = {
    signer_id,
    signer_public_key: key,
    gas_price: 0n,
    output_data_receivers: [],
    input_data_ids: [],
    actions: [{ type: "Transfer", deposit }],
  };
  return { predecessor_id: "system", receiver_id, body: { type: "action", action } };
}

/**
 * What an executed receipt gives back: its deposits to the predecessor if it failed, unspent gas to the signer.
 * @param gas_spent what was used, or, after a failure, what was burnt: promises never left.
 */
export function refundReceipts(
  { predecessor_id, receiver_id }: Receipt,
  { actions, gas_price, signer_id, signer_public_key }: ActionReceipt,
  gas_spent: number,
  failed: boolean,
): NewReceipt[] {
  const receipts: NewReceipt[] = [];
  const deposit = totalDeposit(actions);
  if (failed && deposit > 0n) receipts.push(balanceRefund(predecessor_id, deposit));
  const execution = ACTION_FEES.action_receipt_creation.execution + totalExecutionFee(actions, receiver_id);
  const gas = totalPrepaidGas(actions) + execution - gas_spent;
  // Signed as by the signer itself, so that the refund also restores the allowance of its access key.
  if (gas > 0) receipts.push(refund(signer_id, gasToYocto(gas, gas_price), signer_id, signer_public_key));
  return receipts;
}
