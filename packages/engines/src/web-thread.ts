/** Runs inside a Web Worker: fetches the input, runs the entry, sends the result back, tells the page. */

import { decode, encode } from "./wire.ts";

/** What `run` of an entry is. */
export type Run = (input: unknown) => unknown;

/** Does the one task that the worker's own name (its id) stands for. */
export async function serveRun(run: Run): Promise<void> {
  const task = `/task/${self.name}`;
  const input = decode(new Uint8Array(await (await fetch(task)).arrayBuffer()));
  let answer: unknown;
  try {
    answer = { value: await run(input) };
  } catch (error) {
    answer = {
      error:
        error instanceof Error
          ? error.stack?.includes(error.message)
            ? error.stack
            : `${error}\n${error.stack}`
          : String(error),
    };
  }
  await fetch(task, { method: "POST", body: encode(answer) });
  self.postMessage("done");
}
