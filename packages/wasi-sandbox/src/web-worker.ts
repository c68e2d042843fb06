// Entry of a dedicated Web Worker. See `web.ts`.
import type { RunMessage } from "./executor/messages.ts";
import { threadMain } from "./executor/thread-main.ts";

const handle = threadMain((message) => postMessage(message));

addEventListener("message", (event: MessageEvent<RunMessage>) => handle(event.data));
