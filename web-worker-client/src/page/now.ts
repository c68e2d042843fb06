import { signal } from "@preact/signals";

/** The time, refreshed every second: for countdowns and "3 min ago". */
export const now_ms = signal(Date.now());

setInterval(() => {
  now_ms.value = Date.now();
}, 1000);
