import { OffshoreError } from "@near-offshore/protocol";

/** Why this machine gave no outcome; the same words as a worker's `release` frame. */
export type FaultReason = "stopped" | "wall_clock" | "memory_refused" | "crashed";

/** A run that ended without an outcome: another machine, or a later try, may have one. Code `unavailable`. */
export class RunFault extends OffshoreError {
  readonly reason: FaultReason;

  constructor(reason: FaultReason, message: string, options?: { cause?: unknown }) {
    super("unavailable", message, options);
    this.name = "RunFault";
    this.reason = reason;
  }
}
