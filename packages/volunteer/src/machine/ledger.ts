import type { CoordinatorFrame } from "@near-offshore/protocol";
import { VOLUNTEER_LIMITS } from "../limits.ts";

/** What the coordinator said of one assignment's result. */
export interface Verdict {
  assignment: string;
  request_id: number;
  accepted: boolean;
  earned_yocto: string;
  /** Transaction hash of the settlement, once there is one. */
  tx: string | null;
  at_ms: number;
}

/** A worker's own account of its verdicts. Plain data: a host may store it and hand it back at the next start. */
export interface Ledger {
  accepted: number;
  rejected: number;
  /** Sum over accepted results, in yoctoNEAR, decimal. */
  earned_yocto: string;
  /** Newest first, bounded. */
  recent: readonly Verdict[];
}

export const EMPTY_LEDGER: Ledger = { accepted: 0, rejected: 0, earned_yocto: "0", recent: [] };

type VerdictFrame = Extract<CoordinatorFrame, { type: "verdict" }>;

/** Enters a verdict. A second frame for the same assignment (now with its transaction) replaces the first. */
export function enterVerdict(ledger: Ledger, frame: VerdictFrame, now_ms: number): Ledger {
  const before = ledger.recent.find((entry) => entry.assignment === frame.assignment);
  const undone = before === undefined ? ledger : count(ledger, before, -1);
  const entry: Verdict = {
    assignment: frame.assignment,
    request_id: frame.request_id,
    accepted: frame.accepted,
    earned_yocto: frame.earned_yocto,
    tx: frame.tx ?? before?.tx ?? null,
    at_ms: before?.at_ms ?? now_ms,
  };
  const recent =
    before === undefined
      ? [entry, ...ledger.recent].slice(0, VOLUNTEER_LIMITS.verdicts_kept)
      : ledger.recent.map((old) => (old === before ? entry : old));
  return { ...count(undone, entry, 1), recent };
}

function count(ledger: Ledger, entry: Verdict, times: 1 | -1): Ledger {
  const earned = BigInt(ledger.earned_yocto) + BigInt(times) * BigInt(entry.earned_yocto);
  return {
    ...ledger,
    accepted: ledger.accepted + (entry.accepted ? times : 0),
    rejected: ledger.rejected + (entry.accepted ? 0 : times),
    earned_yocto: earned.toString(),
  };
}
