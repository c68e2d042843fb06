import {
  type ConfigView,
  configView,
  LIMITS,
  moduleView,
  type PricingView,
  pendingRequestIds,
  pricingView,
  type RequestView,
  receiptView,
  requestView,
  type WorkerView,
  workerView,
} from "@near-offshore/protocol";
import type { Config } from "../config.ts";
import { BOUNDS } from "../limits.ts";
import { NearRpc } from "./rpc.ts";

/** The contract's views, parsed. Each throws OffshoreError `chain_unavailable` where no node answers. */
export class ContractViews {
  readonly rpc: NearRpc;
  readonly #contract_id: string;

  constructor(config: Config) {
    this.rpc = new NearRpc(config.rpc_urls);
    this.#contract_id = config.contract_id;
  }

  /** Ids of all the requests that wait for a settlement, oldest first, and the oldest block they were read at. */
  async pendingRequestIds(): Promise<{ ids: number[]; block_height: number }> {
    const ids: number[] = [];
    let block_height = Number.POSITIVE_INFINITY;
    for (let page = 0; page < BOUNDS.pending_pages_max; page++) {
      const args = { from_index: ids.length, limit: LIMITS.page_items_max };
      const next = await this.rpc.viewAt(
        this.#contract_id,
        "get_pending_request_ids",
        args,
        pendingRequestIds,
      );
      ids.push(...next.value);
      block_height = Math.min(block_height, next.block_height);
      if (next.value.length < LIMITS.page_items_max) break;
    }
    return { ids, block_height };
  }

  /** An open request; null where it is unknown or over. */
  request(request_id: number): Promise<RequestView | null> {
    return this.rpc.view(this.#contract_id, "get_request", { request_id }, requestView.nullable());
  }

  worker(public_key: string): Promise<WorkerView | null> {
    return this.rpc.view(this.#contract_id, "get_worker", { public_key }, workerView.nullable());
  }

  publishedModule(source: { repo: string; commit: string; build_target: string }): Promise<string | null> {
    return this.rpc.view(this.#contract_id, "get_module", { source }, moduleView);
  }

  config(): Promise<ConfigView> {
    return this.rpc.view(this.#contract_id, "get_config", {}, configView);
  }

  /** Whether faults of a request can be reported: it was settled with an outcome, and its receipt is kept. */
  async hasReceipt(request_id: number): Promise<boolean> {
    return (await this.rpc.view(this.#contract_id, "get_receipt", { request_id }, receiptView)) !== null;
  }

  pricing(): Promise<PricingView> {
    return this.rpc.view(this.#contract_id, "get_pricing", {}, pricingView);
  }
}

/** What each worker of a settled request earns: the price of the work, as the contract computes it. */
export function earnedYocto(instructions: number, pricing: PricingView): string {
  const cost = BigInt(instructions) * BigInt(pricing.rate_per_million_yocto);
  return ((cost + 999_999n) / 1_000_000n).toString();
}
