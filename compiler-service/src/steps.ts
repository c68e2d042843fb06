import { OffshoreError } from "@near-offshore/protocol";

/** Measures steps by name. */
export class Steps {
  readonly timings_ms: Record<string, number> = {};

  async take<T>(name: string, step: () => Promise<T>): Promise<T> {
    const start_ms = performance.now();
    try {
      return await step();
    } finally {
      this.timings_ms[name] = Math.round(performance.now() - start_ms);
    }
  }
}

/**
 * Runs one step under a bound on its time, told to it as a signal.
 * @throws OffshoreError `unavailable` when the time is over.
 */
export async function withinMs<T>(
  ms: number,
  what: string,
  signal: AbortSignal,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const timeout = AbortSignal.timeout(ms);
  try {
    return await run(AbortSignal.any([signal, timeout]));
  } catch (error) {
    if (timeout.aborted && !signal.aborted)
      throw new OffshoreError("unavailable", `${what} took longer than ${ms / 1000} s`, { cause: error });
    throw error;
  }
}
