import type { WorkerFrame } from "@near-offshore/protocol";
import { VOLUNTEER_LIMITS } from "./limits.ts";
import type { Clock } from "./system.ts";

export interface FramePacer {
  /** Delivers a frame now, or as soon as the pace allows. */
  push(frame: WorkerFrame): void;
  /** Delivers what is waiting, whatever the pace: the last words on a socket. */
  flush(): void;
  /** Forgets what is waiting. */
  clear(): void;
}

/**
 * Keeps frames in order and below a rate: a coordinator refuses what comes too fast, and a commitment that is refused
 * costs a lease.
 */
export function framePacer(clock: Clock, deliver: (frame: WorkerFrame) => void): FramePacer {
  const { frames_burst, frames_per_second } = VOLUNTEER_LIMITS;
  let waiting: WorkerFrame[] = [];
  let allowance: number = frames_burst;
  let counted_ms = clock.now_ms();
  let cancel: (() => void) | null = null;

  function deliverSome(): void {
    cancel = null;
    const now_ms = clock.now_ms();
    const earned = (Math.max(0, now_ms - counted_ms) * frames_per_second) / 1000;
    allowance = Math.min(frames_burst, allowance + earned);
    counted_ms = now_ms;
    for (; allowance >= 1 && waiting.length > 0; allowance--) deliver(waiting.shift() as WorkerFrame);
    if (waiting.length > 0) cancel = clock.after(1000 / frames_per_second, deliverSome);
  }

  function clear(): void {
    cancel?.();
    cancel = null;
    waiting = [];
  }

  return {
    push(frame) {
      // Only the last word on free slots matters.
      if (frame.type === "ready") waiting = waiting.filter((other) => other.type !== "ready");
      waiting.push(frame);
      if (cancel === null) deliverSome();
    },
    flush() {
      const last = waiting;
      clear();
      for (const frame of last) deliver(frame);
    },
    clear,
  };
}
