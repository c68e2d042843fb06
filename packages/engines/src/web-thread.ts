/** Runs inside a Web Worker, or the page: fetches the input, runs the entry, sends the result back, tells the page. */

import { decode, encode } from "./wire.ts";

/** What `run` of an entry is. */
export type Run = (input: unknown) => unknown;

/** Does one task. */
export async function serveRun(run: Run, id: string): Promise<void> {
  const task = `/task/${id}`;
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
