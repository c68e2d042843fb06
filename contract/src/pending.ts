// The ids of requests that nothing is stored for yet, oldest first. Ids only grow, so they lie in buckets of
// consecutive ids: adding, removing and listing touch one small value each, however many are open.
import type { Page } from "./pages.ts";
import { load, remove, save } from "./store.ts";

const BUCKET_IDS = 32;
/** Empty buckets skipped at one removal: more than one, so that the oldest one is never far behind. */
const SKIPS_MAX = 4;

/** `pending`: the buckets in which ids may be. */
interface Range {
  oldest: number;
  newest: number;
}

export function addPending(request_id: number): void {
  const bucket = bucketOf(request_id);
  save(bucketKey(bucket), [...loadBucket(bucket), request_id]);
  const range = loadRange();
  if (range.newest < bucket) save("pending", { ...range, newest: bucket });
}

export function removePending(request_id: number): void {
  const bucket = bucketOf(request_id);
  const ids = loadBucket(bucket).filter((id) => id !== request_id);
  if (ids.length > 0) {
    save(bucketKey(bucket), ids);
    return;
  }
  remove(bucketKey(bucket));
  const range = loadRange();
  let { oldest } = range;
  for (let i = 0; i < SKIPS_MAX && oldest < range.newest && loadBucket(oldest).length === 0; i++) oldest++;
  if (oldest !== range.oldest) save("pending", { ...range, oldest });
}

/** One page, oldest first. */
export function listPending({ from_index, limit }: Page): number[] {
  const range = loadRange();
  const ids: number[] = [];
  for (let bucket = range.oldest; bucket <= range.newest && ids.length < from_index + limit; bucket++) {
    ids.push(...loadBucket(bucket));
  }
  return ids.slice(from_index, from_index + limit);
}

function loadRange(): Range {
  return load<Range>("pending") ?? { oldest: 0, newest: 0 };
}

function loadBucket(bucket: number): number[] {
  return load<number[]>(bucketKey(bucket)) ?? [];
}

function bucketOf(request_id: number): number {
  return Math.floor(request_id / BUCKET_IDS);
}

function bucketKey(bucket: number): string {
  return `pending:${bucket}`;
}
