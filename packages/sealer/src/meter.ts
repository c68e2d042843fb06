/** The host's side of a sealed module: sets the budget, grants slices, and says how a run ended. */

import { REFILL_IMPORT, REMAINING_EXPORT, RESERVED, START_EXPORT, STATE_EXPORT } from "./names.ts";
import {
  type CallFault,
  callFaultOf,
  STATE_MACHINE_FAULT,
  STATE_OUT_OF_INSTRUCTIONS,
  STATE_UNRECORDED,
  STATE_UNSLICED,
  type TrapKind,
  trapKindOf,
} from "./traps.ts";

/** Budgets stay far from where an i64 would wrap. */
const BUDGET_MAX = 2n ** 60n;

export interface MeterOptions {
  /** What the run may use, 0 to 2^60, in the unit of the price list. */
  budget: bigint;
  /** How much the module gets at a time; the whole budget by default. */
  slice?: bigint;
  /**
   * Called with what was used so far whenever a slice more was used: where it happens in a module sealed with `slices`, else when
   * a host function next charges. What it throws ends the run.
   */
  onSlice?: (used: bigint) => void;
}

/** How a run ended; README.md has the table. */
export type RunEnd<T> =
  | { kind: "returned"; value: T; instructions: bigint }
  | { kind: "threw"; error: unknown; instructions: bigint }
  | { kind: "out_of_instructions"; instructions: bigint }
  | { kind: "trap"; trap: TrapKind; fault?: CallFault; instructions: bigint }
  | { kind: "run_again_exact" }
  | { kind: "machine_fault" };

class OutOfInstructions extends Error {}

function smaller(a: bigint, b: bigint): bigint {
  return b < a ? b : a;
}

/**
 * Counts for one run of one instance.
 * @example
 * const meter = new Meter({ budget: 1_000_000n });
 * const instance = await WebAssembly.instantiate(module, { ...imports, ...meter.imports });
 * meter.attach(instance);
 * const end = meter.run(() => { meter.start(); main(); });
 */
export class Meter {
  /** To be merged into the imports of the sealed module. */
  readonly imports: { readonly [RESERVED]: { readonly [REFILL_IMPORT]: (remaining: bigint) => bigint } };
  readonly budget: bigint;
  readonly #slice: bigint;
  readonly #onSlice: ((used: bigint) => void) | undefined;
  #granted = 0n;
  /** What was used when `onSlice` was last called. */
  #told = 0n;
  #remaining: WebAssembly.Global<"i64"> | undefined;
  #state: WebAssembly.Global<"i32"> | undefined;
  #start: (() => void) | undefined;

  constructor(options: MeterOptions) {
    this.budget = options.budget;
    this.#slice = options.slice ?? options.budget;
    this.#onSlice = options.onSlice;
    if (this.budget < 0n || this.budget > BUDGET_MAX) throw new RangeError("budget is not within 0 and 2^60");
    if (this.#slice < 1n && this.budget > 0n) throw new RangeError("slice is not positive");
    this.imports = { [RESERVED]: { [REFILL_IMPORT]: (remaining) => this.#refill(remaining) } };
  }

  /** Sets the budget of a fresh instance of a sealed module. Call it once, before anything of the instance runs. */
  attach(instance: WebAssembly.Instance): void {
    const { exports } = instance;
    if (this.#remaining || !(REMAINING_EXPORT in exports)) throw new TypeError("not a fresh sealed instance");
    this.#remaining = exports[REMAINING_EXPORT] as WebAssembly.Global<"i64">;
    this.#state = exports[STATE_EXPORT] as WebAssembly.Global<"i32">;
    this.#start = exports[START_EXPORT] as (() => void) | undefined;
    this.#granted = this.#state.value === STATE_UNSLICED ? this.budget : smaller(this.#slice, this.budget);
    this.#remaining.value = this.#granted;
  }

  /** Runs the module's start function, if it has one. Inside `run`, before any export is called. */
  start(): void {
    this.#start?.();
  }

  /** The count so far. Exact inside a host function and after a run. */
  used(): bigint {
    return this.#granted - this.#attached().value;
  }

  /** Adds the price of a host call to the count. Throws, out of `run` as well, when the budget is over: charge before acting. */
  charge(cost: bigint): void {
    const remaining = this.#attached();
    const rest = remaining.value - cost;
    remaining.value = rest < 0n ? this.#refill(rest) : rest;
    const used = this.#granted - remaining.value;
    if (used - this.#told >= this.#slice) this.#tell(used);
  }

  #tell(used: bigint): void {
    this.#told = used;
    this.#onSlice?.(used);
  }

  /** Calls into the instance, and says how that ended. */
  run<T>(call: () => T): RunEnd<T> {
    try {
      const value = call();
      this.charge(0n);
      return { kind: "returned", value, instructions: this.used() };
    } catch (error) {
      if (error instanceof WebAssembly.RuntimeError) return this.#trapped();
      const instructions = this.used();
      if (error instanceof OutOfInstructions || instructions > this.budget) {
        return { kind: "out_of_instructions", instructions: this.budget };
      }
      return { kind: "threw", error, instructions };
    }
  }

  #trapped(): RunEnd<never> {
    const code = this.#state?.value ?? STATE_UNRECORDED;
    if (code === STATE_MACHINE_FAULT) return { kind: "machine_fault" };
    if (code === STATE_OUT_OF_INSTRUCTIONS) return { kind: "out_of_instructions", instructions: this.budget };
    if (code === STATE_UNRECORDED || code === STATE_UNSLICED) return { kind: "run_again_exact" };
    const instructions = this.used();
    if (instructions > this.budget) return { kind: "out_of_instructions", instructions: this.budget };
    const fault = callFaultOf(code);
    if (fault) return { kind: "trap", trap: "indirect_call", fault, instructions };
    return { kind: "trap", trap: trapKindOf(code) ?? "other", instructions };
  }

  #attached(): WebAssembly.Global<"i64"> {
    if (!this.#remaining) throw new TypeError("attach the meter to an instance first");
    return this.#remaining;
  }

  /** The cold path of a sealed module: the slice is used up. Returns what is left with the next one. */
  #refill(remaining: bigint): bigint {
    const left = this.budget - this.#granted;
    if (remaining + left < 0n) throw new OutOfInstructions();
    if (left === 0n) return remaining;
    const wanted = remaining < 0n ? this.#slice - remaining : this.#slice;
    const grant = smaller(wanted, left);
    this.#granted += grant;
    this.#tell(this.#granted - remaining - grant);
    return remaining + grant;
  }
}
