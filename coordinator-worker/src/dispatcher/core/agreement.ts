import type { Hex32 } from "@near-offshore/protocol";
import { replicasMax } from "../../limits.ts";

export type Verdict =
  | { kind: "agreed"; outcome_digest: Hex32 }
  /** Lease to this many more workers; 0 is to wait for those that have it. */
  | { kind: "open"; more: number }
  | { kind: "no_quorum" };

/**
 * Where a task stands, from what was revealed and how many may yet reveal. Replicas are added only as far as they
 * are needed: first the quorum, then one for each that disagrees, up to `replicasMax(quorum)` reveals in all.
 */
export function judge(quorum: number, revealed: readonly Hex32[], live: number): Verdict {
  const votes = new Map<Hex32, number>();
  let best = 0;
  for (const digest of revealed) {
    const count = (votes.get(digest) ?? 0) + 1;
    votes.set(digest, count);
    if (count >= quorum) return { kind: "agreed", outcome_digest: digest };
    best = Math.max(best, count);
  }
  const left = replicasMax(quorum) - revealed.length;
  if (best + left < quorum) return { kind: "no_quorum" };
  return { kind: "open", more: Math.max(0, Math.min(quorum - best, left) - live) };
}
