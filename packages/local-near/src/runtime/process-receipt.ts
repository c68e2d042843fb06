// One receipt arrives: it is executed, or waits for its data, or brings data to one that waits.
import type { PromiseResult, Receipt, ReceiptBody } from "../types.ts";
import { type AppliedReceipt, applyActionReceipt } from "./apply-receipt.ts";
import type { Runtime } from "./context.ts";
import { dataKey, type PendingReceipts } from "./pending-receipts.ts";

type DataBody = Extract<ReceiptBody, { data_id: string }>;

/** What executing a receipt gave, or null when nothing was executed. */
export function processReceipt(runtime: Runtime, receipt: Receipt): AppliedReceipt | null {
  const { pending } = runtime;
  const { body, receiver_id } = receipt;
  switch (body.type) {
    case "action":
      return isPostponed(pending, receipt, body.action.input_data_ids) ? null : apply(runtime, receipt);
    case "promise_yield":
      pending.yields.set(dataKey(receiver_id, body.action.input_data_ids[0]!), receipt);
      return null;
    case "data": {
      const ready = deliverData(pending, receiver_id, body);
      return ready ? apply(runtime, ready) : null;
    }
    case "promise_resume": {
      const key = dataKey(receiver_id, body.data_id);
      const yielded = pending.yields.get(key);
      // Resumed before: the first payload won.
      if (!yielded) return null;
      // The contract was told that its resume succeeded, and it will arrive in the next block.
      if (body.data === null && pending.resumed.has(key)) return null;
      pending.yields.delete(key);
      pending.resumed.delete(key);
      pending.received_data.set(key, body.data);
      return apply(runtime, yielded);
    }
  }
}

function isPostponed(pending: PendingReceipts, receipt: Receipt, input_data_ids: string[]): boolean {
  const keys = input_data_ids.map((data_id) => dataKey(receipt.receiver_id, data_id));
  const missing = keys.filter((key) => !pending.received_data.has(key));
  if (missing.length === 0) return false;
  for (const key of missing) pending.wanted_by.set(key, receipt.receipt_id);
  pending.postponed.set(receipt.receipt_id, { receipt, missing: missing.length });
  return true;
}

/** Stores the data; the receipt that waited for it and for nothing else, if there is one. */
function deliverData(pending: PendingReceipts, receiver_id: string, body: DataBody): Receipt | null {
  const key = dataKey(receiver_id, body.data_id);
  pending.received_data.set(key, body.data);
  const wanted_by = pending.wanted_by.get(key);
  if (!wanted_by) return null;
  pending.wanted_by.delete(key);
  const postponed = pending.postponed.get(wanted_by)!;
  postponed.missing -= 1;
  if (postponed.missing > 0) return null;
  pending.postponed.delete(wanted_by);
  return postponed.receipt;
}

function apply(runtime: Runtime, receipt: Receipt): AppliedReceipt {
  return applyActionReceipt(runtime, receipt, takePromiseResults(runtime.pending, receipt));
}

function takePromiseResults(pending: PendingReceipts, { receiver_id, body }: Receipt): PromiseResult[] {
  if (!("action" in body)) return [];
  return body.action.input_data_ids.map((data_id) => {
    const key = dataKey(receiver_id, data_id);
    const value = pending.received_data.get(key);
    pending.received_data.delete(key);
    return value ? { status: "successful", value } : { status: "failed" };
  });
}
