import type { ExecutionContext, Status } from "@near-offshore/protocol";
import type { FileTree } from "./fs/tree.ts";
import type { Program } from "./program.ts";

/** What a run of `runWasi` may use. */
export interface WasiLimits {
  /** Instructions, 0 to 2^53 - 1. */
  max_instructions: number;
  /** MiB of linear memory, and as much again of files. */
  max_memory_mb: number;
  /** What may be written to stdout. The write that goes past it ends the run: `output_too_large`. */
  stdout_bytes_max: number;
  /** What is kept of stderr; the rest is dropped. */
  stderr_bytes_max: number;
}

/** A WASI program and its world. Nothing but this decides the result. */
export interface WasiTask {
  /** A command (it exports `_start`) of WASI preview 1. */
  module: Uint8Array | Program;
  /** `argv`, the program's own name first. `["module.wasm"]` if absent. */
  args?: readonly string[];
  /** The environment, all of it, in this order. Empty if absent. */
  env?: Readonly<Record<string, string>>;
  /** Directories that the program is given, by the path it sees, in this order: descriptors 3, 4, ... None if absent. */
  preopens?: Readonly<Record<string, FileTree>>;
  /** A function is asked when the program first reads, and may block. Empty if absent. */
  stdin?: Uint8Array | (() => Uint8Array);
  /** Those that are absent are `WASI_DEFAULTS`. */
  limits?: Partial<WasiLimits>;
  /** 32 bytes that decide what `random_get` gives. Zeros if absent. */
  seed?: Uint8Array;
  /** The time at the start, nanoseconds since 1970. The start of 2000 if absent. */
  start_ns?: bigint;
  /** Whether the result has `files`. */
  return_files?: boolean;
  /**
   * Called with the instructions used so far, every few milliseconds of work (where `max_instructions` is above 1 billion; else
   * when the program calls WASI); must return quickly.
   */
  on_progress?: (instructions: number) => void;
}

/** How a WASI program ended. */
export interface WasiResult {
  /** `ok`, `exit:N`, `trap:KIND`, or the limit that was reached. */
  status: Status;
  /** 0 to 255 if the program ended by itself (`ok`, `exit:N`), else null. */
  exit_code: number | null;
  /** All that was written to stdout, however the run ended. */
  stdout: Uint8Array;
  stderr: Uint8Array;
  instructions: number;
  /** What the preopened directories hold at the end, if `return_files` asked for it; else empty. */
  files: Record<string, FileTree>;
}

/** What a task may use. A lease's `max_execution_seconds` is not here: time is not part of an outcome. */
export type RunLimits = Pick<WasiLimits, "max_instructions" | "max_memory_mb">;

/** What the program may know of the world: all of it from the request. */
export interface RunContext extends ExecutionContext {
  contract_id: string;
  request_id: number;
}

/** One task of the network to run. Nothing but this decides the outcome. */
export interface RunTask {
  module: Uint8Array | Program;
  /** Given on stdin. */
  input: Uint8Array;
  limits: RunLimits;
  context: RunContext;
  /**
   * Called with the instructions used so far, every few milliseconds of work (where `max_instructions` is above 1 billion; else
   * when the program calls WASI); must return quickly.
   */
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
