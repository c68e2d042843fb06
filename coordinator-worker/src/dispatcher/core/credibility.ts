// How sure a result is, by L. Sarmenta, "Sabotage-Tolerance Mechanisms for Volunteer Computing Systems" (CCGrid 2001):
// a worker earns credibility by results that others confirmed, and a group of equal results has that of its workers together.
import type { Hex32 } from "@near-offshore/protocol";
import { SABOTEURS_SHARE_MAX } from "../../limits.ts";

/** A result, and how many of its worker's results others confirmed since the last one that was wrong. */
export interface Vote {
  outcome_digest: Hex32;
  confirmed: number;
}

/** Probability that a worker's next result is wrong: at most f / k after k that were right, and f at first. */
function workerError(confirmed: number): number {
  return SABOTEURS_SHARE_MAX / Math.max(1, confirmed);
}

/**
 * Probability that the results equal to `outcome_digest` are wrong, given all there are (section 4.3): of the ways in which
 * at most one group is right, the share in which it is not this one.
 */
export function groupError(votes: readonly Vote[], outcome_digest: Hex32): number {
  const groups = new Map<Hex32, { right: number; wrong: number }>();
  for (const vote of votes) {
    const error = workerError(vote.confirmed);
    const { right, wrong } = groups.get(vote.outcome_digest) ?? { right: 1, wrong: 1 };
    groups.set(vote.outcome_digest, { right: right * (1 - error), wrong: wrong * error });
  }
  const all_wrong = [...groups.values()].reduce((product, { wrong }) => product * wrong, 1);
  const ways = (digest: Hex32) => {
    let product = 1;
    for (const [other, { right, wrong }] of groups) product *= other === digest ? right : wrong;
    return product;
  };
  let not_this = all_wrong;
  for (const digest of groups.keys()) if (digest !== outcome_digest) not_this += ways(digest);
  return not_this / (not_this + ways(outcome_digest));
}
