import { OffshoreError } from "@near-offshore/protocol";
import { RunFault } from "../fault.ts";
import { toRunResult, toWasiTask } from "../run.ts";
import type { RunContext, RunLimits, RunResult, WasiResult } from "../types.ts";
import { fromErrorMessage, type RunMessage, type ThreadMessage, type ThreadTask } from "./messages.ts";

/** A task of the network, as in `RunTask`. */
export interface ExecutorTask {
  module: Uint8Array;
  input: Uint8Array;
  limits: RunLimits;
  context: RunContext;
  /** Wall-clock time after which this machine gives up (reason `wall_clock`). No limit if absent. */
  max_execution_seconds?: number;
}

/** A task as in `WasiTask`, but for stdin, which is bytes. */
export interface ExecutorWasiTask extends ThreadTask {
  /** Wall-clock time after which this machine gives up (reason `wall_clock`). No limit if absent. */
  max_execution_seconds?: number;
}

export interface ExecutorRun<Result = RunResult> {
  /** Rejects with the `OffshoreError` that `runModule` or `runWasi` would throw, `RunFault` when there is no outcome. */
  readonly result: Promise<Result>;
  /** Instructions used so far, as last reported. Never goes down. */
  instructions(): number;
}

/** One thread that runs one task of the network at a time. */
export interface Executor {
  /**
   * `runModule` in the thread.
   * @throws OffshoreError `conflict` while a run is in progress
   */
  run(task: ExecutorTask): ExecutorRun;
  /** Ends the thread now; a run in progress rejects with reason `stopped`. A later `run` starts a new thread. */
  stop(): void;
}

/** An executor that runs any WASI program, too. */
export interface WasiExecutor extends Executor {
  /**
   * `runWasi` in the thread.
   * @throws OffshoreError `conflict` while a run is in progress
   */
  runWasi(task: ExecutorWasiTask): ExecutorRun<WasiResult>;
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
  settle(result: WasiResult | OffshoreError): void;
}

/** An executor on any platform, given how to start a thread there. */
export function executorOn(spawn: (handlers: ThreadHandlers) => Thread): WasiExecutor {
  let thread: Thread | null = null;
  let current: CurrentRun | null = null;
  let runs = 0;

  const finish = (result: WasiResult | OffshoreError) => {
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

  const launch = (task: ThreadTask, max_execution_seconds: number | undefined): ExecutorRun<WasiResult> => {
    if (current) throw new OffshoreError("conflict", "the executor is running a task already");
    thread ??= start();
    runs += 1;
    // First: it throws for a task that cannot cross (a function in it), and then nothing has begun.
    thread.post({ type: "run", id: runs, task });
    const { promise, resolve, reject } = Promise.withResolvers<WasiResult>();
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
    return { result: promise, instructions: () => run.instructions };
  };

  return {
    run({ max_execution_seconds, module, input, limits, context }) {
      const task = toWasiTask({ module, input, limits, context });
      const { result, instructions } = launch(task, max_execution_seconds);
      return { result: result.then(toRunResult), instructions };
    },

    runWasi({ max_execution_seconds, ...task }) {
      return launch(task, max_execution_seconds);
    },

    stop() {
      end(new RunFault("stopped", "the run was stopped"));
    },
  };
}
