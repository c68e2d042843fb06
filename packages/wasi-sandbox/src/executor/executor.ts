import { OffshoreError } from "@near-offshore/protocol";
import { RunFault } from "../fault.ts";
import type { RunContext, RunLimits, RunResult } from "../types.ts";
import { fromErrorMessage, type RunMessage, type ThreadMessage } from "./messages.ts";

export interface ExecutorTask {
  module: Uint8Array;
  input: Uint8Array;
  limits: RunLimits;
  context: RunContext;
  /** Wall-clock time after which this machine gives up (reason `wall_clock`). No limit if absent. */
  max_execution_seconds?: number;
}

export interface ExecutorRun {
  /** Rejects with `OffshoreError` `bad_module`, or with `RunFault` when there is no outcome. */
  readonly result: Promise<RunResult>;
  /** Instructions used so far, as last reported. Never goes down. */
  instructions(): number;
}

/** One thread that runs one task at a time. */
export interface Executor {
  /** @throws OffshoreError `conflict` while a run is in progress */
  run(task: ExecutorTask): ExecutorRun;
  /** Ends the thread now; a run in progress rejects with reason `stopped`. A later `run` starts a new thread. */
  stop(): void;
}

/** A thread of the platform's. */
export interface Thread {
  post(message: RunMessage): void;
  terminate(): void;
}

export interface ThreadHandlers {
  on_message(message: ThreadMessage): void;
  /** The thread is gone, or about to be. */
  on_failure(fault: RunFault): void;
}

interface CurrentRun {
  id: number;
  instructions: number;
  settle(result: RunResult | OffshoreError): void;
}

/** An executor on any platform, given how to start a thread there. */
export function executorOn(spawn: (handlers: ThreadHandlers) => Thread): Executor {
  let thread: Thread | null = null;
  let current: CurrentRun | null = null;
  let runs = 0;

  const finish = (result: RunResult | OffshoreError) => {
    const run = current;
    current = null;
    run?.settle(result);
  };
  const end = (fault: RunFault) => {
    thread?.terminate();
    thread = null;
    finish(fault);
  };
  const start = (): Thread => {
    const started = spawn({
      on_message(message) {
        if (thread !== started || message.id !== current?.id) return;
        if (message.type === "result") finish(message.result);
        else if (message.type === "error") finish(fromErrorMessage(message.error));
        else current.instructions = Math.max(current.instructions, message.instructions);
      },
      on_failure(fault) {
        if (thread === started) end(fault);
      },
    });
    return started;
  };

  return {
    run({ module, input, limits, context, max_execution_seconds }) {
      if (current) throw new OffshoreError("conflict", "the executor is running a task already");
      thread ??= start();
      runs += 1;
      const { promise, resolve, reject } = Promise.withResolvers<RunResult>();
      const out_of_time = () => end(new RunFault("wall_clock", `not done after ${max_execution_seconds} s`));
      const timer = max_execution_seconds ? setTimeout(out_of_time, max_execution_seconds * 1000) : undefined;
      const run: CurrentRun = {
        id: runs,
        instructions: 0,
        settle(result) {
          clearTimeout(timer);
          if (result instanceof OffshoreError) return reject(result);
          run.instructions = result.instructions;
          resolve(result);
        },
      };
      current = run;
      thread.post({ type: "run", id: run.id, module, input, limits, context });
      return { result: promise, instructions: () => run.instructions };
    },

    stop() {
      end(new RunFault("stopped", "the run was stopped"));
    },
  };
}
