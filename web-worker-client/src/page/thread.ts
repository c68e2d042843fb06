import { signal } from "@preact/signals";
import { type Command, EMPTY_STATE, type ThreadState } from "../messages.ts";

/** What the thread last said. */
export const threadState = signal<ThreadState>(EMPTY_STATE);

const worker = new Worker(new URL("../thread/main.ts", import.meta.url), {
  type: "module",
  name: "volunteer",
});
worker.addEventListener("message", ({ data }: MessageEvent<ThreadState>) => {
  threadState.value = data;
});
worker.addEventListener("error", (event) => {
  const message = `its thread failed (${event.message || "it could not be loaded"}); reload the page`;
  threadState.value = { ...threadState.value, fatal: { code: "internal", message, retryable: false } };
});

export function send(command: Command): void {
  worker.postMessage(command);
}
