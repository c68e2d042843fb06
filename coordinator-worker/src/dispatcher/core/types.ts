import type {
  BuildClaim,
  CoordinatorFrame,
  ErrorCode,
  FailureCode,
  Hex32,
  QuorumDemand,
  Source,
  Status,
  TaskDescription,
  TaskState,
  WorkerFrame,
} from "@near-offshore/protocol";

// The dispatcher's records. All of them are plain JSON: the shell stores each as it is.

export interface Module {
  sha256: Hex32;
  bytes: number;
}

/** What a request asks for, as the contract has it. */
export interface AskedRequest extends QuorumDemand {
  description: TaskDescription;
  task_digest: Hex32;
  input_data: string;
  compile_only: boolean;
  established: EstablishedDemand;
}

/** One request of the contract, as work. */
export interface Task extends AskedRequest {
  request_id: number;
  state: TaskState;
  module: Module | null;
  build_id: string | null;
  /** Every lease that this task ever had, oldest first. */
  assignments: string[];
  outcome: Outcome | null;
  failure: Failure | null;
  settlement: Settlement | null;
  /** Assignments whose signed reveal contradicts the settled outcome, and of which the relayer has not been told yet. */
  faults: string[];
  created_ms: number;
  updated_ms: number;
  timeline_ms: Partial<Record<TaskState, number>>;
}

/** How many of a quorum must be staked, or have so many results that the contract has paid for. */
export interface EstablishedDemand {
  workers: number;
  results: number;
}

/** An outcome that a quorum of distinct accounts revealed and signed. */
export interface Outcome {
  outcome_digest: Hex32;
  status: Status;
  output_base64: string;
  output_sha256: Hex32;
  instructions: number;
  attestations: { worker: string; signature: string }[];
  /** Estimated probability that it is wrong (credibility.ts). */
  error_estimate: number;
}

export interface Failure {
  code: FailureCode;
  message: string;
}

/** What the relayer is to tell the contract, and how far that has got. */
export interface Settlement {
  kind: "resolve" | "compile" | "fail";
  /** `decided`: to be handed to the relayer. `handed`: the relayer has it. `done`: on chain, or never to be. */
  stage: "decided" | "handed" | "done";
  retry_ms: number;
  tx: string | null;
}

/** One task leased to one worker. `epoch` fences off frames of an earlier lease. */
export interface Assignment {
  assignment_id: string;
  request_id: number;
  worker: string;
  account_id: string;
  subnet: string | null;
  epoch: number;
  state: "leased" | "committed" | "revealed" | "accepted" | "rejected" | "expired" | "released";
  deadline_ms: number;
  commitment: Hex32 | null;
  opened: boolean;
  reveal: Reveal | null;
}

export interface Reveal {
  outcome_digest: Hex32;
  status: Status;
  output_base64: string;
  output_sha256: Hex32;
  instructions: number;
  signature: string;
}

/** A volunteer's key, connected or not. */
export interface Worker {
  public_key: string;
  account_id: string;
  /** /24 or /48 of its address; null for loopback, which is exempt from the subnet rule. */
  subnet: string | null;
  /** Whether the contract counts this key's attestations; nobody else is given work. */
  active: boolean;
  /** Whether it has a stake, and how many results the contract has paid it for, as far as is known here. */
  staked: boolean;
  results: number;
  /** Its results that others confirmed since the last one that was wrong. */
  confirmed: number;
  /** When the contract was last asked. */
  checked_ms: number;
  connected: boolean;
  /** When the socket closed; its assignments wait for a while. */
  disconnected_ms: number;
  heard_ms: number;
  cores: number;
  engine: string;
  /** How many more assignments it said it takes. */
  slots: number;
  accepted: number;
  rejected: number;
  earned_yocto: string;
}

/** One compilation of one source, however many tasks wait for it, by as many builders as the contract wants. */
export interface Build {
  build_id: string;
  key: string;
  source: Source;
  /** The request whose branch or tag the source is; null where it names a commit. */
  request_id: number | null;
  state: "queued" | "building" | "complete" | "failed";
  /** What it is written in, once a builder that has no toolchain for that has said so. */
  language: string | null;
  builders: BuildersDemand;
  leases: Lease[];
  /** Leases that came to nothing: the builder went silent, or could not do it for reasons of its own. */
  leases_lost: number;
  products: Product[];
  /** Builders that say that it cannot be made. */
  refusals: Refusal[];
  /** The first of those that enough builders agree on. */
  product: Product | null;
  failure: Failure | null;
  created_ms: number;
  updated_ms: number;
}

/** How many builders have to say the same, of how many that the contract knows. */
export interface BuildersDemand {
  needed: number;
  known: number;
}

/** A builder that claims. Kept in memory only: it is heard again soon. */
export interface Builder {
  /** Languages that it can build; null: it is at work, and has not said so since a restart. */
  toolchains: readonly string[] | null;
  heard_ms: number;
}

/** A build in one builder's hands. `epoch` fences off what it says after it lost it. */
export interface Lease {
  builder: string;
  epoch: number;
  deadline_ms: number;
}

/** What one builder says of a source that it could not compile. */
export interface Refusal extends Failure {
  builder: string;
}

/** What one builder made of a source, and what it signed for. */
export interface Product {
  builder: string;
  module: Module;
  /** Its signature of the publication; null where the source pins its module by itself. */
  publication: string | null;
  /** The commit that the branch or tag named; null where the source names a commit. */
  ref_commit: { commit: string; signature: string } | null;
  toolchain: string;
  image: string | null;
  tree: string | null;
  timings_ms: Record<string, number>;
}

/** All there is to know. Maps keep insertion order, so the oldest comes first. */
export interface State {
  readonly tasks: Map<number, Task>;
  readonly assignments: Map<string, Assignment>;
  readonly workers: Map<string, Worker>;
  readonly builds: Map<string, Build>;
  /** Those that are there. */
  readonly builders: Map<string, Builder>;
  /** Until then, no builder that was there before a restart is taken to be gone; null: long since. */
  listening_until_ms: number | null;
  /** Live assignments (leased or committed) by worker. Derived, as an index. */
  readonly held: Map<string, Set<Assignment>>;
  /** Last epoch given out, to a lease or a build. Never reused, and global so that it tells a worker nothing. */
  epoch: number;
  head_height: number;
}

export interface OpenRequest extends AskedRequest {
  builders: BuildersDemand;
  /** The module, where it is already in the store; else it is built, or the task fails. */
  module: Module | null;
}

/** A worker frame but `hello`, which the socket layer turns into `worker_connected`. */
export type AssignmentFrame = Exclude<WorkerFrame, { type: "hello" }>;

/** What the contract says of a worker. */
export interface WorkerStanding {
  public_key: string;
  account_id: string;
  active: boolean;
  stake_yocto: string;
  accepted: number;
}

export type Event =
  | { type: "request_opened"; request: OpenRequest }
  /** The contract no longer waits for it. */
  | { type: "request_closed"; request_id: number }
  | { type: "chain_head"; block_height: number }
  | {
      type: "worker_connected";
      public_key: string;
      account_id: string;
      subnet: string | null;
      cores: number;
      engine: string;
    }
  | { type: "worker_disconnected"; public_key: string }
  | { type: "workers_checked"; workers: WorkerStanding[] }
  | { type: "frame"; worker: string; frame: AssignmentFrame }
  | { type: "build_claimed"; contract_id: string; builder: string; toolchains: readonly string[] }
  | { type: "build_alive"; build_id: string; epoch: number }
  | {
      type: "build_completed";
      build_id: string;
      epoch: number;
      product: Product;
    }
  /** The builder has no toolchain for what the source is written in. */
  | { type: "build_released"; build_id: string; epoch: number; language: string }
  | { type: "build_failed"; build_id: string; epoch: number; code: FailureCode; message: string }
  | { type: "settlement_handed"; request_id: number }
  | { type: "faults_handed"; request_id: number }
  | { type: "settlement_done"; request_id: number; tx: string | null; earned_yocto: string }
  | { type: "settlement_refused"; request_id: number; message: string; closed: boolean }
  /** The process was started anew; these workers' sockets survived. */
  | { type: "restarted"; connected: string[] }
  | { type: "tick" };

export type Effect =
  | { type: "send"; worker: string; frame: CoordinatorFrame }
  /** The worker has been silent for too long: close its socket. */
  | { type: "hang_up"; worker: string }
  /** Hand this task's settlement to the relayer; at least once, until `settlement_handed`. */
  | { type: "hand_over"; request_id: number }
  /** Have the relayer report this task's faults; at least once, until `faults_handed`. */
  | { type: "report_faults"; request_id: number }
  /** Ask the relayer to publish a finished build's module, so that it is there when the settlement is. */
  | { type: "publish"; build_id: string }
  /** Ask the contract about these keys, and have those it does not know enrolled; answered by `workers_checked`. */
  | { type: "check_workers"; public_keys: string[] }
  /** Builders say different things of one source: for the operator. */
  | { type: "disputed"; build_id: string; message: string }
  | { type: "claimed"; claim: BuildClaim | null }
  /** The event was refused and changed nothing. */
  | { type: "refused"; code: ErrorCode; message: string; assignment?: string };

/** What the pure core takes from outside. */
export interface Ports {
  /** Unguessable: an assignment's id must not tell how many others there are. */
  newId(): string;
  /** A whole number in [0, below). */
  random(below: number): number;
  verifySignature(signature: string, message: Uint8Array, public_key: string): boolean;
}
