import { SANDBOX_LIMITS } from "../limits.ts";
import { runWasi } from "../run-wasi.ts";
import { type RunMessage, type ThreadMessage, toErrorMessage } from "./messages.ts";
import { ProgramCache } from "./program-cache.ts";

/** What a thread does, on any platform: gives the function that handles a message, which blocks until the run has ended. */
export function threadMain(post: (message: ThreadMessage) => void): (message: RunMessage) => void {
  const programs = new ProgramCache();
  return ({ id, task }) => {
    let reported_ms = performance.now();
    const on_progress = (instructions: number) => {
      const now_ms = performance.now();
      if (now_ms - reported_ms < SANDBOX_LIMITS.progress_ms) return;
      reported_ms = now_ms;
      post({ type: "progress", id, instructions });
    };
    try {
      const result = runWasi({ ...task, module: programs.get(task.module), on_progress });
      post({ type: "result", id, result });
    } catch (error) {
      post({ type: "error", id, error: toErrorMessage(error) });
    }
  };
}
