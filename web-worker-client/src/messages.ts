import type { Failure, VolunteerState } from "@near-offshore/volunteer";

// What the page and its thread say to each other. Both are ours and built together, so nothing is parsed again.

/** From the page to the thread. `open` comes first, once. */
export type Command =
  | {
      type: "open";
      coordinator_url: string;
      engine: string;
      cores: number;
      cores_max: number;
      executors: MessagePort;
    }
  | { type: "start" }
  | { type: "stop"; after_current: boolean }
  | { type: "cores"; cores: number }
  | { type: "retry_now" }
  /** Whether anyone is looking: what is only for show pauses when not. */
  | { type: "visible"; visible: boolean };

/** What the coordinator says of the network; null until it has. */
export interface NetworkStatus {
  network_id: "mainnet" | "testnet" | "local";
  contract_id: string;
  block_height: number | null;
  workers_online: number;
  workers_active: number;
  queued: number;
  running: number;
  settled: number;
}

/** From the thread to the page: everything there is to show. */
export interface ThreadState {
  /** Null until the key is there. While another tab leads, that tab's. */
  volunteer: VolunteerState | null;
  /** Another tab of this browser is the one that computes. */
  elsewhere: boolean;
  network: NetworkStatus | null;
  /** Why nothing can work in this browser. */
  fatal: Failure | null;
}

export const EMPTY_STATE: ThreadState = { volunteer: null, elsewhere: false, network: null, fatal: null };
