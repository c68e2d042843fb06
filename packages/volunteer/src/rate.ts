import { VOLUNTEER_LIMITS } from "./limits.ts";

/** Averages a growing total over the last seconds. */
export interface RateMeter {
  /** Notes the total at a time. */
  note(total: number, now_ms: number): void;
  /** Growth per second over the window that ends now. */
  perSecond(now_ms: number): number;
}

export function rateMeter(): RateMeter {
  const { rate_window_ms, rate_samples_max } = VOLUNTEER_LIMITS;
  const samples: { total: number; at_ms: number }[] = [];
  return {
    note(total, now_ms) {
      const last = samples.at(-1);
      // Samples closer than this would push older ones out of the bounded list before the window does.
      if (last !== undefined && now_ms - last.at_ms < rate_window_ms / rate_samples_max) last.total = total;
      else samples.push({ total, at_ms: now_ms });
      while (samples.length > rate_samples_max) samples.shift();
    },
    perSecond(now_ms) {
      const first = samples.find((sample) => now_ms - sample.at_ms <= rate_window_ms);
      const last = samples.at(-1);
      if (first === undefined || last === undefined || first === last) return 0;
      return ((last.total - first.total) * 1000) / Math.max(1, now_ms - first.at_ms);
    },
  };
}
