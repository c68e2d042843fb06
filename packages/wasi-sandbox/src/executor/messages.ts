import { type ErrorCode, OffshoreError } from "@near-offshore/protocol";
import { type FaultReason, RunFault } from "../fault.ts";
import type { WasiResult, WasiTask } from "../types.ts";

/** A task as it crosses to a thread: bytes and plain values. */
export interface ThreadTask extends Omit<WasiTask, "module" | "stdin" | "on_progress"> {
  module: Uint8Array;
  stdin?: Uint8Array;
}

/** To the thread: run this. One at a time. */
export interface RunMessage {
  type: "run";
  id: number;
  task: ThreadTask;
}

/** An error as it crosses between threads, where classes do not survive. */
export interface ErrorMessage {
  code: ErrorCode;
  message: string;
  reason?: FaultReason;
}

/** From the thread. */
export type ThreadMessage =
  | { type: "progress"; id: number; instructions: number }
  | { type: "result"; id: number; result: WasiResult }
  | { type: "error"; id: number; error: ErrorMessage };

export function toErrorMessage(error: unknown): ErrorMessage {
  if (error instanceof RunFault) return { code: error.code, message: error.message, reason: error.reason };
  if (error instanceof OffshoreError) return { code: error.code, message: error.message };
  return { code: "unavailable", message: `the executor failed: ${error}`, reason: "crashed" };
}

export function fromErrorMessage({ code, message, reason }: ErrorMessage): OffshoreError {
  return reason ? new RunFault(reason, message) : new OffshoreError(code, message);
}
