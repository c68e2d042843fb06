import type { CoordinatorFrame, ErrorCode } from "@near-offshore/protocol";
import { implicitAccount } from "@near-offshore/protocol";
import { step } from "../../src/dispatcher/core/step.ts";
import { emptyState, type Turn } from "../../src/dispatcher/core/turn.ts";
import type {
  AssignmentFrame,
  Effect,
  Event,
  OpenRequest,
  Ports,
  Product,
  Task,
} from "../../src/dispatcher/core/types.ts";
import { answer, keyOf, MODULE, openRequest, SIGNATURE } from "./fixtures.ts";

const BUILDER = keyOf(90);

interface ClaimedBuild {
  build_id: string;
  epoch: number;
  builder: string;
}

/** The dispatcher's core on a bench: a clock that the test turns, and everything that came out. */
export class Bench {
  readonly state = emptyState();
  readonly sent: { worker: string; frame: CoordinatorFrame }[] = [];
  now_ms = 1_000_000;
  #ids = 0;
  readonly ports: Ports = {
    newId: () => `id-${++this.#ids}`,
    random: () => 0,
    verifySignature: (signature) => signature === SIGNATURE,
  };

  do(event: Event): Effect[] {
    return this.turn(event).effects;
  }

  turn(event: Event): Turn {
    const turn = step(this.state, event, this.now_ms, this.ports);
    for (const effect of turn.effects) if (effect.type === "send") this.sent.push(effect);
    return turn;
  }

  /** Connects workers 1..count, active and with one slot, each in a subnet of its own. */
  workers(count: number, first = 1): string[] {
    const keys = Array.from({ length: count }, (_, i) => keyOf(first + i));
    for (const [i, key] of keys.entries()) this.worker(key, `10.0.${first + i}.0/24`);
    return keys;
  }

  worker(
    public_key: string,
    subnet: string | null = null,
    account_id = implicitAccount(public_key),
    { stake_yocto = "0", accepted = 0 } = {},
  ): void {
    this.do({ type: "worker_connected", public_key, account_id, subnet, cores: 1, engine: "test" });
    const standing = { public_key, account_id, active: true, stake_yocto, accepted };
    this.do({ type: "workers_checked", workers: [standing] });
    this.do({ type: "frame", worker: public_key, frame: { v: 1, type: "ready", slots: 1 } });
  }

  /** Makes a worker one of whose results so many were confirmed. */
  confirm(public_key: string, confirmed: number): void {
    const worker = this.state.workers.get(public_key);
    if (worker === undefined) throw new Error(`no worker ${public_key}`);
    worker.confirmed = confirmed;
  }

  /** A build for a builder that can make so much, or null. */
  claimed(builder = BUILDER, toolchains = ["c"]) {
    for (const effect of this.do({
      type: "build_claimed",
      contract_id: "offshore.local",
      builder,
      toolchains,
    }))
      if (effect.type === "claimed") return effect.claim;
    return null;
  }

  claim(builder = BUILDER, toolchains = ["c"]): ClaimedBuild {
    const claim = this.claimed(builder, toolchains);
    if (claim === null) throw new Error(`no build for ${builder}`);
    return { build_id: claim.build_id, epoch: claim.epoch, builder };
  }

  complete({ builder, ...lease }: ClaimedBuild, said: Partial<Product> = {}): Effect[] {
    const signed = { builder, module: MODULE, publication: SIGNATURE, ref_commit: null };
    const product = { ...signed, toolchain: "", image: null, tree: null, timings_ms: {}, ...said };
    return this.do({ type: "build_completed", ...lease, product });
  }

  release({ build_id, epoch }: ClaimedBuild, language: string): Effect[] {
    return this.do({ type: "build_released", build_id, epoch, language });
  }

  frame(worker: string, frame: AssignmentFrame): Effect[] {
    return this.do({ type: "frame", worker, frame });
  }

  /** What a worker holds, from the `assign` frames that it was sent. */
  held(worker: string): { assignment: string; epoch: number; worker: string } {
    const frame = this.sent.findLast((one) => one.worker === worker && one.frame.type === "assign")?.frame;
    if (frame?.type !== "assign") throw new Error(`${worker} has no assignment`);
    return { assignment: frame.assignment, epoch: frame.epoch, worker };
  }

  commit(request: OpenRequest, worker: string, output: string): Effect[] {
    return this.frame(worker, answer(request, this.held(worker), output).commit);
  }

  reveal(request: OpenRequest, worker: string, output: string): Effect[] {
    return this.frame(worker, answer(request, this.held(worker), output).reveal);
  }

  framesTo<T extends CoordinatorFrame["type"]>(worker: string, type: T) {
    return this.sent.flatMap((one) =>
      one.worker === worker && one.frame.type === type
        ? [one.frame as Extract<CoordinatorFrame, { type: T }>]
        : [],
    );
  }

  task(request_id: number): Task {
    const task = this.state.tasks.get(request_id);
    if (task === undefined) throw new Error(`no task ${request_id}`);
    return task;
  }
}

export function refusal(effects: Effect[]): ErrorCode | null {
  for (const effect of effects) if (effect.type === "refused") return effect.code;
  return null;
}

/** A bench with `count` workers and request 1 open; the workers that have it come first. */
export function running(count: number, quorum = 2) {
  const bench = new Bench();
  const workers = bench.workers(count);
  const request = openRequest(1, { quorum });
  bench.do({ type: "request_opened", request });
  return { bench, workers, request };
}

/** As `running`, with a quorum that agrees that the first worker lied. */
export function outvoted() {
  const { bench, workers, request } = running(3);
  const [liar, b, c] = workers as [string, string, string];
  bench.commit(request, liar, "7");
  bench.commit(request, b, "42");
  bench.reveal(request, liar, "7");
  bench.reveal(request, b, "42");
  bench.commit(request, c, "42");
  bench.reveal(request, c, "42");
  return { bench, liar, honest: [b, c] as const };
}
