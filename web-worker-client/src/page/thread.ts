import { hostExecutors } from "@near-offshore/wasi-sandbox/web-host";
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

/** Opens the volunteer, whose executors run in threads of this page. */
export function open(settings: Omit<Extract<Command, { type: "open" }>, "type" | "executors">): void {
  const { port1, port2 } = new MessageChannel();
  hostExecutors(port1);
  const command: Command = { type: "open", executors: port2, ...settings };
  worker.postMessage(command, [port2]);
}

export function send(command: Exclude<Command, { type: "open" }>): void {
  worker.postMessage(command);
}
