import { attestationsMax, type Hex32, type QuorumDemand } from "@near-offshore/protocol";
import { replicasMax } from "../../limits.ts";
import { groupError, type Vote } from "./credibility.ts";

export type Verdict =
  /** `error`: the estimated probability that the outcome is wrong. */
  | { kind: "agreed"; outcome_digest: Hex32; error: number }
  /** Lease to this many more workers; 0 is to wait for those that have it. */
  | { kind: "open"; more: number }
  | { kind: "no_quorum" }
  /** As many agree as may attest, or there are no replicas left, and the caller wants to be surer. */
  | { kind: "unsure"; error: number };

/**
 * Where a task stands, from what was revealed and who may yet reveal (`live`: the confirmed results of each). Replicas are
 * added only as far as they are needed: first the quorum, then one for each that disagrees, and where the caller bounds
 * the error one after another until those that agree, and those that may, are sure enough. There are never more than
 * `replicasMax` reveals.
 */
export function judge(demand: QuorumDemand, revealed: readonly Vote[], live: readonly number[]): Verdict {
  const { quorum } = demand;
  const most = attestationsMax(demand);
  const counts = new Map<Hex32, number>();
  for (const { outcome_digest } of revealed)
    counts.set(outcome_digest, (counts.get(outcome_digest) ?? 0) + 1);
  let best: Hex32 | null = null;
  for (const [digest, count] of counts) {
    if (count > (best === null ? 0 : (counts.get(best) ?? 0))) best = digest;
    if (count < quorum) continue;
    const error = groupError(revealed, digest);
    if (isSure(demand, error)) return { kind: "agreed", outcome_digest: digest, error };
    if (count >= most) return { kind: "unsure", error };
  }
  const count = best === null ? 0 : (counts.get(best) ?? 0);
  const left = replicasMax(most) - revealed.length;
  if (count + left < quorum) return { kind: "no_quorum" };
  if (left <= 0 && best !== null) return { kind: "unsure", error: groupError(revealed, best) };
  const wanted = count + live.length < quorum ? quorum - count : surerBy(demand, revealed, live, best, count);
  return { kind: "open", more: Math.max(0, Math.min(wanted, left) - live.length) };
}

/** How many may yet reveal for it to be worth it: those who do, and one more where all of them agreeing would not be enough. */
function surerBy(
  demand: QuorumDemand,
  revealed: readonly Vote[],
  live: readonly number[],
  best: Hex32 | null,
  count: number,
) {
  if (demand.max_error === null) return live.length;
  const outcome_digest = best ?? "";
  const hoped = live.map((confirmed) => ({ outcome_digest, confirmed }));
  const enough = isSure(demand, groupError([...revealed, ...hoped], outcome_digest));
  return enough || count + live.length >= attestationsMax(demand) ? live.length : live.length + 1;
}

/**
 * Whether as many as may attest could make an answer sure enough, if they all agreed: `confirmed` has the results of each
 * worker that there is; others would be newcomers. Where not, nobody should work for it.
 */
export function canBeSure(demand: QuorumDemand, confirmed: readonly number[]): boolean {
  if (demand.max_error === null) return true;
  const best = [...confirmed].sort((a, b) => b - a).slice(0, attestationsMax(demand));
  const newcomers = Array<number>(attestationsMax(demand) - best.length).fill(0);
  const votes = [...best, ...newcomers].map((count) => ({ outcome_digest: "", confirmed: count }));
  return isSure(demand, groupError(votes, ""));
}

function isSure({ max_error }: QuorumDemand, error: number): boolean {
  return max_error === null || error <= max_error;
}
