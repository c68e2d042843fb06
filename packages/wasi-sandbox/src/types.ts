import type { ExecutionContext, Status } from "@near-offshore/protocol";
import type { Program } from "./program.ts";

/** What a run may use. A lease's `max_execution_seconds` is not here: time is not part of an outcome. */
export interface RunLimits {
  /** Instructions, 0 to 2^53 - 1. */
  max_instructions: number;
  /** MiB of linear memory, and as much again of files. */
  max_memory_mb: number;
}

/** What the program may know of the world: all of it from the request. */
export interface RunContext extends ExecutionContext {
  contract_id: string;
  request_id: number;
}

/** One task to run. Nothing but this decides the outcome. */
export interface RunTask {
  module: Uint8Array | Program;
  /** Given on stdin. */
  input: Uint8Array;
  limits: RunLimits;
  context: RunContext;
  /** Called with the instructions used so far, every few milliseconds of work; must return quickly. */
  on_progress?: (instructions: number) => void;
}

/** The outcome of a run, and what the program said on stderr (not part of the outcome). */
export interface RunResult {
  status: Status;
  /** What was written to stdout if the status is `ok` or `exit:N`, else empty. At most `LIMITS.output_bytes_max`. */
  output: Uint8Array;
  instructions: number;
  /** The first 64 KiB. */
  stderr: Uint8Array;
}
