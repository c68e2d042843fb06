// The contract's books, kept a second time from what the chain did: deposits that came in, transfers that went out.
import type { Chain } from "@near-offshore/local-near";
import { STORAGE_BYTE_YOCTO } from "@near-offshore/protocol";
import { expect } from "vitest";
import { OFFSHORE } from "./network.ts";

/** Totals, rules and the list of open requests, when their numbers are long. */
const OVERHEAD_BYTES = 2_000;

/** Follows a chain block by block. */
export class Ledger {
  readonly #chain: Chain;
  #owed: bigint;
  #reserve: bigint;
  /** Transfers that failed; the contract has not heard of it yet. */
  readonly #failed: string[] = [];
  /** What the contract's storage takes when nobody has stored anything, in bytes. */
  readonly #empty_bytes: number;

  constructor(chain: Chain) {
    this.#chain = chain;
    this.#owed = this.booked();
    this.#reserve = this.#account().amount - this.#owed;
    this.#empty_bytes = this.#account().storage_usage - this.#paidBytes();
  }

  /** Makes blocks until nothing moves, at least one, and checks the books after each. */
  settle(): void {
    do this.#follow(this.#chain.produceBlock().executed_receipts);
    while (this.#chain.has_work);
  }

  /** Lets blocks go by; of those the yields that time out make work. */
  skip(blocks: number): void {
    this.#follow(this.#chain.fastForward(blocks).executed_receipts);
    this.settle();
  }

  /** What the contract says that it holds for others. */
  booked(): bigint {
    return Object.entries(this.totals())
      .filter(([name]) => name.endsWith("_yocto"))
      .reduce((sum, [, amount]) => sum + BigInt(amount), 0n);
  }

  totals(): Record<string, string> {
    const stored = this.#chain.data.world.contract_data.get(OFFSHORE)?.get("totals");
    return JSON.parse(Buffer.from(stored!).toString()) as Record<string, string>;
  }

  #account() {
    return this.#chain.account(OFFSHORE)!;
  }

  /** Bytes that money in the contract's books pays for: storage, and deposits and earnings that are held. */
  #paidBytes(): number {
    const { storage_yocto, open_deposits_yocto, earnings_yocto, unvested_yocto } = this.totals();
    const held = [storage_yocto, open_deposits_yocto, earnings_yocto, unvested_yocto].map(
      (amount) => BigInt(amount!) / STORAGE_BYTE_YOCTO,
    );
    return Number(held.reduce((sum, bytes) => sum + bytes, 0n));
  }

  #follow(receipt_ids: readonly string[]): void {
    const { receipts, outcomes } = this.#chain.data;
    for (const id of receipt_ids) {
      const receipt = receipts.get(id)!;
      const outcome = outcomes.get(id)!;
      if (!("action" in receipt.body)) continue;
      const failed = "Failure" in outcome.status;
      for (const action of receipt.body.action.actions) {
        if (action.type === "Transfer" && receipt.predecessor_id === OFFSHORE && failed) {
          this.#failed.push(`${receipt.receiver_id} ${action.deposit}`);
        }
        if (receipt.receiver_id !== OFFSHORE || action.type !== "FunctionCall") continue;
        if (failed && receipt.predecessor_id === OFFSHORE) throw new Error(`${action.method_name} failed`);
        if (!failed) this.#owed += action.deposit;
        if (action.method_name === "on_transfer") this.#hear(Buffer.from(action.args).toString());
      }
      for (const sent of outcome.receipt_ids) this.#send(sent);
    }
    this.#check();
  }

  #send(receipt_id: string): void {
    const receipt = this.#chain.data.receipts.get(receipt_id);
    if (receipt?.predecessor_id !== OFFSHORE || !("action" in receipt.body)) return;
    for (const action of receipt.body.action.actions) {
      if (action.type === "Transfer") this.#owed -= action.deposit;
    }
  }

  /** The contract hears how a transfer went; what came back is the account's again. */
  #hear(args: string): void {
    const { account_id, amount_yocto } = JSON.parse(args) as Record<string, string>;
    const index = this.#failed.indexOf(`${account_id} ${amount_yocto}`);
    if (index < 0) return;
    this.#failed.splice(index, 1);
    this.#owed += BigInt(amount_yocto!);
  }

  #check(): void {
    for (const [name, value] of Object.entries(this.totals())) {
      expect(BigInt(value), name).toBeGreaterThanOrEqual(0n);
    }
    expect(this.booked()).toBe(this.#owed);
    // Nobody stores anything for nothing: what lies there is paid for, or covered by money that is held for its account.
    expect(this.#account().storage_usage - this.#paidBytes()).toBeLessThanOrEqual(
      this.#empty_bytes + OVERHEAD_BYTES,
    );
    // Beyond the books there is the deployment's own money, to which the chain adds the contract's share of gas.
    const on_the_way = this.#failed.reduce((sum, text) => sum + BigInt(text.split(" ")[1]!), 0n);
    const reserve = this.#account().amount - this.#owed;
    expect(reserve).toBeGreaterThanOrEqual(this.#reserve);
    if (on_the_way === 0n) this.#reserve = reserve;
  }
}
