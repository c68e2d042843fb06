/** Runs inside a `node:worker_threads` worker: imports the entry, runs it, sends the result back. */

import { parentPort, workerData } from "node:worker_threads";

const { entry, input } = workerData as { entry: string; input: unknown };
const { run } = (await import(entry)) as { run: (input: unknown) => unknown };
parentPort!.postMessage(await run(input));
