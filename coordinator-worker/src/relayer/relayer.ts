import { DurableObject } from "cloudflare:workers";
import {
  type FaultArguments,
  LIMITS,
  OffshoreError,
  type PublishModuleArguments,
} from "@near-offshore/protocol";
import { fromBase64, toBase64 } from "../base64.ts";
import { ContractViews } from "../chain/contract.ts";
import { RpcError, type TransactionResult } from "../chain/rpc.ts";
import { type Config, readConfig } from "../config.ts";
import { dispatcher, type Env } from "../env.ts";
import { BOUNDS } from "../limits.ts";
import { describeError, log } from "../log.ts";
import { askContract, enrolled, isTransient } from "./chain-truth.ts";
import { Operator } from "./operator.ts";
import { type Entry, Outbox } from "./outbox.ts";
import { faultId, publicationId, type Relayed, type Submission, settlementId } from "./submissions.ts";

/**
 * Brings settlements to the contract, each exactly once. What is to be said is written down first; then the signed
 * bytes are; then they are sent. After a crash the chain is asked what became of those bytes before anything is sent
 * again, and new bytes are signed only when the old ones can never be executed.
 */
export class Relayer extends DurableObject<Env> {
  readonly #outbox: Outbox;
  readonly #active = new Set<string>();
  #reporting = false;
  #tools: { config: Config; views: ContractViews; operator: Operator } | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#outbox = new Outbox(ctx.storage.sql);
    // Whatever was under way in an earlier life is under way no more.
    this.#outbox.release();
  }

  /** Takes a settlement over. Answered once it is written down; saying it again changes nothing. */
  async submit(submission: Submission): Promise<void> {
    const { request_id } = submission.args;
    const id = settlementId(request_id);
    const before = this.#outbox.get(id);
    // A refused settlement is proven not to have happened: the failure that follows it takes its place.
    if (submission.kind === "fail" && before?.kind !== "fail" && before?.state === "refused")
      this.#outbox.remove(id);
    let needs: string | null = null;
    if (submission.kind !== "fail" && submission.publication !== null) {
      needs = this.#addPublication(submission.publication);
    }
    this.#outbox.add(id, submission.kind, submission.args, needs);
    this.#pump();
  }

  /** Publishes a module ahead of the settlements that need it. */
  async publish(publication: PublishModuleArguments): Promise<void> {
    this.#addPublication(publication);
    this.#pump();
  }

  /** Reports a worker who signed another outcome than the settled one; the dispatcher hears what became of it. */
  async report(fault: FaultArguments): Promise<void> {
    const id = faultId(fault);
    if (this.#outbox.get(id) === null) this.#outbox.add(id, "fault", fault);
    this.#pump();
  }

  /** Has the contract enrol these keys, several to a transaction; the dispatcher hears when they are. */
  async enroll(public_keys: string[]): Promise<void> {
    if (!this.#outbox.queueKeys(public_keys, BOUNDS.enroll_queue_max))
      log("relayer", "the enrolment queue is full; its workers ask again later");
    this.#pump();
  }

  /** Goes on after a restart. */
  async wake(): Promise<void> {
    this.#pump();
  }

  override async alarm(): Promise<void> {
    this.#outbox.prune(Date.now() - BOUNDS.outbox_kept_ms);
    this.#pump();
  }

  /** One that was refused (a builder that the contract did not trust then) is tried again; one that is done stays so. */
  #addPublication(publication: PublishModuleArguments): string {
    const id = publicationId(publication);
    const before = this.#outbox.get(id);
    if (before?.state === "refused") this.#outbox.remove(id);
    if (before === null || before.state === "refused") this.#outbox.add(id, "publish", publication);
    return id;
  }

  /** Starts whatever is due, and sees to it that the rest is looked at in time. Never throws. */
  #pump(): void {
    this.#batchKeys();
    for (const entry of this.#outbox.due(Date.now())) {
      if (this.#active.size >= BOUNDS.transactions_in_flight_max) break;
      if (this.#active.has(entry.id)) continue;
      this.#active.add(entry.id);
      this.#outbox.update(entry.id, { due_ms: Date.now() + BOUNDS.relay_stuck_ms });
      this.ctx.waitUntil(this.#advance(entry).finally(() => this.#ended(entry.id)));
    }
    this.ctx.waitUntil(this.#report());
    this.#setAlarm();
  }

  #ended(id: string): void {
    this.#active.delete(id);
    this.#pump();
  }

  #setAlarm(): void {
    const due = [this.#outbox.nextDue()];
    const [oldest] = this.#outbox.waitingKeys(1);
    if (oldest !== undefined) due.push(oldest.added_ms + BOUNDS.enroll_wait_ms);
    const next = Math.min(...due.flatMap((time_ms) => time_ms ?? []));
    if (Number.isFinite(next))
      void this.ctx.storage.setAlarm(Math.max(next, Date.now() + BOUNDS.relay_alarm_min_ms));
  }

  #batchKeys(): void {
    const waiting = this.#outbox.waitingKeys(LIMITS.enroll_keys_max);
    const [oldest] = waiting;
    if (oldest === undefined) return;
    const full = waiting.length === LIMITS.enroll_keys_max;
    if (!full && Date.now() - oldest.added_ms < BOUNDS.enroll_wait_ms) return;
    const public_keys = waiting.map(({ public_key }) => public_key);
    const id = `enroll:${crypto.randomUUID()}`;
    this.#outbox.add(id, "enroll", { public_keys });
    this.#outbox.giveKeys(public_keys, id);
  }

  /** One entry one step further; what goes wrong is tried again later. */
  async #advance(entry: Entry): Promise<void> {
    try {
      if (entry.state === "signed") {
        const fate = await this.#fate(entry);
        if (fate !== "dead") return await this.#conclude(entry, fate);
      }
      if (entry.attempts > 0 || entry.kind === "publish" || entry.kind === "fault") {
        const truth = await askContract(this.#use().views, entry);
        if (truth === "early") return this.#wait(entry);
        if (truth !== "open") return this.#end(entry, truth);
      }
      await this.#conclude(entry, await this.#signAndSend(entry));
    } catch (error) {
      this.#later(entry, describeError(error));
    }
  }

  /** What became of bytes that may have been sent; sends the same bytes again where the chain never saw them. */
  async #fate(entry: Entry): Promise<TransactionResult | "dead"> {
    const { config, views, operator } = this.#use();
    const known = async () => {
      try {
        return await views.rpc.transaction(entry.tx_hash as string, config.operator_account_id);
      } catch (error) {
        if (error instanceof RpcError && error.cause_name === "UNKNOWN_TRANSACTION") return null;
        throw error;
      }
    };
    const first = await known();
    if (first !== null) return first;
    const [nonce, head] = await Promise.all([operator.chainNonce(), views.rpc.finalBlock()]);
    const expired = head.height > entry.signed_height + BOUNDS.transaction_validity_blocks;
    // A key's nonce only grows: bytes with one that is used up were executed, which the second look shows, or never will be.
    if (nonce >= BigInt(entry.nonce as string) || expired) return (await known()) ?? "dead";
    return views.rpc.sendTransaction(fromBase64(entry.tx_base64 as string));
  }

  async #signAndSend(entry: Entry): Promise<TransactionResult> {
    const { views, operator } = this.#use();
    const signed = await operator.sign(entry.kind, entry.args);
    this.#outbox.update(entry.id, {
      state: "signed",
      tx_hash: signed.hash,
      tx_base64: toBase64(signed.bytes),
      nonce: signed.nonce.toString(),
      signed_height: signed.height,
      attempts: entry.attempts + 1,
    });
    // The bytes are on disk before they are on the wire.
    await this.ctx.storage.sync();
    return views.rpc.sendTransaction(signed.bytes);
  }

  async #conclude(entry: Entry, result: TransactionResult): Promise<void> {
    if (result.state === "pending") return this.#later(entry, "pending");
    if (result.state === "success") return this.#end(entry, "happened");
    const truth = await askContract(this.#use().views, entry);
    if (truth === "open" && isTransient(result.message)) {
      this.#outbox.update(entry.id, { state: "waiting" });
      return this.#later(entry, result.message);
    }
    this.#end(entry, truth === "open" || truth === "early" ? "refused" : truth, result.message);
  }

  /** A receipt comes with the callback, a block or two after the settlement, and goes with the fault window. */
  #wait(entry: Entry): void {
    if (entry.attempts >= BOUNDS.fault_tries_max) this.#end(entry, "closed", "there is no receipt");
    else this.#later(entry, "no receipt yet");
  }

  #end(entry: Entry, how: "happened" | "closed" | "refused", message: string | null = null): void {
    const state = how === "happened" ? "done" : "refused";
    this.#outbox.update(entry.id, { state, message, closed: how === "closed" ? 1 : 0 });
    if (state === "refused") log("relayer", `${entry.id}: ${how} ${message ?? ""}`);
    if (entry.kind === "enroll") this.#outbox.dropKeys(entry.id);
  }

  #later(entry: Entry, message: string): void {
    const attempts = entry.attempts + (message === "pending" ? 0 : 1);
    const delay_ms = Math.min(
      BOUNDS.relay_retry_min_ms * 2 ** Math.min(attempts, 8),
      BOUNDS.relay_retry_max_ms,
    );
    const due_ms = Date.now() + (message === "pending" ? BOUNDS.relay_retry_min_ms : delay_ms);
    this.#outbox.update(entry.id, { attempts, due_ms, message });
    if (message !== "pending") log("relayer", `${entry.id}: ${message}; again in ${due_ms - Date.now()} ms`);
  }

  /** Tells the dispatcher what ended, until it has heard. */
  async #report(): Promise<void> {
    if (this.#reporting) return;
    this.#reporting = true;
    for (const entry of this.#outbox.unreported()) {
      try {
        if (entry.kind === "enroll" && entry.state === "done")
          await dispatcher(this.env).workersChecked(enrolled(entry));
        if (entry.kind === "fault") await this.#tellOfWorker(entry);
        if (entry.kind === "resolve" || entry.kind === "compile" || entry.kind === "fail")
          await dispatcher(this.env).relayed(relayedOf(entry));
        this.#outbox.update(entry.id, { reported: 1 });
      } catch (error) {
        this.#outbox.update(entry.id, { due_ms: Date.now() + BOUNDS.handoff_retry_ms });
        log("relayer", `report of ${entry.id}: ${describeError(error)}`);
      }
    }
    this.#reporting = false;
  }

  /** A worker that was slashed is given no more work. */
  async #tellOfWorker(entry: Entry): Promise<void> {
    const { worker: public_key } = JSON.parse(entry.args) as FaultArguments;
    const worker = await this.#use().views.worker(public_key);
    if (worker !== null) await dispatcher(this.env).workersChecked([worker]);
  }

  #use() {
    if (this.#tools !== null) return this.#tools;
    const config = readConfig(this.env);
    const views = new ContractViews(config);
    try {
      const operator = new Operator(config, views.rpc, this.#outbox.lastNonce());
      this.#tools = { config, views, operator };
      return this.#tools;
    } catch {
      throw new OffshoreError("internal", "configuration: OPERATOR_PRIVATE_KEY: is not a key");
    }
  }
}

function relayedOf(entry: Entry): Relayed {
  const { request_id } = JSON.parse(entry.args) as { request_id: number };
  if (entry.state === "done") return { request_id, kind: "done", tx: entry.tx_hash };
  return { request_id, kind: "refused", message: entry.message ?? "refused", closed: entry.closed === 1 };
}
