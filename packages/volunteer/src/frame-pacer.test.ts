import type { WorkerFrame } from "@near-offshore/protocol";
import { expect, it } from "vitest";
import { framePacer } from "./frame-pacer.ts";
import { VOLUNTEER_LIMITS } from "./limits.ts";

const { frames_burst, frames_per_second } = VOLUNTEER_LIMITS;

/** A clock that a test moves. */
function handClock() {
  let now_ms = 0;
  let timers: { at_ms: number; callback: () => void }[] = [];
  return {
    now_ms: () => now_ms,
    after(delay_ms: number, callback: () => void) {
      const timer = { at_ms: now_ms + delay_ms, callback };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance(by_ms: number) {
      const until_ms = now_ms + by_ms;
      for (;;) {
        const due = timers.filter(({ at_ms }) => at_ms <= until_ms).sort((a, b) => a.at_ms - b.at_ms)[0];
        if (due === undefined) break;
        timers = timers.filter((other) => other !== due);
        now_ms = due.at_ms;
        due.callback();
      }
      now_ms = until_ms;
    },
  };
}

const progress = (instructions: number): WorkerFrame => ({
  v: 1,
  type: "progress",
  assignment: "a",
  epoch: 1,
  instructions,
});
const ready = (slots: number): WorkerFrame => ({ v: 1, type: "ready", slots });

it("delivers a burst at once and the rest in order at the pace", () => {
  const clock = handClock();
  const sent: WorkerFrame[] = [];
  const pacer = framePacer(clock, (frame) => sent.push(frame));
  for (let i = 0; i < 100; i++) pacer.push(progress(i));
  expect(sent.length).toBe(frames_burst);
  clock.advance(1_000);
  expect(sent.length).toBe(frames_burst + frames_per_second);
  clock.advance(10_000);
  expect(sent).toEqual(Array.from({ length: 100 }, (_, i) => progress(i)));
});

it("keeps only the last of the ready frames that wait, and sends everything at the end", () => {
  const clock = handClock();
  const sent: WorkerFrame[] = [];
  const pacer = framePacer(clock, (frame) => sent.push(frame));
  for (let i = 0; i < frames_burst; i++) pacer.push(progress(i));
  sent.length = 0;
  for (const frame of [ready(1), progress(1), ready(2)]) pacer.push(frame);
  pacer.flush();
  expect(sent).toEqual([progress(1), ready(2)]);
});
