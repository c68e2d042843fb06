import type { TimerName } from "./machine/state.ts";

/** Time, from outside, so that tests can hold it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now_ms(): number;
  /** Calls back once after a delay; returns how to cancel. */
  after(delay_ms: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now_ms: () => Date.now(),
  after(delay_ms, callback) {
    const timer = setTimeout(callback, delay_ms);
    return () => clearTimeout(timer);
  },
};

/** Bytes from the platform's secure generator. */
export function systemRandomBytes(length_bytes: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length_bytes));
}

export interface TimerSet {
  /** Starts or restarts a timer by name; null stops it. */
  set(name: TimerName, delay_ms: number | null): void;
  clear(): void;
  /** Resolves after a delay, or at once when the signal aborts. */
  delay(delay_ms: number, signal: AbortSignal): Promise<void>;
}

/** Timers by name, each at most once. */
export function timerSet(clock: Clock, on_timer: (name: TimerName) => void): TimerSet {
  const running = new Map<TimerName, () => void>();
  return {
    set(name, delay_ms) {
      running.get(name)?.();
      running.delete(name);
      if (delay_ms === null) return;
      const fire = () => {
        running.delete(name);
        on_timer(name);
      };
      running.set(name, clock.after(delay_ms, fire));
    },
    clear() {
      for (const cancel of running.values()) cancel();
      running.clear();
    },
    delay(delay_ms, signal) {
      return new Promise((resolve) => {
        const cancel = clock.after(delay_ms, resolve);
        signal.addEventListener("abort", () => {
          cancel();
          resolve();
        });
      });
    },
  };
}
