// The receipts that a function call creates; they leave only if the call succeeds.
import type { Action, DataReceiver, Hash } from "../types.ts";

export type NewActionReceipt = {
  receiver_id: string;
  input_data_ids: Hash[];
  output_data_receivers: DataReceiver[];
  actions: Action[];
  is_promise_yield: boolean;
};

/** What a resume sends. */
export type NewDataReceipt = { data_id: Hash; data: Uint8Array };

type FunctionCallAction = Extract<Action, { type: "FunctionCall" }>;

export class ReceiptManager {
  readonly action_receipts: NewActionReceipt[] = [];
  readonly data_receipts: NewDataReceipt[] = [];
  readonly #weights: { action: FunctionCallAction; weight: bigint }[] = [];
  readonly #next_data_id: () => Hash;
  readonly #is_yield_waiting: (data_id: Hash) => boolean;

  /**
   * @param next_data_id makes the next data id of this action.
   * @param is_yield_waiting whether a yield of this account, made by an earlier call, waits for the data id.
   */
  constructor(next_data_id: () => Hash, is_yield_waiting: (data_id: Hash) => boolean) {
    this.#next_data_id = next_data_id;
    this.#is_yield_waiting = is_yield_waiting;
  }

  /** A receipt that runs after `dependencies` (receipt indices) are done; its index. */
  createReceipt(receiver_id: string, dependencies: readonly number[]): number {
    const input_data_ids = dependencies.map((index) => {
      const data_id = this.#next_data_id();
      this.action_receipts[index]!.output_data_receivers.push({ data_id, receiver_id });
      return data_id;
    });
    return this.#push({ receiver_id, input_data_ids, is_promise_yield: false });
  }

  /** A receipt that waits for `promise_yield_resume` (NEP-519). */
  createYield(receiver_id: string): { index: number; data_id: Hash } {
    const data_id = this.#next_data_id();
    return { index: this.#push({ receiver_id, input_data_ids: [data_id], is_promise_yield: true }), data_id };
  }

  /** Sends the payload to the yield that waits for `data_id`, made before or by this very call; false when there is none. */
  resumeYield(data_id: Hash, data: Uint8Array): boolean {
    const is_own = this.action_receipts.some((r) => r.is_promise_yield && r.input_data_ids[0] === data_id);
    if (!is_own && !this.#is_yield_waiting(data_id)) return false;
    this.data_receipts.push({ data_id, data });
    return true;
  }

  appendAction(receipt_index: number, action: Action): void {
    this.action_receipts[receipt_index]!.actions.push(action);
  }

  appendFunctionCall(receipt_index: number, action: FunctionCallAction, weight: bigint): void {
    this.appendAction(receipt_index, action);
    if (weight > 0n) this.#weights.push({ action, weight });
  }

  /** Shares unused gas among the calls that asked for some by weight; returns how much was shared (all, or nothing). */
  distributeGas(unused_gas: number): number {
    const total = this.#weights.reduce((sum, { weight }) => sum + weight, 0n);
    if (total === 0n || unused_gas <= 0) return 0;
    let distributed = 0;
    for (const { action, weight } of this.#weights) {
      const share = Number((BigInt(unused_gas) * weight) / total);
      action.gas += share;
      distributed += share;
    }
    this.#weights.at(-1)!.action.gas += unused_gas - distributed;
    return unused_gas;
  }

  #push(receipt: Pick<NewActionReceipt, "receiver_id" | "input_data_ids" | "is_promise_yield">): number {
    this.action_receipts.push({ ...receipt, output_data_receivers: [], actions: [] });
    return this.action_receipts.length - 1;
  }
}
