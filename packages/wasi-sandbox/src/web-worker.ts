// Entry of a dedicated Web Worker. Whoever started it talks to it, or sends a port for somebody else to. See `web.ts`, `web-remote.ts`.
import type { RunMessage } from "./executor/messages.ts";
import { threadMain } from "./executor/thread-main.ts";

const handle = threadMain((message) => postMessage(message));

addEventListener("message", ({ data, ports: [port] }: MessageEvent<RunMessage>) => {
  if (!port) return handle(data);
  const handleRemote = threadMain((message) => port.postMessage(message));
  port.onmessage = (event) => handleRemote(event.data);
});
