import type { CoordinatorFrame } from "@near-offshore/protocol";
import { implicitAccount, LIMITS } from "@near-offshore/protocol";
import { forgetClaims } from "../../src/dispatcher/core/builders.ts";
import { step } from "../../src/dispatcher/core/step.ts";
import { nextDeadline } from "../../src/dispatcher/core/time.ts";
import { emptyState, isEnded } from "../../src/dispatcher/core/turn.ts";
import type { AssignmentFrame, Effect, Event, OpenRequest, Ports } from "../../src/dispatcher/core/types.ts";
import { answer, keyOf, openRequest, SIGNATURE } from "./fixtures.ts";
import { violations } from "./invariants.ts";
import { SimulatedBuilders, simulatedSource } from "./simulated-builders.ts";

export interface SimulationOptions {
  seed: number;
  events: number;
  workers: number;
  requests: number;
  /** The first so many workers give wrong answers, each its own. */
  liars: number;
}

export interface SimulationResult {
  violations: string[];
  settled: number;
  failed: number;
  accepted_wrong: number;
  /** Failed for want of a toolchain. */
  refused: number;
  unfinished: number;
}

const BLOCK_MS = 600;
const TRUTH = "42";

interface SimulatedWorker {
  key: string;
  number: number;
  connected: boolean;
  /** Frames on their way to the coordinator. */
  outbox: AssignmentFrame[];
  /** What it was given and what it will say of it. */
  held: Map<string, { commit: AssignmentFrame; reveal: AssignmentFrame }>;
}

/** The dispatcher's core with simulated workers, builders, relayer and chain, in one thread, from one seed. */
export function simulate(options: SimulationOptions): SimulationResult {
  const world = new World(options);
  for (let i = 0; i < options.events && world.broken.length === 0; i++) world.disturb();
  world.recover();
  return world.result();
}

class World {
  readonly state = emptyState();
  readonly broken: string[] = [];
  readonly #workers: SimulatedWorker[];
  readonly #builders: SimulatedBuilders;
  readonly #requests: OpenRequest[];
  readonly #handed: number[] = [];
  readonly #random: (below: number) => number;
  readonly #ports: Ports;
  #now_ms = 1_000_000;
  #ids = 0;
  #opened = 0;

  constructor({ seed, workers, requests, liars }: SimulationOptions) {
    this.#random = generator(seed);
    this.#ports = {
      newId: () => `id-${++this.#ids}`,
      random: this.#random,
      verifySignature: (signature) => signature === SIGNATURE,
    };
    this.#workers = Array.from({ length: workers }, (_, i) => ({
      key: keyOf(i + 1),
      number: i < liars ? i + 1 : 0,
      connected: false,
      outbox: [],
      held: new Map(),
    }));
    this.#requests = Array.from({ length: requests }, (_, i) =>
      openRequest(i + 1, {
        quorum: 1 + (i % 3 || 1),
        max_error: i % 4 === 3 ? 0.05 : null,
        established: { workers: i % 5 === 4 ? 1 : 0, results: 2 },
        ...(i % 2 === 1 && {
          module: null,
          source: simulatedSource(i >> 1),
          builders: { needed: 1 + (i % 3 === 0 ? 1 : 0), known: 4 },
        }),
      }),
    );
    this.#builders = new SimulatedBuilders({
      state: this.state,
      broken: this.broken,
      random: this.#random,
      now_ms: () => this.#now_ms,
      apply: (event) => this.#apply(event),
    });
  }

  /** One thing happens, of all that may. */
  disturb(): void {
    const worker = this.#workers[this.#random(this.#workers.length)] as SimulatedWorker;
    const dice = this.#random(100);
    if (dice < 8) this.#openNext();
    else if (dice < 20) this.#pass(this.#random(4000));
    else if (dice < 25) this.#disconnect(worker);
    else if (dice < 40) this.#connect(worker);
    else if (dice < 43) worker.outbox.splice(this.#random(worker.outbox.length + 1), 1);
    else if (dice < 45) this.#restart();
    else if (dice < 47) worker.held.clear();
    else if (dice < 55) this.#relay();
    else if (dice < 65) this.#builders.disturb();
    else this.#deliver(worker);
  }

  /** Faults stop: everybody is there, everything arrives, blocks are made. Everything must end. */
  recover(): void {
    while (this.#opened < this.#requests.length) this.#openNext();
    for (let round = 0; round < 600 && this.broken.length === 0 && this.#unfinished() > 0; round++) {
      for (const worker of this.#workers) this.#connect(worker);
      this.#builders.recover();
      for (const worker of this.#workers) while (worker.outbox.length > 0) this.#deliver(worker);
      while (this.#handed.length > 0) this.#relay();
      this.#pass(BLOCK_MS);
    }
  }

  result(): SimulationResult {
    const tasks = [...this.state.tasks.values()];
    return {
      violations: this.broken,
      settled: tasks.filter(({ state }) => state === "settled").length,
      failed: tasks.filter(({ state }) => state === "failed").length,
      accepted_wrong: tasks.filter(({ outcome }) => outcome !== null && atob(outcome.output_base64) !== TRUTH)
        .length,
      refused: tasks.filter(({ failure }) => failure?.code === "toolchain_unavailable").length,
      unfinished: this.#unfinished(),
    };
  }

  #apply(event: Event): Effect[] {
    const { effects } = step(this.state, event, this.#now_ms, this.#ports);
    for (const effect of effects) this.#carryOut(effect);
    this.broken.push(...violations(this.state).map((what) => `${event.type}: ${what}`));
    this.#builders.judge();
    return effects;
  }

  #restart(): void {
    forgetClaims(this.state, this.#now_ms);
    this.#apply({ type: "restarted", connected: this.#connectedKeys() });
  }

  #carryOut(effect: Effect): void {
    if (effect.type === "hand_over") this.#handed.push(effect.request_id);
    if (effect.type === "check_workers") {
      const workers = effect.public_keys.map((key) => ({
        public_key: key,
        account_id: implicitAccount(key),
        active: true,
        stake_yocto: "0",
        accepted: 0,
      }));
      this.#apply({ type: "workers_checked", workers });
    }
    if (effect.type !== "send" && effect.type !== "hang_up") return;
    const worker = this.#workers.find(({ key }) => key === effect.worker) as SimulatedWorker;
    if (effect.type === "hang_up") worker.connected = false;
    else if (worker.connected) this.#receive(worker, effect.frame);
  }

  /** A worker answers as a real one does, but that its program takes no time. */
  #receive(worker: SimulatedWorker, frame: CoordinatorFrame): void {
    if (frame.type === "assign") {
      const request = this.#requests[frame.task.request_id - 1] as OpenRequest;
      const output = worker.number > 0 ? `lie of ${worker.number}` : TRUTH;
      const held = { assignment: frame.assignment, epoch: frame.epoch, worker: worker.key };
      const said = answer(request, held, output);
      worker.held.set(frame.assignment, said);
      worker.outbox.push(said.commit, { v: 1, type: "ready", slots: 1 });
    } else if (frame.type === "open") {
      const held = worker.held.get(frame.assignment);
      if (held !== undefined) worker.outbox.push(held.reveal);
    } else if (frame.type === "welcome") {
      for (const { assignment, epoch } of frame.live) {
        const held = worker.held.get(assignment);
        worker.outbox.push(held?.commit ?? { v: 1, type: "release", assignment, epoch, reason: "crashed" });
      }
      worker.outbox.push({ v: 1, type: "ready", slots: 1 });
    } else if (frame.type === "cancel" || frame.type === "verdict") worker.held.delete(frame.assignment);
  }

  #deliver(worker: SimulatedWorker): void {
    const frame = worker.outbox.shift() ?? { v: 1, type: "pong" };
    if (worker.connected) this.#apply({ type: "frame", worker: worker.key, frame });
  }

  #connect(worker: SimulatedWorker): void {
    if (worker.connected) {
      worker.outbox.push({ v: 1, type: "pong" });
      return;
    }
    worker.connected = true;
    const number = this.#workers.indexOf(worker);
    const public_key = worker.key;
    const account_id = implicitAccount(public_key);
    const subnet = number % 2 === 0 ? null : `10.0.${number}.0/24`;
    this.#apply({ type: "worker_connected", public_key, account_id, subnet, cores: 2, engine: "simulated" });
  }

  #disconnect(worker: SimulatedWorker): void {
    worker.connected = false;
    worker.outbox = [];
    this.#apply({ type: "worker_disconnected", public_key: worker.key });
  }

  #connectedKeys(): string[] {
    for (const worker of this.#workers) if (this.#random(2) === 0) worker.connected = false;
    return this.#workers.filter(({ connected }) => connected).map(({ key }) => key);
  }

  #openNext(): void {
    const request = this.#requests[this.#opened++];
    if (request === undefined) return;
    request.description.context.block_height = this.state.head_height;
    this.#apply({ type: "request_opened", request });
  }

  /** The relayer and the chain: mostly they work. */
  #relay(): void {
    const request_id = this.#handed.shift();
    if (request_id === undefined) return;
    const dice = this.#random(10);
    if (dice === 0) return;
    this.#apply({ type: "settlement_handed", request_id });
    if (dice === 1)
      this.#apply({ type: "settlement_refused", request_id, message: "no", closed: this.#random(2) === 0 });
    else this.#apply({ type: "settlement_done", request_id, tx: "hash", earned_yocto: "1" });
  }

  #pass(time_ms: number): void {
    const end_ms = this.#now_ms + time_ms;
    for (let due = nextDeadline(this.state); due <= end_ms; due = nextDeadline(this.state)) {
      this.#now_ms = Math.max(this.#now_ms + 1, due);
      this.#apply({ type: "tick" });
    }
    this.#now_ms = Math.max(this.#now_ms, end_ms);
    const block_height = Math.floor(this.#now_ms / BLOCK_MS);
    this.#apply({ type: "chain_head", block_height });
    for (const { request_id, description } of this.state.tasks.values())
      if (block_height > description.context.block_height + LIMITS.yield_blocks)
        this.#apply({ type: "request_closed", request_id });
  }

  #unfinished(): number {
    return [...this.state.tasks.values()].filter((task) => !isEnded(task)).length;
  }
}

/** mulberry32: small, seeded, good enough to choose what goes wrong. */
function generator(seed: number): (below: number) => number {
  let a = seed >>> 0;
  return (below) => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}
