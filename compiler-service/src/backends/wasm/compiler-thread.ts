import { Worker } from "node:worker_threads";
import { OffshoreError } from "@near-offshore/protocol";
import { LIMITS } from "../../limits.ts";
import type { CompileJob } from "../backend.ts";
import type { CompileReply, CompileRequest } from "./messages.ts";

/** Bounds of one compilation; `LIMITS` but in tests. */
export interface CompileBounds {
  time_ms: number;
  memory_bytes: number;
}

/**
 * A compiler in a worker thread of its own. The thread is started when first needed and kept, since loading a compiler takes
 * longer than most compilations; it is ended, and its memory with it, when a compilation passes a bound.
 */
export class CompilerThread {
  private worker: Worker | null = null;
  private last: Promise<unknown> = Promise.resolve();
  private readonly file: URL;
  private readonly bounds: CompileBounds;

  constructor(file: URL, bounds: CompileBounds) {
    this.file = file;
    this.bounds = bounds;
  }

  /**
   * Compiles one program. Programs that come together wait for each other; time counts from when the compiler has it.
   * @throws OffshoreError `build_failed`: the compiler's own message, or the bound that was passed. The signal's reason when aborted.
   */
  async compile(job: CompileJob): Promise<Uint8Array> {
    const turn = this.last.then(() => this.compileNow(job));
    this.last = turn.catch(() => {});
    return turn;
  }

  private async compileNow({ program, tree, log, signal }: CompileJob): Promise<Uint8Array> {
    signal.throwIfAborted();
    this.worker ??= startThread(this.file);
    const worker = this.worker;
    let has_answered = false;
    const cleanups: (() => void)[] = [];
    try {
      return await new Promise<Uint8Array>((resolve, reject) => {
        const listen = (event: string, listener: (value: never) => void) => {
          worker.on(event, listener as () => void);
          cleanups.push(() => worker.off(event, listener as () => void));
        };
        listen("message", (reply: CompileReply) => {
          if (reply.type === "log") return log(reply.text);
          has_answered = true;
          if (reply.type === "compiled") resolve(reply.module);
          else reject(new OffshoreError("build_failed", reply.message));
        });
        listen("error", (cause: Error) => reject(crash(cause)));
        listen("exit", () => reject(crash(new Error("it ended"))));
        const abort = () => reject(signal.reason);
        signal.addEventListener("abort", abort, { once: true });
        cleanups.push(
          () => signal.removeEventListener("abort", abort),
          watch(this.bounds, (passed) => reject(new OffshoreError("build_failed", passed))),
        );
        worker.postMessage({ program, tree } satisfies CompileRequest);
      });
    } finally {
      for (const cleanup of cleanups) cleanup();
      if (!has_answered) await this.close(); // still at it, or broken
    }
  }

  /** Ends the thread, whatever it is doing. */
  async close(): Promise<void> {
    const worker = this.worker;
    this.worker = null;
    await worker?.terminate();
  }
}

function startThread(file: URL): Worker {
  const worker = new Worker(file, {
    env: {}, // our token and key are none of its business
    execArgv: [],
    stdout: true, // what a compiler prints there is its crash report; `error` and `exit` tell of that
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: LIMITS.compiler_heap_mb_max },
  });
  worker.stdout.resume();
  worker.stderr.resume();
  worker.on("error", () => {}); // each compilation listens; this one is for in between
  worker.unref();
  return worker;
}

function crash(cause: Error): OffshoreError {
  return new OffshoreError("build_failed", `the compiler crashed: ${cause.message}`, { cause });
}

// V8's own limit does not cover WebAssembly memories, and those are where these compilers live.
function watch(bounds: CompileBounds, onPassed: (what: string) => void): () => void {
  const rss_at_start = process.memoryUsage.rss();
  const memory = setInterval(() => {
    if (process.memoryUsage.rss() - rss_at_start > bounds.memory_bytes)
      onPassed(`the compiler used more than ${bounds.memory_bytes / 2 ** 20} MiB of memory`);
  }, LIMITS.compile_memory_check_ms);
  const time = setTimeout(
    () => onPassed(`the compiler took longer than ${bounds.time_ms / 1000} s`),
    bounds.time_ms,
  );
  return () => {
    clearInterval(memory);
    clearTimeout(time);
  };
}
