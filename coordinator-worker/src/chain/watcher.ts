import { DurableObject } from "cloudflare:workers";
import { OffshoreError, type RequestView, taskDigest } from "@near-offshore/protocol";
import { readConfig } from "../config.ts";
import type { AskedRequest } from "../dispatcher/core/types.ts";
import { dispatcher, type Env } from "../env.ts";
import { BOUNDS } from "../limits.ts";
import { describeError, log } from "../log.ts";
import { ContractViews } from "./contract.ts";
import { blockAt, eventsOf, lastFinalBlock } from "./feed.ts";

/**
 * Follows final blocks, one alarm per poll. The feed only tells *when* to look: what is open is always taken from the
 * contract's own list, so a missed block, a feed outage or a restart delays a request and never loses one.
 */
export class ChainWatcher extends DurableObject<Env> {
  /** Open requests that the dispatcher has, with the block each was made in; null until it was asked. */
  #known: Map<number, number> | null = null;
  #reconciled_ms = 0;
  #head = 0;
  #head_told_ms = 0;
  #news = true;
  readonly #troubles = new Map<string, string | null>();

  /** Starts the loop where it is not running; called by the cron trigger and by the first request of an isolate. */
  async ensureRunning(): Promise<void> {
    readConfig(this.env);
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(Date.now());
  }

  override async alarm(): Promise<void> {
    let wait_ms = readConfig(this.env).poll_ms;
    try {
      await this.#turn();
      this.#complain("chain", null);
    } catch (error) {
      wait_ms = Math.max(wait_ms, BOUNDS.chain_retry_ms);
      this.#complain("chain", describeError(error));
    } finally {
      await this.ctx.storage.setAlarm(Date.now() + wait_ms);
    }
  }

  async #turn(): Promise<void> {
    const views = new ContractViews(readConfig(this.env));
    // Stays true until it was acted upon: the head has moved on by then.
    if (await this.#look(views)) this.#news = true;
    if (this.#news || Date.now() - this.#reconciled_ms >= BOUNDS.reconcile_every_ms)
      await this.#reconcile(views);
    const head_due = Date.now() - this.#head_told_ms >= BOUNDS.head_every_ms;
    if (!head_due && (this.#known?.size ?? 0) === 0) return;
    this.#head_told_ms = Date.now();
    await dispatcher(this.env).seeHead(this.#head);
  }

  /** Says it once, not at every block for as long as an outage lasts; null where it is over. */
  #complain(part: string, trouble: string | null): void {
    if (trouble !== null && trouble !== this.#troubles.get(part)) log("watcher", `${part}: ${trouble}`);
    this.#troubles.set(part, trouble);
  }

  /** Whether something may have happened on the contract since the last look. */
  async #look(views: ContractViews): Promise<boolean> {
    const { feed_url, contract_id } = readConfig(this.env);
    if (feed_url !== undefined) {
      try {
        const news = await this.#readFeed(feed_url, contract_id);
        this.#complain("feed", null);
        return news;
      } catch (error) {
        this.#complain("feed", `${describeError(error)}; asking the RPC`);
      }
    }
    const before = this.#head;
    this.#head = Math.max(before, (await views.rpc.finalBlock()).height);
    return this.#head > before;
  }

  async #readFeed(feed_url: string, contract_id: string): Promise<boolean> {
    const last = await lastFinalBlock(feed_url);
    const head = last.block.header.height;
    const from = this.#head + 1;
    if (head < from) return false;
    if (head - from >= BOUNDS.feed_blocks_per_turn_max) {
      this.#head = head;
      return true;
    }
    let news = eventsOf(last, contract_id).length > 0;
    for (let height = from; height < head && !news; height++) {
      const block = await blockAt(feed_url, height);
      news = block !== null && eventsOf(block, contract_id).length > 0;
    }
    this.#head = head;
    return news;
  }

  /** Makes the dispatcher's list of open requests the contract's. */
  async #reconcile(views: ContractViews): Promise<void> {
    this.#known ??= await this.#askKnown();
    const known = this.#known;
    const { ids, block_height } = await views.pendingRequestIds();
    let failed = false;
    for (const request_id of ids) {
      if (known.has(request_id)) continue;
      try {
        const made_at = await this.#open(views, request_id);
        if (made_at !== null) known.set(request_id, made_at);
      } catch (error) {
        this.#complain(`request ${request_id}`, describeError(error));
        failed = true;
      }
    }
    // A node that lags behind does not list what it has not seen: only a later block can say that a request is over.
    const pending = new Set(ids);
    const closed = [...known].filter(([id, made_at]) => !pending.has(id) && made_at < block_height);
    if (closed.length > 0) await dispatcher(this.env).closeRequests(closed.map(([request_id]) => request_id));
    for (const [request_id] of closed) known.delete(request_id);
    this.#news = failed;
    this.#reconciled_ms = Date.now();
  }

  async #askKnown(): Promise<Map<number, number>> {
    const open = await dispatcher(this.env).openRequests();
    return new Map(open.map(({ request_id, block_height }) => [request_id, block_height]));
  }

  /** Hands a request to the dispatcher; the block it was made in, or null where it is over or not taken. */
  async #open(views: ContractViews, request_id: number): Promise<number | null> {
    const request = await views.request(request_id);
    if (request === null || request.settled) return null;
    const taken = await dispatcher(this.env).openRequest(
      openRequest(request, readConfig(this.env).contract_id),
    );
    return taken ? request.context.block_height : null;
  }
}

/** @throws OffshoreError `internal` where this coordinator would compute another task than the contract did. */
function openRequest(view: RequestView, contract_id: string): AskedRequest {
  const { rules_version, request_id, source, input_sha256, limits, context, task_digest } = view;
  const description = { rules_version, contract_id, request_id, source, input_sha256, limits, context };
  const computed = taskDigest(description);
  if (computed !== task_digest)
    throw new OffshoreError(
      "internal",
      `request ${request_id}: digest ${computed}, the contract's is ${task_digest}`,
    );
  const { input_data, quorum, max_error, compile_only, min_established, established_results } = view;
  const established = { workers: min_established, results: established_results };
  return { description, task_digest, input_data, quorum, max_error, compile_only, established };
}
