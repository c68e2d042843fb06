// What is kept of a settled request while a worker's other answer to it can be reported: digests and workers, as bytes.
import { STORAGE_BYTES } from "@near-offshore/protocol/pure";
import { integer, type Json } from "./checks.ts";
import { loadConfig, loadTotals, saveTotals } from "./config.ts";
import { decodeBase58, decodeHex, encodeBase58, encodeHex, encodeText, near } from "./host.ts";
import { RECEIPTS_PRUNED_MAX } from "./limits.ts";
import { book } from "./money.ts";
import type { Config, Outcome, Request, Totals } from "./state.ts";
import { storagePrice } from "./storage.ts";
import { has } from "./store.ts";

const HASH_BYTES = 32;
const HEIGHT_AT = 2 * HASH_BYTES;
const WORKERS_AT = HEIGHT_AT + 8;

export interface Receipt {
  request_id: number;
  task_digest: string;
  outcome_digest: string;
  /** The block in which it was settled. */
  block_height: number;
  workers: string[];
}

/** `get_receipt({request_id})`: or null where there is none, or none any more. */
export function getReceipt(args: Json): Receipt | null {
  return loadReceipt(integer(args.request_id, "request_id", 0, Number.MAX_SAFE_INTEGER));
}

/** `prune_receipts({limit?})`: by anyone; removes receipts of which nothing can be reported any more. */
export function pruneReceiptsCall(args: Json): void {
  const limit = integer(args.limit ?? RECEIPTS_PRUNED_MAX, "limit", 1, RECEIPTS_PRUNED_MAX);
  const totals = loadTotals();
  pruneReceipts(totals, loadConfig(), limit);
  saveTotals(totals);
}

export function loadReceipt(request_id: number): Receipt | null {
  const bytes = near.storageReadRaw(encodeText(receiptKey(request_id)));
  if (bytes === null) return null;
  const workers: string[] = [];
  for (let at = WORKERS_AT; at < bytes.length; at += HASH_BYTES) {
    workers.push(`ed25519:${encodeBase58(bytes.slice(at, at + HASH_BYTES))}`);
  }
  return {
    request_id,
    task_digest: encodeHex(bytes.slice(0, HASH_BYTES)),
    outcome_digest: encodeHex(bytes.slice(HASH_BYTES, HEIGHT_AT)),
    block_height: readHeight(bytes),
    workers,
  };
}

/** Keeps what a fault is proven with; returns what its storage costs. The caller saves the totals. */
export function keepReceipt(totals: Totals, request: Request, outcome: Outcome): bigint {
  // Settled by version 1, which kept no digest.
  if (outcome.digest === undefined) return 0n;
  const bytes = new Uint8Array(WORKERS_AT + outcome.workers.length * HASH_BYTES);
  bytes.set(decodeHex(request.task_digest) as Uint8Array);
  bytes.set(decodeHex(outcome.digest) as Uint8Array, HASH_BYTES);
  new DataView(bytes.buffer).setBigUint64(HEIGHT_AT, near.blockHeight());
  outcome.workers.forEach(({ public_key }, i) => {
    bytes.set(decodeBase58(public_key.slice(8), HASH_BYTES) as Uint8Array, WORKERS_AT + i * HASH_BYTES);
  });
  near.storageWriteRaw(encodeText(receiptKey(request.request_id)), bytes);
  const price = receiptPrice(outcome.workers.length);
  book(totals, "storage_yocto", price);
  return price;
}

/** Removes some of the oldest receipts, where they are too old; what paid for them is prepaid storage then. */
export function pruneReceipts(totals: Totals, config: Config, limit: number): void {
  const height = Number(near.blockHeight());
  for (let i = 0; i < limit && totals.oldest_receipt_id < totals.next_request_id; i++) {
    const request_id = totals.oldest_receipt_id;
    const key = encodeText(receiptKey(request_id));
    const bytes = near.storageReadRaw(key);
    if (bytes === null) {
      if (has(`request:${request_id}`)) return;
    } else {
      if (height <= readHeight(bytes) + config.fault_window_blocks) return;
      near.storageRemoveRaw(key);
      const price = receiptPrice((bytes.length - WORKERS_AT) / HASH_BYTES);
      book(totals, "storage_yocto", -price);
      book(totals, "storage_pool_yocto", price);
    }
    totals.oldest_receipt_id++;
  }
}

function receiptPrice(workers: number): bigint {
  return storagePrice(STORAGE_BYTES.receipt + workers * STORAGE_BYTES.receipt_worker);
}

function readHeight(bytes: Uint8Array): number {
  return Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(HEIGHT_AT));
}

function receiptKey(request_id: number): string {
  return `receipt:${request_id}`;
}
