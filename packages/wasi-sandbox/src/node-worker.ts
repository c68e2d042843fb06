// Entry of a `node:worker_threads` worker. See `node.ts`.
import { parentPort } from "node:worker_threads";
import { threadMain } from "./executor/thread-main.ts";

const port = parentPort;
if (!port) throw new Error("node-worker.ts is the entry of a worker thread");

port.on(
  "message",
  threadMain((message) => port.postMessage(message)),
);
