import { CLOCKID, ERRNO } from "./abi.ts";
import { fail } from "./errors.ts";
import type { Wasi } from "./wasi.ts";

const U64_MAX = 2n ** 64n - 1n;

/** The run's time: the block's timestamp, plus a nanosecond an instruction, plus what was slept. Stops at 2^64 - 1. */
export class Clock {
  readonly #start_ns: bigint;
  readonly #used: () => bigint;
  #slept_ns = 0n;

  /** @param used the run's exact count of instructions so far */
  constructor(start_ns: bigint, used: () => bigint) {
    this.#start_ns = start_ns;
    this.#used = used;
  }

  /** Real and monotonic time are the same: nothing sets this clock. */
  now(): bigint {
    const now = this.#start_ns + this.#used() + this.#slept_ns;
    return now > U64_MAX ? U64_MAX : now;
  }

  /** Fails with `EINVAL` for a clock that does not exist. CPU clocks leave out what was slept. */
  read(id: number): bigint {
    if (id === CLOCKID.REALTIME || id === CLOCKID.MONOTONIC) return this.now();
    if (id === CLOCKID.PROCESS_CPUTIME_ID || id === CLOCKID.THREAD_CPUTIME_ID) return this.#used();
    return fail(ERRNO.INVAL);
  }

  sleep(ns: bigint): void {
    this.#slept_ns += ns;
  }

  /** When a timeout that starts now is over. */
  deadline(id: number, timeout_ns: bigint): bigint {
    const deadline = this.read(id) + timeout_ns;
    return deadline > U64_MAX ? U64_MAX : deadline;
  }
}

export const clockCalls = {
  clock_res_get(wasi: Wasi, id: number, resolution_out: number) {
    wasi.clock.read(id);
    wasi.memory.setU64(resolution_out, 1n);
  },

  clock_time_get(wasi: Wasi, id: number, _precision: bigint, time_out: number) {
    wasi.memory.setU64(time_out, wasi.clock.read(id));
  },
};
