// How far a transaction has come, read from the outcomes of it and of the receipts that it led to.
import type { ChainData } from "../chain/chain-data.ts";
import type { ExecutionOutcome, ExecutionStatus, Hash, Receipt, TransactionRecord } from "../types.ts";
import { outcomeView, receiptView, statusView, transactionView } from "./views.ts";

/** In nearcore's order. Blocks are final at once here, so whatever is included is included for good. */
export const WAIT_LEVELS = [
  "NONE",
  "INCLUDED",
  "EXECUTED_OPTIMISTIC",
  "INCLUDED_FINAL",
  "EXECUTED",
  "FINAL",
] as const;
export type WaitLevel = (typeof WAIT_LEVELS)[number];

type Progress = { executed: ExecutionOutcome[]; is_executed: boolean; is_refunded: boolean };

/** Whether `level` is reached; a transaction that is not included has reached NONE only. */
export function hasReached(data: ChainData, hash: Hash, level: WaitLevel): boolean {
  const record = data.transactions.get(hash);
  if (level === "NONE") return true;
  if (!record) return false;
  if (level === "INCLUDED" || level === "INCLUDED_FINAL") return true;
  const { is_executed, is_refunded } = progressOf(data, record);
  return is_executed && (is_refunded || level !== "FINAL");
}

/** The answer of `tx`, `send_tx` and `EXPERIMENTAL_tx_status` (the latter with receipts). */
export function transactionStatusView(data: ChainData, record: TransactionRecord, with_receipts: boolean) {
  const progress = progressOf(data, record);
  const view = {
    final_execution_status: levelReached(progress),
    status: finalStatus(data, record.outcome),
    transaction: transactionView(record.signed),
    transaction_outcome: outcomeView(record.outcome),
    receipts_outcome: progress.executed.map(outcomeView),
  };
  return with_receipts ? { ...view, receipts: receiptsOf(data, record, progress).map(receiptView) } : view;
}

/** Those that were executed; what an account sends to itself is not stored as a receipt, so a node cannot show it. */
function receiptsOf(
  data: ChainData,
  { signed, outcome }: TransactionRecord,
  { executed }: Progress,
): Receipt[] {
  const { signer_id, receiver_id } = signed.transaction;
  const local = signer_id === receiver_id ? outcome.receipt_ids[0] : undefined;
  return executed.flatMap(({ id }) => (id === local ? [] : [data.receipts.get(id)!]));
}

function levelReached({ is_executed, is_refunded }: Progress): WaitLevel {
  if (!is_executed) return "INCLUDED_FINAL";
  return is_refunded ? "FINAL" : "EXECUTED";
}

/**
 * Every outcome that the transaction led to so far, each followed by all that it led to (nearcore's
 * `get_recursive_transaction_results`). As there, the last receipt that a receipt makes counts as its refund.
 */
function progressOf(data: ChainData, { outcome }: TransactionRecord): Progress {
  const progress: Progress = { executed: [], is_executed: true, is_refunded: true };
  const stack = [{ id: outcome.receipt_ids[0]!, is_refund: false }];
  for (let next = stack.pop(); next; next = stack.pop()) {
    const executed = data.outcomes.get(next.id);
    if (!executed) {
      progress[next.is_refund ? "is_refunded" : "is_executed"] = false;
      continue;
    }
    progress.executed.push(executed);
    const made = executed.receipt_ids.map((id, index, { length }) => ({
      id,
      is_refund: index === length - 1,
    }));
    stack.push(...made.reverse());
  }
  return progress;
}

/** The result of the receipt that the transaction's own receipt ends in, through returned promises. */
function finalStatus(data: ChainData, outcome: ExecutionOutcome): ReturnType<typeof statusView> | "Started" {
  let status: ExecutionStatus | undefined = outcome.status;
  while (status && "SuccessReceiptId" in status) status = data.outcomes.get(status.SuccessReceiptId)?.status;
  return status ? statusView(status) : "Started";
}
