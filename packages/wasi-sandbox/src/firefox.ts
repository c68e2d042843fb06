/** Whether this is Firefox. */
export const IS_FIREFOX = /\bFirefox\//.test(globalThis.navigator?.userAgent ?? "");

/** How long after the end of a worker another may be started. Under heavy load an end was seen to take a few hundred milliseconds. */
const APART_MS = 1000;
let ended_ms = Number.NEGATIVE_INFINITY;

/** To be called when a worker has been ended. */
export function workerEnded(): void {
  ended_ms = performance.now();
}

/**
 * Calls `start`, which makes a worker, now or a little later. In Firefox (153), a `new Worker` inside a worker may never return, and
 * that worker never does anything again, soon after another worker was ended, busy or not: seen once in ten times. A second later
 * it is still seen once in a hundred times, on a busy machine. From a page's own thread it was never seen, in 250 times.
 */
export function whenSafeToStart(start: () => void): void {
  const is_nested = typeof document === "undefined";
  const wait_ms = IS_FIREFOX && is_nested ? ended_ms + APART_MS - performance.now() : 0;
  // Looked at again afterwards: yet another may have ended meanwhile.
  if (wait_ms > 0) setTimeout(whenSafeToStart, wait_ms, start);
  else start();
}
