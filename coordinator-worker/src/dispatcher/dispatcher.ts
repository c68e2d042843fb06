import { DurableObject } from "cloudflare:workers";
import {
  type BuildClaim,
  implicitAccount,
  OffshoreError,
  SOCKET_CLOSE,
  verifySignature,
  type WorkerFrame,
} from "@near-offshore/protocol";
import type { Answer } from "../answer.ts";
import { readConfig } from "../config.ts";
import type { Env } from "../env.ts";
import { Chronicle } from "../history/chronicle.ts";
import { BOUNDS } from "../limits.ts";
import { describeError, log } from "../log.ts";
import { findModule } from "../modules/store.ts";
import type { Relayed } from "../relayer/submissions.ts";
import { subnetOf } from "../sessions/subnet.ts";
import { readSessionToken } from "../sessions/tokens.ts";
import { type BuildReport, failureCode, readBuildReport } from "./build-desk.ts";
import { step } from "./core/step.ts";
import { nextDeadline } from "./core/time.ts";
import { isDecided, type Turn } from "./core/turn.ts";
import type { AskedRequest, Effect, Event, Ports, State, WorkerStanding } from "./core/types.ts";
import { Errands } from "./errands.ts";
import { Records } from "./records.ts";
import { attachmentOf, Sockets } from "./sockets.ts";

const PORTS: Ports = {
  newId: () => crypto.randomUUID(),
  random: (below) => (below <= 1 ? 0 : (crypto.getRandomValues(new Uint32Array(1))[0] as number) % below),
  verifySignature,
};

/**
 * Leases tasks to workers and builds to compilers. Everything that is decided is decided by the pure core; this shell
 * gives it events, stores what changed in the same turn, and carries out what follows.
 */
export class Dispatcher extends DurableObject<Env> {
  readonly #records: Records;
  readonly #chronicle: Chronicle;
  readonly #errands: Errands;
  readonly #sockets: Sockets;
  #state: State;
  #alarm_ms = Number.POSITIVE_INFINITY;
  #heartbeat_ms = 0;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#records = new Records(ctx.storage.sql);
    this.#chronicle = new Chronicle(ctx.storage.sql, env.DB);
    this.#errands = new Errands(env);
    this.#sockets = new Sockets(ctx);
    this.#state = this.#records.load(Date.now());
    this.#apply({ type: "restarted", connected: this.#sockets.connected() });
  }

  // --- the chain ---------------------------------------------------------------------------------------------------

  /** Open requests that are being worked on, with the block each was made in. */
  async openRequests(): Promise<{ request_id: number; block_height: number }[]> {
    return [...this.#state.tasks.values()]
      .filter((task) => !isDecided(task))
      .map(({ request_id, description: { context } }) => ({
        request_id,
        block_height: context.block_height,
      }));
  }

  /** Takes a request; false where there is no room for it now. @throws where neither D1 nor KV answers, or no node. */
  async openRequest(request: AskedRequest): Promise<boolean> {
    const { request_id, source } = request.description;
    if (this.#state.tasks.has(request_id)) return true;
    const pinned =
      "GitHub" in source
        ? source.GitHub.module_sha256
        : "WasmUrl" in source
          ? source.WasmUrl.hash
          : source.Module.sha256;
    // What is compile only is there when it is published, wherever else it is.
    const module = pinned === null || request.compile_only ? null : await findModule(this.env, pinned);
    const builders = await this.#errands.buildersFor(request);
    this.#apply({ type: "request_opened", request: { ...request, module, builders } });
    return this.#state.tasks.has(request_id);
  }

  async closeRequests(request_ids: number[]): Promise<void> {
    for (const request_id of request_ids) this.#apply({ type: "request_closed", request_id });
  }

  async seeHead(block_height: number): Promise<void> {
    const risen = block_height > this.#state.head_height;
    this.#apply({ type: "chain_head", block_height });
    this.#chronicle.noteNetwork(this.#state, Date.now(), risen);
  }

  /** How a settlement ended. @throws OffshoreError `chain_unavailable`: to be told again. */
  async relayed(result: Relayed): Promise<void> {
    const { request_id } = result;
    if (result.kind === "refused") {
      const { message, closed } = result;
      return void this.#apply({ type: "settlement_refused", request_id, message, closed });
    }
    const outcome = this.#state.tasks.get(request_id)?.outcome ?? null;
    const earned_yocto = outcome === null ? "0" : await this.#errands.earned(outcome.instructions);
    this.#apply({ type: "settlement_done", request_id, tx: result.tx, earned_yocto });
  }

  async workersChecked(workers: WorkerStanding[]): Promise<void> {
    this.#apply({ type: "workers_checked", workers });
  }

  // --- compilers ---------------------------------------------------------------------------------------------------

  /**
   * Leases a build to a builder whose word the contract takes.
   * @param toolchains languages that it can build
   * @throws OffshoreError `chain_unavailable`
   */
  async claimBuild(builder: string, toolchains: string[]): Promise<Answer<BuildClaim | null>> {
    if (!(await this.#errands.isBuilder(builder)))
      return refusal(
        new OffshoreError("forbidden", `${builder} is not one of the builders that the contract trusts`),
      );
    const { contract_id } = readConfig(this.env);
    const turn = this.#apply({ type: "build_claimed", contract_id, builder, toolchains });
    for (const effect of turn.effects) if (effect.type === "claimed") return { value: effect.claim };
    return { value: null };
  }

  async keepBuild(build_id: string, epoch: number): Promise<Answer<null>> {
    return answerOf(this.#apply({ type: "build_alive", build_id, epoch }));
  }

  /** Adds a piece to a build's log, which also keeps its lease. */
  async logBuild(build_id: string, epoch: number, text: string): Promise<Answer<null>> {
    const answer = await this.keepBuild(build_id, epoch);
    if ("refused" in answer) return answer;
    this.#chronicle.noteLog(build_id, text, Date.now());
    this.#schedule();
    return answer;
  }

  /** The compiler is done, and its module is in the store. */
  async completeBuild(build_id: string, report: BuildReport): Promise<Answer<null>> {
    const build = this.#state.builds.get(build_id);
    if (build === undefined) return refusal(new OffshoreError("not_found", `no build ${build_id}`));
    const module = await findModule(this.env, report.module_sha256);
    if (module === null)
      return refusal(new OffshoreError("module_unavailable", `upload module ${report.module_sha256} first`));
    try {
      return answerOf(this.#apply(readBuildReport(readConfig(this.env).contract_id, build, report, module)));
    } catch (error) {
      return refusal(error);
    }
  }

  /** The compiler has no toolchain for what it found. */
  async releaseBuild(build_id: string, epoch: number, language: string): Promise<Answer<null>> {
    return answerOf(this.#apply({ type: "build_released", build_id, epoch, language }));
  }

  async failBuild(
    build_id: string,
    failure: { epoch: number; code: string; message: string },
  ): Promise<Answer<null>> {
    const code = failureCode(failure.code);
    return answerOf(this.#apply({ type: "build_failed", build_id, ...failure, code }));
  }

  // --- workers -----------------------------------------------------------------------------------------------------

  /** Upgrades to the worker protocol. The token comes in the first frame, not in the URL, where it would be logged. */
  override async fetch(request: Request): Promise<Response> {
    try {
      const client = this.#sockets.accept(request.headers.get("x-client-address") ?? "");
      this.#schedule();
      return new Response(null, { status: 101, webSocket: client });
    } catch (error) {
      if (!(error instanceof OffshoreError)) throw error;
      return Response.json(error.toBody(), { status: error.status, headers: { "retry-after": "10" } });
    }
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    try {
      const frame = this.#sockets.read(socket, message);
      if (frame.type === "hello") return await this.#hello(socket, frame);
      const { public_key } = attachmentOf(socket);
      if (public_key === null || !this.#sockets.isCurrent(socket, public_key))
        throw new OffshoreError("unauthorized", "say hello with a session token first");
      const { effects } = this.#apply({ type: "frame", worker: public_key, frame });
      for (const effect of effects)
        if (effect.type === "refused")
          this.#sockets.complain(socket, new OffshoreError(effect.code, effect.message), effect.assignment);
    } catch (error) {
      if (!(error instanceof OffshoreError)) log("dispatcher", `frame: ${describeError(error)}`);
      this.#sockets.complain(
        socket,
        error instanceof OffshoreError
          ? error
          : new OffshoreError("internal", "this frame could not be handled"),
      );
    }
  }

  override async webSocketClose(socket: WebSocket): Promise<void> {
    const public_key = this.#sockets.unbind(socket);
    if (public_key !== null) this.#apply({ type: "worker_disconnected", public_key });
  }

  override async webSocketError(socket: WebSocket): Promise<void> {
    await this.webSocketClose(socket);
  }

  async #hello(socket: WebSocket, frame: Extract<WorkerFrame, { type: "hello" }>): Promise<void> {
    const public_key = await readSessionToken(readConfig(this.env), frame.token);
    this.#sockets.bind(socket, public_key);
    const { effects } = this.#apply({
      type: "worker_connected",
      public_key,
      account_id: implicitAccount(public_key),
      subnet: subnetOf(attachmentOf(socket).address),
      cores: frame.cores,
      engine: frame.engine,
    });
    for (const effect of effects)
      if (effect.type === "refused")
        this.#sockets.complain(socket, new OffshoreError(effect.code, effect.message));
  }

  // --- time --------------------------------------------------------------------------------------------------------

  /** Goes on after a restart: constructing this object has done the work. */
  async wake(): Promise<void> {
    this.#apply({ type: "tick" });
  }

  override async alarm(): Promise<void> {
    this.#alarm_ms = Number.POSITIVE_INFINITY;
    const now_ms = Date.now();
    try {
      if (now_ms >= this.#heartbeat_ms) {
        this.#sockets.heartbeat(now_ms);
        this.#heartbeat_ms = now_ms + BOUNDS.heartbeat_ms;
      }
      this.#apply({ type: "tick" });
      this.#chronicle.noteNetwork(this.#state, now_ms);
      await this.#chronicle.flush(now_ms);
    } catch (error) {
      log("dispatcher", `alarm: ${describeError(error)}`);
    } finally {
      this.#schedule();
    }
  }

  #schedule(): void {
    const now_ms = Date.now();
    const heartbeat_ms = this.#sockets.count() > 0 ? this.#heartbeat_ms : Number.POSITIVE_INFINITY;
    const next = Math.min(nextDeadline(this.#state), this.#chronicle.dueMs(), heartbeat_ms);
    if (next >= this.#alarm_ms) return;
    this.#alarm_ms = Math.max(next, now_ms + BOUNDS.alarm_min_ms);
    void this.ctx.storage.setAlarm(this.#alarm_ms);
  }

  // --- the core ----------------------------------------------------------------------------------------------------

  /** One event through the core: stored before anything leaves (a Durable Object's output waits for its writes). */
  #apply(event: Event): Turn {
    let turn: Turn;
    try {
      turn = step(this.#state, event, Date.now(), PORTS);
    } catch (error) {
      // A half-applied event must not stay in memory; what is on disk is whole.
      this.#state = this.#records.load(Date.now());
      throw error;
    }
    this.#records.save(this.#state, turn.touched);
    this.#chronicle.note(this.#state, turn.touched, turn.now_ms);
    for (const effect of turn.effects) this.#carryOut(effect);
    if (event.type !== "frame" || event.frame.type !== "pong") this.#schedule();
    return turn;
  }

  #carryOut(effect: Effect): void {
    if (effect.type === "send") this.#sockets.send(effect.worker, effect.frame);
    else if (effect.type === "hang_up")
      this.#sockets.hangUp(effect.worker, SOCKET_CLOSE.silent, "nothing heard");
    else if (effect.type === "hand_over") this.#run(this.#errands.handOver(this.#state, effect.request_id));
    else if (effect.type === "publish") this.#run(this.#errands.publish(this.#state, effect.build_id));
    else if (effect.type === "report_faults")
      this.#run(this.#errands.reportFaults(this.#state, effect.request_id));
    else if (effect.type === "disputed") log("builds", `${effect.build_id}: ${effect.message}`);
    else if (effect.type === "check_workers") this.#run(this.#errands.checkWorkers(effect.public_keys));
  }

  #run(errand: Promise<Event[]>): void {
    const done = errand.then((events) => {
      for (const event of events) this.#apply(event);
    });
    this.ctx.waitUntil(done.catch((error) => log("dispatcher", describeError(error))));
  }
}

function answerOf(turn: Turn): Answer<null> {
  for (const effect of turn.effects)
    if (effect.type === "refused") return { refused: { code: effect.code, message: effect.message } };
  return { value: null };
}

function refusal(error: unknown): Answer<never> {
  if (!(error instanceof OffshoreError)) throw error;
  return { refused: { code: error.code, message: error.message } };
}
