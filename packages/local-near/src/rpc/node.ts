// The chain as a running node: it makes blocks by itself and lets requests wait for them.
import { setTimeout as delay, setImmediate as immediate } from "node:timers/promises";
import type { Chain } from "../chain/chain.ts";

/** Milliseconds between blocks, or `on_demand`: blocks are made while there is work, as fast as they can be. */
export type BlockPace = number | "on_demand";

export class Node {
  readonly chain: Chain;
  readonly started_ms = Date.now();
  /** Where it listens; clients want one in its status. */
  rpc_addr = "127.0.0.1:0";
  readonly #pace: BlockPace;
  readonly #wait_ms: number;
  readonly #stopping = new AbortController();
  #working = false;

  /** @param wait_ms how long a request waits for its transaction. */
  constructor(chain: Chain, pace: BlockPace, wait_ms: number) {
    this.chain = chain;
    this.#wait_ms = wait_ms;
    this.#pace = pace;
    if (pace !== "on_demand") void this.#produceAtPace(pace);
  }

  stop(): void {
    this.#stopping.abort();
  }

  /** Tells the node that there may be work. */
  async kick(): Promise<void> {
    if (this.#pace !== "on_demand" || this.#working) return;
    this.#working = true;
    try {
      while (this.chain.has_work && !this.#stopping.signal.aborted) {
        this.chain.produceBlock();
        // Requests are answered between blocks.
        await immediate();
      }
    } finally {
      this.#working = false;
    }
  }

  /** Resolves true as soon as `condition` holds after a block, false when that takes too long. */
  async waitFor(condition: () => boolean): Promise<boolean> {
    if (condition()) return true;
    return new Promise((resolve) => {
      const finish = (result: boolean) => {
        clearTimeout(timer);
        stopListening();
        resolve(result);
      };
      const stopListening = this.chain.onBlock(() => condition() && finish(true));
      const timer = setTimeout(() => finish(false), this.#wait_ms);
      // A request that waits does not keep a stopped process alive.
      timer.unref();
    });
  }

  async #produceAtPace(block_ms: number): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await delay(block_ms, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) this.chain.produceBlock();
    }
  }
}
