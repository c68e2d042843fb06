import type { Source } from "@near-offshore/protocol";
import type { Ledger } from "./machine/ledger.ts";
import type { Failure, Held, Link, MachineState } from "./machine/state.ts";

/** One assignment, as a page shows it. */
export interface AssignmentView {
  assignment: string;
  request_id: number;
  source: Source;
  module_sha256: string;
  phase: Held["phase"];
  instructions: number;
  max_instructions: number;
  started_ms: number;
}

/** What a worker is doing: a plain snapshot, safe to post to another thread. */
export interface VolunteerState {
  intent: MachineState["intent"];
  link: Link;
  public_key: string;
  /** NEAR account of the key; null until the coordinator has told. */
  account_id: string | null;
  /** Whether the contract has the key registered. */
  active: boolean;
  cores: number;
  assignments: AssignmentView[];
  ledger: Ledger;
  instructions_done: number;
  instructions_per_second: number;
  notice: Failure | null;
}

export function viewOf(
  state: MachineState,
  public_key: string,
  instructions_per_second: number,
): VolunteerState {
  return {
    intent: state.intent,
    link: state.link,
    public_key,
    account_id: state.session?.account_id ?? null,
    active: state.active,
    cores: state.settings.cores,
    assignments: state.held.map(viewOfHeld),
    ledger: state.ledger,
    instructions_done: state.instructions_done,
    instructions_per_second,
    notice: state.notice,
  };
}

function viewOfHeld(held: Held): AssignmentView {
  return {
    assignment: held.assignment,
    request_id: held.task.request_id,
    source: held.task.source,
    module_sha256: held.module,
    phase: held.phase,
    instructions: held.instructions,
    max_instructions: held.task.limits.max_instructions,
    started_ms: held.started_ms,
  };
}
