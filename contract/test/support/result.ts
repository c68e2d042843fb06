// What became of a transaction, read from what `EXPERIMENTAL_tx_status` says of it.

export interface Transfer {
  from: string;
  to: string;
  yocto: bigint;
}

/** What became of a transaction so far. */
export interface Result {
  hash: string;
  /** The panic's message, without what the chain puts before it. Undefined where the call, and all it waited for, went well. */
  error: string | undefined;
  /** The parsed JSON answer; undefined where there is none (yet). */
  value: unknown;
  waiting: boolean;
  logs: string[];
  transfers: Transfer[];
  gas: { executor_id: string; method: string; tgas: number }[];
}

type ActionView =
  | string
  | { Transfer: { deposit: string } }
  | { FunctionCall: { method_name: string } }
  | Record<string, unknown>;

interface OutcomeView {
  id: string;
  block_hash: string;
  outcome: { logs: string[]; receipt_ids: string[]; gas_burnt: number };
}

/** The part of `EXPERIMENTAL_tx_status`'s answer that is read here. */
export interface TransactionStatus {
  status: string | { SuccessValue: string } | { Failure: { ActionError?: { kind: unknown } } };
  transaction: { signer_id: string; receiver_id: string; actions: ActionView[] };
  transaction_outcome: OutcomeView;
  receipts_outcome: OutcomeView[];
  receipts: {
    receipt_id: string;
    predecessor_id: string;
    receiver_id: string;
    receipt: { Action: { actions: ActionView[] } } | { Data: unknown };
  }[];
}

/** How many receipts have run, and whether there are others. */
export function progressOf({ transaction_outcome, receipts_outcome }: TransactionStatus) {
  const made = [transaction_outcome, ...receipts_outcome].flatMap(({ outcome }) => outcome.receipt_ids);
  const executed = receipts_outcome.length;
  return { executed, is_over: new Set(made).size === executed };
}

export function resultOf(hash: string, found: TransactionStatus | undefined): Result {
  const result: Result = {
    hash,
    error: undefined,
    value: undefined,
    waiting: true,
    logs: [],
    transfers: [],
    gas: [],
  };
  if (found === undefined) return result;
  const { status } = found;
  result.waiting = typeof status === "string";
  if (typeof status === "object" && "Failure" in status) result.error = failureText(status.Failure);
  if (typeof status === "object" && "SuccessValue" in status && status.SuccessValue !== "")
    result.value = JSON.parse(Buffer.from(status.SuccessValue, "base64").toString());
  const ran = actionsOf(found);
  for (const { id, outcome } of found.receipts_outcome) {
    result.logs.push(...outcome.logs);
    const { from, to, list } = ran.get(id)!;
    for (const action of list) {
      if (typeof action === "string") continue;
      if ("Transfer" in action) {
        const { deposit } = action.Transfer as { deposit: string };
        result.transfers.push({ from, to, yocto: BigInt(deposit) });
      }
      if ("FunctionCall" in action) {
        const { method_name: method } = action.FunctionCall as { method_name: string };
        result.gas.push({ executor_id: to, method, tgas: outcome.gas_burnt / 1e12 });
      }
    }
  }
  return result;
}

/** By receipt. A node does not list the receipt that an account sends to itself, whose actions are the transaction's. */
function actionsOf({ transaction, transaction_outcome, receipts }: TransactionStatus) {
  const { signer_id, receiver_id, actions } = transaction;
  const [first] = transaction_outcome.outcome.receipt_ids;
  const ran = new Map([[first!, { from: signer_id, to: receiver_id, list: actions }]]);
  for (const { receipt_id, predecessor_id, receiver_id, receipt } of receipts) {
    const list = "Action" in receipt ? receipt.Action.actions : [];
    ran.set(receipt_id, { from: predecessor_id, to: receiver_id, list });
  }
  return ran;
}

function failureText({ ActionError }: { ActionError?: { kind: unknown } }): string {
  const kind = ActionError?.kind as { FunctionCallError?: { ExecutionError?: string } } | undefined;
  const text = kind?.FunctionCallError?.ExecutionError;
  return text?.replace("Smart contract panicked: ", "") ?? JSON.stringify(kind);
}
