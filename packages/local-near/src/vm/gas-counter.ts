// Gas of one function call, as nearcore's GasCounter: what is burnt now, and what is set aside for promises.
import { HostError } from "../errors.ts";
import { ACTION_FEES, type ActionCost, CHAIN_LIMITS, HOST_COSTS, type HostCost } from "../parameters.ts";

const GAS_EXCEEDED = "Exceeded the prepaid gas.";
const GAS_LIMIT_EXCEEDED = "Exceeded the maximum amount of gas allowed to burn per contract.";

export class GasCounter {
  #burnt = 0;
  #promises = 0;
  readonly #prepaid: number;
  readonly #max_burnt: number;

  /** @param prepaid_gas what the caller attached; a view call has no such limit. */
  constructor(prepaid_gas: number, is_view: boolean) {
    this.#prepaid = is_view ? Number.MAX_SAFE_INTEGER : prepaid_gas;
    this.#max_burnt = is_view ? CHAIN_LIMITS.max_gas_burnt_view : CHAIN_LIMITS.max_gas_burnt;
  }

  get burnt(): number {
    return this.#burnt;
  }

  /** Burnt and set aside for promises together. */
  get used(): number {
    return this.#burnt + this.#promises;
  }

  /** What may still be burnt. */
  get remaining(): number {
    return Math.min(this.#max_burnt - this.#burnt, this.#prepaid - this.used);
  }

  burn(gas: number): void {
    this.#deduct(gas, 0);
  }

  /** Sets gas aside for a promise. */
  prepay(gas: number): void {
    this.#deduct(0, gas);
  }

  payBase(cost: HostCost): void {
    this.burn(HOST_COSTS[cost]);
  }

  payPer(cost: HostCost, count: number): void {
    this.burn(HOST_COSTS[cost] * count);
  }

  /** Sending is burnt now, executing is set aside. */
  payAction(cost: ActionCost, count: number, to_self: boolean): void {
    const fee = ACTION_FEES[cost];
    this.payActionGas((to_self ? fee.send_sir : fee.send_not_sir) * count, fee.execution * count);
  }

  payActionGas(send_gas: number, execution_gas: number): void {
    this.#deduct(send_gas, execution_gas);
  }

  #deduct(burn: number, set_aside: number): void {
    const burnt = this.#burnt + burn;
    const promises = this.#promises + set_aside;
    if (burnt <= this.#max_burnt && burnt + promises <= this.#prepaid) {
      this.#burnt = burnt;
      this.#promises = promises;
      return;
    }
    // All that was attached counts as used: the caller pays for what it asked for and could not pay.
    this.#burnt = Math.min(burnt, this.#prepaid, this.#max_burnt);
    this.#promises = Math.max(0, Math.min(this.#prepaid, burnt + promises) - this.#burnt);
    if (burnt > this.#max_burnt) throw new HostError("GasLimitExceeded", GAS_LIMIT_EXCEEDED);
    throw new HostError("GasExceeded", GAS_EXCEEDED);
  }
}
