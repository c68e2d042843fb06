import { type BuildClaim, OffshoreError } from "@near-offshore/protocol";
import type { CoordinatorClient } from "./coordinator.ts";

/** Keeps a claimed build ours; `lost` is aborted when the coordinator has given it to another. */
export class Lease {
  readonly lost: AbortSignal;
  private readonly timer: NodeJS.Timeout;

  constructor(coordinator: CoordinatorClient, claim: BuildClaim) {
    const controller = new AbortController();
    this.lost = controller.signal;
    this.timer = setInterval(async () => {
      try {
        await coordinator.heartbeat(claim);
      } catch (error) {
        // A coordinator that does not answer may be back before the lease is over.
        if (error instanceof OffshoreError && !error.retryable) controller.abort(error);
      }
    }, claim.lease_ms / 3);
  }

  end(): void {
    clearInterval(this.timer);
  }
}
