// Sending transactions and asking what became of them.
import { base64 } from "@scure/base";
import * as z from "zod";
import { decodeSignedTransaction } from "../../encoding/transaction.ts";
import { InvalidTransaction } from "../../errors.ts";
import type { Hash } from "../../types.ts";
import type { Node } from "../node.ts";
import { named, parseParams } from "../params.ts";
import { handlerError, invalidTransaction, parseError, timeout } from "../rpc-error.ts";
import { hasReached, transactionStatusView, WAIT_LEVELS, type WaitLevel } from "../transaction-status.ts";
import { receiptView } from "../views.ts";

const SIGNED = z.object({ signed_tx_base64: z.string() });
const WAIT = z.object({ wait_until: z.enum(WAIT_LEVELS).default("EXECUTED_OPTIMISTIC") });
const SEND = SIGNED.and(WAIT);
const STATUS = WAIT.and(z.union([SIGNED, z.object({ tx_hash: z.string(), sender_account_id: z.string() })]));

export async function sendTransaction(node: Node, params: unknown) {
  const { signed_tx_base64, wait_until } = parseParams(SEND, named(params, "signed_tx_base64", "wait_until"));
  const hash = submit(node, signed_tx_base64);
  if (wait_until === "NONE") return { final_execution_status: "NONE" };
  return statusWhen(node, hash, wait_until, false);
}

/** The old way to send and wait: until everything is executed. */
export async function broadcastTxCommit(node: Node, params: unknown) {
  const { signed_tx_base64 } = parseParams(SIGNED, named(params, "signed_tx_base64"));
  return statusWhen(node, submit(node, signed_tx_base64), "EXECUTED_OPTIMISTIC", false);
}

/** The old way to send and not wait: the hash. */
export async function broadcastTxAsync(node: Node, params: unknown) {
  const { signed_tx_base64 } = parseParams(SIGNED, named(params, "signed_tx_base64"));
  return submit(node, signed_tx_base64);
}

export async function transactionStatus(node: Node, params: unknown) {
  return findStatus(node, params, false);
}

export async function transactionStatusWithReceipts(node: Node, params: unknown) {
  return findStatus(node, params, true);
}

export async function receipt({ chain }: Node, params: unknown) {
  return receiptView(findReceipt(chain, params));
}

/** Which transaction a receipt comes from. */
export async function receiptToTransaction({ chain }: Node, params: unknown) {
  const { receipt_id, tx_hash: transaction_hash } = findReceipt(chain, params);
  const transaction = chain.data.transactions.get(transaction_hash ?? "");
  if (transaction === undefined)
    throw handlerError("UNKNOWN_RECEIPT", { receipt_id }, `Receipt ${receipt_id} is of no transaction`);
  return { transaction_hash, sender_account_id: transaction.signed.transaction.signer_id };
}

function findReceipt(chain: Node["chain"], params: unknown) {
  const { receipt_id } = parseParams(z.object({ receipt_id: z.string() }), named(params, "receipt_id"));
  const found = chain.data.receipts.get(receipt_id);
  if (found) return found;
  const data = `Receipt with id ${receipt_id} has never been observed`;
  throw handlerError("UNKNOWN_RECEIPT", { receipt_id }, data);
}

function submit(node: Node, signed_tx_base64: string): Hash {
  try {
    const hash = node.chain.sendTransaction(decodeBase64(signed_tx_base64));
    void node.kick();
    return hash;
  } catch (error) {
    if (error instanceof InvalidTransaction) throw invalidTransaction(error.kind);
    throw parseError(`Failed parsing args: ${(error as Error).message}`);
  }
}

function decodeBase64(text: string): Uint8Array {
  return base64.decode(text);
}

async function findStatus(node: Node, params: unknown, with_receipts: boolean) {
  const names =
    Array.isArray(params) && params.length === 1 ? ["signed_tx_base64"] : ["tx_hash", "sender_account_id"];
  const request = parseParams(STATUS, named(params, ...names));
  const hash = "tx_hash" in request ? request.tx_hash : hashOf(request.signed_tx_base64);
  const { transactions, refused } = node.chain.data;
  // Whoever waits for more may know of a transaction before the chain does.
  if (request.wait_until === "NONE" && !transactions.has(hash) && !refused.has(hash)) {
    const data = `Transaction ${hash} doesn't exist`;
    throw handlerError("UNKNOWN_TRANSACTION", { requested_transaction_hash: hash }, data);
  }
  return statusWhen(node, hash, request.wait_until, with_receipts);
}

function hashOf(signed_tx_base64: string): Hash {
  try {
    return decodeSignedTransaction(decodeBase64(signed_tx_base64)).hash;
  } catch (error) {
    throw parseError(`Failed parsing args: ${(error as Error).message}`);
  }
}

async function statusWhen(node: Node, hash: Hash, level: WaitLevel, with_receipts: boolean) {
  const { data } = node.chain;
  const settled = () => data.refused.has(hash) || hasReached(data, hash, level);
  if (!(await node.waitFor(settled))) throw timeout();
  const record = data.transactions.get(hash);
  if (!record) throw invalidTransaction(data.refused.get(hash));
  return transactionStatusView(data, record, with_receipts);
}
