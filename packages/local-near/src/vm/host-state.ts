// What the host functions of one call share.
import { HostError } from "../errors.ts";
import { CHAIN_LIMITS } from "../parameters.ts";
import type { Hash, PromiseResult } from "../types.ts";
import type { GasCounter } from "./gas-counter.ts";
import { GuestMemory } from "./guest-memory.ts";
import type { ReceiptManager } from "./receipt-manager.ts";
import { RegisterFile } from "./register-file.ts";

/** What a contract can learn about the call that it runs in. */
export type CallContext = {
  current_account_id: string;
  signer_account_id: string;
  /** Borsh bytes. */
  signer_account_pk: Uint8Array;
  predecessor_account_id: string;
  input: Uint8Array;
  promise_results: readonly PromiseResult[];
  block_height: number;
  block_timestamp_ns: bigint;
  epoch_height: number;
  /** Of the contract itself. */
  code_hash: Hash | null;
  /** Before the attached deposit. */
  account_balance: bigint;
  account_locked_balance: bigint;
  storage_usage: number;
  attached_deposit: bigint;
  prepaid_gas: number;
  random_seed: Uint8Array;
  is_view: boolean;
  /** Who waits for this call's result: value_return pays for sending it to them. */
  output_data_receivers: readonly string[];
};

/** The contract's own key-value store. Keys are bytes as latin-1 strings. */
export type ContractStorage = {
  get(key: string): Uint8Array | undefined;
  set(key: string, value: Uint8Array): void;
  remove(key: string): void;
};

export type ReturnData =
  | { type: "none" }
  | { type: "value"; value: Uint8Array }
  | { type: "receipt"; index: number };

/** A promise is one receipt, or several joined by `promise_and`. */
export type HostPromise = { type: "receipt"; index: number } | { type: "joint"; indices: number[] };

export class HostState {
  readonly context: CallContext;
  readonly gas: GasCounter;
  readonly memory: GuestMemory;
  readonly registers: RegisterFile;
  readonly storage: ContractStorage;
  readonly receipts: ReceiptManager;
  readonly promises: HostPromise[] = [];
  readonly logs: string[] = [];
  total_log_length = 0;
  return_data: ReturnData = { type: "none" };
  balance: bigint;
  storage_usage: number;

  constructor(context: CallContext, gas: GasCounter, storage: ContractStorage, receipts: ReceiptManager) {
    this.context = context;
    this.gas = gas;
    this.memory = new GuestMemory(gas);
    this.registers = new RegisterFile(gas);
    this.storage = storage;
    this.receipts = receipts;
    this.balance = context.account_balance + context.attached_deposit;
    this.storage_usage = context.storage_usage;
  }

  /** Bytes from memory, or from register `ptr` when `len` is the largest u64. */
  bytes(len: bigint, ptr: bigint): Uint8Array {
    return len === U64_MAX ? this.registers.get(ptr) : this.memory.read(ptr, len);
  }

  forbidInView(method_name: string): void {
    if (!this.context.is_view) return;
    throw new HostError("ProhibitedInView", `${method_name} is not allowed in view calls`, { method_name });
  }

  deductBalance(amount: bigint): void {
    if (amount > this.balance) throw new HostError("BalanceExceeded", "Exceeded the account balance.");
    this.balance -= amount;
  }

  pushPromise(promise: HostPromise): bigint {
    this.promises.push(promise);
    const limit = CHAIN_LIMITS.max_promises_per_function_call_action;
    const number_of_promises = this.promises.length;
    if (number_of_promises > limit) {
      const message = `The number of promises within a FunctionCall ${number_of_promises} exceeds the limit ${limit}`;
      throw new HostError("NumberPromisesExceeded", message, { number_of_promises, limit });
    }
    return BigInt(number_of_promises - 1);
  }

  promise(promise_idx: bigint): HostPromise {
    const promise = this.promises[Number(promise_idx)];
    if (promise) return promise;
    const message = `${promise_idx} does not correspond to existing promises`;
    throw new HostError("InvalidPromiseIndex", message, { promise_idx: `${promise_idx}` });
  }
}

/** "The length is a register" and "there is no such register" are both said with the largest u64. */
export const U64_MAX = 2n ** 64n - 1n;
