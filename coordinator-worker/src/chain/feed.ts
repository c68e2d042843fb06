import { type ContractEvent, parseEventLog } from "@near-offshore/protocol";
import * as z from "zod";
import { fetchText } from "../fetch-text.ts";
import { BOUNDS } from "../limits.ts";

// A block feed in the public neardata format: https://github.com/fastnear/neardata-server

const feedBlock = z.object({
  block: z.object({ header: z.object({ height: z.int(), hash: z.string() }) }),
  shards: z.array(
    z.object({
      receipt_execution_outcomes: z.array(
        z.object({
          execution_outcome: z.object({
            outcome: z.object({ executor_id: z.string(), logs: z.array(z.string()) }),
          }),
        }),
      ),
    }),
  ),
});
export type FeedBlock = z.infer<typeof feedBlock>;

/** The newest final block. @throws where the feed is down or sends something else. */
export async function lastFinalBlock(feed_url: string): Promise<FeedBlock> {
  const block = await fetchBlock(`${feed_url}/v0/last_block/final`);
  if (block === null) throw new Error("the feed has no final block");
  return block;
}

/** The final block at a height; null where that height was skipped. */
export function blockAt(feed_url: string, height: number): Promise<FeedBlock | null> {
  return fetchBlock(`${feed_url}/v0/block/${height}`);
}

/** What a contract said in a block. */
export function eventsOf(block: FeedBlock, contract_id: string): ContractEvent[] {
  return block.shards.flatMap((shard) =>
    shard.receipt_execution_outcomes.flatMap(({ execution_outcome: { outcome } }) =>
      outcome.executor_id === contract_id ? outcome.logs.flatMap((log) => parseEventLog(log) ?? []) : [],
    ),
  );
}

async function fetchBlock(url: string): Promise<FeedBlock | null> {
  const { ok, status, text } = await fetchText(url, {}, BOUNDS.feed_timeout_ms);
  if (!ok) throw new Error(`${url}: HTTP ${status}`);
  const body: unknown = JSON.parse(text);
  return body === null ? null : feedBlock.parse(body);
}
