import { LIMITS } from "./limits.ts";

/** What a request asks of its answer. */
export interface QuorumDemand {
  /** 0 where nothing is to run. */
  quorum: number;
  /** Probability of a wrong answer that the caller puts up with; null: the quorum alone decides. */
  max_error: number | null;
}

/** How many may attest an answer, and are paid: the quorum, or as many as it takes to be sure enough. */
export function attestationsMax({ quorum, max_error }: QuorumDemand): number {
  return max_error === null || quorum === 0 ? quorum : LIMITS.quorum_max;
}
