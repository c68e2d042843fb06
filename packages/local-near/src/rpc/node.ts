// The chain as a running node: it makes blocks by itself and lets requests wait for them.
import { setTimeout as delay, setImmediate as immediate } from "node:timers/promises";
import type { Chain } from "../chain/chain.ts";

/** Milliseconds between blocks, or `on_demand`: blocks are made while there is work, as fast as they can be. */
export type BlockPace = number | "on_demand";

export class Node {
  readonly chain: Chain;
  readonly started_ms = Date.now();
  readonly #pace: BlockPace;
  readonly #stopping = new AbortController();
  #working = false;

  constructor(chain: Chain, pace: BlockPace) {
    this.chain = chain;
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

  /** Resolves true as soon as `condition` holds after a block, false after `timeout_ms`. */
  async waitFor(condition: () => boolean, timeout_ms: number): Promise<boolean> {
    if (condition()) return true;
    return new Promise((resolve) => {
      const finish = (result: boolean) => {
        clearTimeout(timer);
        stopListening();
        resolve(result);
      };
      const stopListening = this.chain.onBlock(() => condition() && finish(true));
      const timer = setTimeout(() => finish(false), timeout_ms);
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
