import { type PricingView, parse, pricingView, type WorkerView, workerView } from "@near-offshore/protocol";
import type { Account } from "near-api-js";
import { CONTRACT_ID } from "./network.ts";

/** What the contract answers, read by whoever `reader` is. */
export function contractViews(reader: Account) {
  const view = (method: string, args: Record<string, unknown>, contract_id = CONTRACT_ID): Promise<unknown> =>
    reader.provider.callFunction({ contractId: contract_id, method, args }) as Promise<unknown>;
  return {
    view,
    pricing: async (): Promise<PricingView> =>
      parse(pricingView, await view("get_pricing", {}), "get_pricing"),
    worker: async (public_key: string): Promise<WorkerView> =>
      parse(workerView, await view("get_worker", { public_key }), "get_worker"),
    /** Yocto that the account of a worker has earned, vested or not. */
    earnings: async (account_id: string): Promise<bigint> =>
      BigInt((await view("get_earnings", { account_id })) as string),
    /** Balance of any account, in yocto. */
    balance: async (account_id: string): Promise<bigint> =>
      (await reader.provider.viewAccount({ accountId: account_id })).amount as bigint,
  };
}

/** What one worker gets for so many instructions: rate * instructions per million, rounded up. */
export function workerShare(pricing: PricingView, instructions: number): bigint {
  return (BigInt(pricing.rate_per_million_yocto) * BigInt(instructions) + 999_999n) / 1_000_000n;
}
