import { near } from "./host.ts";

type EventName =
  | "execution_requested"
  | "execution_completed"
  | "execution_failed"
  | "execution_timed_out"
  | "module_published"
  | "worker_registered"
  | "worker_changed"
  | "worker_slashed"
  | "earnings_withdrawn"
  | "transfer_returned"
  | "settings_changed";

/** Logs an event (NEP-297). */
export function logEvent(event: EventName, data: object): void {
  near.log(
    `EVENT_JSON:${JSON.stringify({ standard: "near-offshore", version: "1.0.0", event, data: [data] })}`,
  );
}
