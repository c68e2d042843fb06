// Gas of one function call: what is burnt now, and what is set aside for promises. As nearcore's GasCounter, with the
// sealer's meter as the one counter of both instructions and host calls.
import { Meter } from "@near-offshore/sealer";
import { HostError } from "../errors.ts";
import { ACTION_FEES, type ActionCost, CHAIN_LIMITS, HOST_COSTS, type HostCost } from "../parameters.ts";

const GAS_EXCEEDED = "Exceeded the prepaid gas.";
const GAS_LIMIT_EXCEEDED = "Exceeded the maximum amount of gas allowed to burn per contract.";

const U64_RANGE = 2 ** 64;

export class GasCounter {
  readonly #limit: number;
  readonly #is_view: boolean;
  /** Used before the contract was instantiated: loading it. */
  #before = 0;
  #meter: Meter | null = null;
  #promises = 0;
  /** Set when gas ran out: the meter does not know how much of the last charge was still paid. */
  #final: { burnt: number; promises: number } | null = null;

  /** @param prepaid_gas what the caller attached; a view call has the chain's limit instead. */
  constructor(prepaid_gas: number, is_view: boolean) {
    this.#is_view = is_view;
    this.#limit = is_view
      ? CHAIN_LIMITS.max_gas_burnt_view
      : Math.min(prepaid_gas, CHAIN_LIMITS.max_gas_burnt);
  }

  get burnt(): number {
    return this.#final ? this.#final.burnt : this.used - this.#promises;
  }

  /** Burnt and set aside for promises together. */
  get used(): number {
    if (this.#final) return this.#final.burnt + this.#final.promises;
    return this.#before + (this.#meter ? Number(this.#meter.used()) : 0);
  }

  /** A meter for instructions, with what is left. */
  newMeter(): Meter {
    return new Meter({ budget: BigInt(this.#limit - this.#before) });
  }

  /** From now on everything is counted by the meter, which is attached to the contract's instance. */
  countWith(meter: Meter): void {
    this.#meter = meter;
  }

  burn(gas: number): void {
    this.payActionGas(gas, 0);
  }

  /** Sets gas aside for a promise. */
  prepay(gas: number): void {
    this.payActionGas(0, gas);
  }

  payBase(cost: HostCost): void {
    this.burn(HOST_COSTS[cost]);
  }

  payPer(cost: HostCost, count: number | bigint): void {
    this.burn(HOST_COSTS[cost] * Number(count));
  }

  /** Sending is burnt now, executing is set aside. */
  payAction(cost: ActionCost, count: number, to_self: boolean): void {
    const fee = ACTION_FEES[cost];
    this.payActionGas((to_self ? fee.send_sir : fee.send_not_sir) * count, fee.execution * count);
  }

  payActionGas(burn: number, set_aside: number): void {
    const used = this.used + burn + set_aside;
    // Rounding does not matter: the limit is far below where it starts.
    if (used >= U64_RANGE) throw new HostError("IntegerOverflow", "Integer overflow.");
    if (used > this.#limit) throw this.#exceeded(this.burnt + burn, used);
    this.#promises += set_aside;
    if (this.#meter) this.#meter.charge(BigInt(burn + set_aside));
    else this.#before += burn + set_aside;
  }

  /** The call did not even begin: loading the contract costs nothing then. */
  forgetLoading(): void {
    this.#before = 0;
  }

  /** Instructions used up what was left. */
  outOfInstructions(): HostError {
    return this.#exceeded(this.#limit - this.#promises, this.#limit);
  }

  /** Everything up to the limit counts: the caller pays for what it asked for and could not pay. */
  #exceeded(burnt: number, used: number): HostError {
    const final_burnt = Math.min(burnt, this.#limit);
    this.#final = { burnt: final_burnt, promises: Math.max(0, Math.min(used, this.#limit) - final_burnt) };
    if (this.#is_view || burnt > CHAIN_LIMITS.max_gas_burnt)
      return new HostError("GasLimitExceeded", GAS_LIMIT_EXCEEDED);
    return new HostError("GasExceeded", GAS_EXCEEDED);
  }
}
