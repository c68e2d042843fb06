// How far a transaction has come, read from the outcomes of it and of the receipts that it led to.
import type { ChainData } from "../chain/chain-data.ts";
import type { ExecutionOutcome, ExecutionStatus, Hash, Receipt, TransactionRecord } from "../types.ts";
import { outcomeView, receiptView, statusView, transactionView } from "./views.ts";

/** In nearcore's order: each level includes those before it. Blocks are final at once here. */
export const WAIT_LEVELS = [
  "NONE",
  "INCLUDED",
  "EXECUTED_OPTIMISTIC",
  "INCLUDED_FINAL",
  "EXECUTED",
  "FINAL",
] as const;
export type WaitLevel = (typeof WAIT_LEVELS)[number];

type Progress = { executed: ExecutionOutcome[]; receipts: Receipt[]; waiting: Receipt[] };

/** Whether `level` is reached; a transaction that is not included has reached NONE only. */
export function hasReached(data: ChainData, hash: Hash, level: WaitLevel): boolean {
  const record = data.transactions.get(hash);
  if (level === "NONE") return true;
  if (!record) return false;
  if (level === "INCLUDED" || level === "INCLUDED_FINAL") return true;
  const { waiting } = progressOf(data, record);
  if (level === "EXECUTED_OPTIMISTIC") return waiting.every(isRefund);
  return waiting.length === 0;
}

/** The answer of `tx`, `send_tx` and `EXPERIMENTAL_tx_status` (the latter with receipts). */
export function transactionStatusView(data: ChainData, record: TransactionRecord, with_receipts: boolean) {
  const { executed, receipts, waiting } = progressOf(data, record);
  const view = {
    final_execution_status: levelReached(waiting),
    status: finalStatus(data, record.outcome),
    transaction: transactionView(record.signed),
    transaction_outcome: outcomeView(record.outcome),
    receipts_outcome: executed.map(outcomeView),
  };
  return with_receipts ? { ...view, receipts: receipts.map(receiptView) } : view;
}

function levelReached(waiting: Receipt[]): WaitLevel {
  if (waiting.length === 0) return "FINAL";
  return waiting.every(isRefund) ? "EXECUTED_OPTIMISTIC" : "INCLUDED_FINAL";
}

function isRefund({ predecessor_id }: Receipt): boolean {
  return predecessor_id === "system";
}

/** Every receipt that the transaction led to so far, in the order in which they were created. */
function progressOf(data: ChainData, { outcome }: TransactionRecord): Progress {
  const progress: Progress = { executed: [], receipts: [], waiting: [] };
  const queue = [...outcome.receipt_ids];
  for (let id = queue.shift(); id; id = queue.shift()) {
    const receipt = data.receipts.get(id)!;
    const executed = data.outcomes.get(id);
    progress.receipts.push(receipt);
    if (!executed) {
      progress.waiting.push(receipt);
      continue;
    }
    progress.executed.push(executed);
    queue.push(...executed.receipt_ids);
  }
  return progress;
}

/** The result of the receipt that the transaction's own receipt ends in, through returned promises. */
function finalStatus(data: ChainData, outcome: ExecutionOutcome): ReturnType<typeof statusView> | "Started" {
  let status: ExecutionStatus | undefined = outcome.status;
  while (status && "SuccessReceiptId" in status) status = data.outcomes.get(status.SuccessReceiptId)?.status;
  return status ? statusView(status) : "Started";
}
