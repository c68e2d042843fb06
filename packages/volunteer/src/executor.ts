import type { ExecutionContext, Status } from "@near-offshore/protocol";

// What a worker needs of an executor: the surface of @near-offshore/wasi-sandbox's `createExecutor`, and no more.

/** What an executor runs. The hashes of module and input have been checked. */
export interface ExecutorTask {
  module: Uint8Array;
  input: Uint8Array;
  limits: { max_instructions: number; max_memory_mb: number };
  context: ExecutionContext & { contract_id: string; request_id: number };
  max_execution_seconds: number;
}

/** An outcome, and what the program wrote to stderr (not part of the outcome). */
export interface ExecutorResult {
  status: Status;
  output: Uint8Array;
  instructions: number;
  stderr: Uint8Array;
}

export interface ExecutorRun {
  /** Used so far. */
  instructions(): number;
  /** Rejects where this machine gives no outcome; the error's `reason` is then that of a `release` frame. */
  readonly result: Promise<ExecutorResult>;
}

/** One thread that runs one task at a time. */
export interface Executor {
  run(task: ExecutorTask): ExecutorRun;
  /** Ends the thread now; a run in progress rejects. */
  stop(): void;
}

/** Makes an executor. Wrap it to observe or to break what a worker computes (fault injection in tests). */
export type ExecutorFactory = () => Executor;
