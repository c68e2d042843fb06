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

// Task digest, outcome digest, height, a byte that is 1, the module, the workers' keys. Before version 3 there were neither
// the byte nor the module: the length tells.
const HASH_BYTES = 32;
const HEIGHT_AT = 2 * HASH_BYTES;
const MODULE_AT = HEIGHT_AT + 8 + 1;
const WORKERS_AT = MODULE_AT + HASH_BYTES;
const EARLIER_WORKERS_AT = HEIGHT_AT + 8;
const EARLIER_BYTES = 140;

export interface Receipt {
  request_id: number;
  task_digest: string;
  outcome_digest: string;
  /** Null where version 2 kept the receipt. */
  module_sha256: string | null;
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
  for (let at = workersAt(bytes); at < bytes.length; at += HASH_BYTES) {
    workers.push(`ed25519:${encodeBase58(bytes.slice(at, at + HASH_BYTES))}`);
  }
  return {
    request_id,
    task_digest: encodeHex(bytes.slice(0, HASH_BYTES)),
    outcome_digest: encodeHex(bytes.slice(HASH_BYTES, HEIGHT_AT)),
    module_sha256: isEarlier(bytes) ? null : encodeHex(bytes.slice(MODULE_AT, WORKERS_AT)),
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
  bytes[MODULE_AT - 1] = 1;
  bytes.set(decodeHex(outcome.module_sha256) as Uint8Array, MODULE_AT);
  outcome.workers.forEach(({ public_key }, i) => {
    bytes.set(decodeBase58(public_key.slice(8), HASH_BYTES) as Uint8Array, WORKERS_AT + i * HASH_BYTES);
  });
  near.storageWriteRaw(encodeText(receiptKey(request.request_id)), bytes);
  const price = receiptPrice(STORAGE_BYTES.receipt, outcome.workers.length);
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
      const workers = (bytes.length - workersAt(bytes)) / HASH_BYTES;
      const price = receiptPrice(isEarlier(bytes) ? EARLIER_BYTES : STORAGE_BYTES.receipt, workers);
      book(totals, "storage_yocto", -price);
      book(totals, "storage_pool_yocto", price);
    }
    totals.oldest_receipt_id++;
  }
}

function receiptPrice(bytes: number, workers: number): bigint {
  return storagePrice(bytes + workers * STORAGE_BYTES.receipt_worker);
}

function isEarlier(bytes: Uint8Array): boolean {
  return bytes.length % HASH_BYTES === EARLIER_WORKERS_AT % HASH_BYTES;
}

function workersAt(bytes: Uint8Array): number {
  return isEarlier(bytes) ? EARLIER_WORKERS_AT : WORKERS_AT;
}

function readHeight(bytes: Uint8Array): number {
  return Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(HEIGHT_AT));
}

function receiptKey(request_id: number): string {
  return `receipt:${request_id}`;
}
