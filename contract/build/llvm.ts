import { Worker } from "node:worker_threads";
import type { Tree } from "@yowasp/clang";

/** One run of the clang driver in a file system of its own: `files` in, the file named `output` out. */
export interface LlvmJob {
  args: string[];
  files: Tree;
  output: string;
}

export type LlvmReply = { bytes: Uint8Array } | { error: string };

/** Two, for the two cores of the machines that this is built on; each needs about 1 GiB. */
const WORKERS_MAX = 2;

/** Runs jobs on at most `WORKERS_MAX` threads, started when needed. `close` ends them. */
export class LlvmPool {
  readonly #idle: Worker[] = [];
  readonly #waiting: Array<(worker: Worker) => void> = [];
  #started = 0;

  /** @throws Error with clang's diagnostics. */
  async run(job: LlvmJob): Promise<Uint8Array> {
    const worker = await this.#acquire();
    const reply = await new Promise<LlvmReply>((resolve, reject) => {
      worker.once("error", reject);
      worker.once("message", (message: LlvmReply) => {
        worker.off("error", reject);
        resolve(message);
      });
      worker.postMessage(job);
    });
    this.#release(worker);
    if ("error" in reply) throw new Error(`clang ${job.args.join(" ")}: ${reply.error}`);
    return reply.bytes;
  }

  async close(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((worker) => worker.terminate()));
  }

  async #acquire(): Promise<Worker> {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    if (this.#started < WORKERS_MAX) {
      this.#started++;
      return new Worker(new URL("./llvm-worker.ts", import.meta.url));
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #release(worker: Worker): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(worker);
    else next(worker);
  }
}
