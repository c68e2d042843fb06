import type { ConfigView, PricingView } from "@near-offshore/protocol";
import { ContractViews, earnedYocto } from "../chain/contract.ts";
import { readConfig } from "../config.ts";
import { type Env, relayer } from "../env.ts";
import { BOUNDS } from "../limits.ts";
import { describeError, log } from "../log.ts";
import { publicationOf } from "./build-desk.ts";
import { needsPublication } from "./core/builds.ts";
import type { AskedRequest, BuildersDemand, Event, State } from "./core/types.ts";
import { faultsOf, submissionOf } from "./settlements.ts";

/**
 * What the dispatcher has others do: the relayer and the contract. Each errand answers with the event that tells the
 * core how it went; one that throws is asked for again by the core, which has not heard of it.
 */
export class Errands {
  readonly #env: Env;
  #pricing: { value: PricingView; read_ms: number } | null = null;
  #refresh: Promise<unknown> | null = null;
  #config: { value: ConfigView; read_ms: number } | null = null;

  constructor(env: Env) {
    this.#env = env;
  }

  async handOver(state: State, request_id: number): Promise<Event[]> {
    const task = state.tasks.get(request_id);
    const submission = task === undefined ? null : submissionOf(state, task);
    if (submission === null) return [];
    await relayer(this.#env).submit(submission);
    return [{ type: "settlement_handed", request_id }];
  }

  async publish(state: State, build_id: string): Promise<Event[]> {
    const build = state.builds.get(build_id);
    const publication = build === undefined ? null : publicationOf(build);
    if (publication !== null) await relayer(this.#env).publish(publication);
    return [];
  }

  async reportFaults(state: State, request_id: number): Promise<Event[]> {
    const task = state.tasks.get(request_id);
    if (task === undefined) return [];
    for (const fault of faultsOf(state, task)) await relayer(this.#env).report(fault);
    return [{ type: "faults_handed", request_id }];
  }

  /** Asks the contract about workers; those that it does not know are enrolled, which the relayer reports by itself. */
  async checkWorkers(public_keys: string[]): Promise<Event[]> {
    const views = new ContractViews(readConfig(this.#env));
    const ask = async (public_key: string) => ({ public_key, worker: await views.worker(public_key) });
    const answers = await Promise.all(public_keys.map(ask));
    const newcomers = answers.flatMap(({ public_key, worker }) => (worker === null ? [public_key] : []));
    if (newcomers.length > 0) await relayer(this.#env).enroll(newcomers);
    const workers = answers.flatMap(({ worker }) => worker ?? []);
    return workers.length > 0 ? [{ type: "workers_checked", workers }] : [];
  }

  /** How many builders have to agree on what a request's source compiles to: one where the request pins the result. */
  async buildersFor(request: AskedRequest): Promise<BuildersDemand> {
    if (!needsPublication(request)) return { needed: 1, known: 1 };
    const { builders, min_builders } = await this.#readConfig(BOUNDS.config_kept_ms);
    return { needed: min_builders, known: builders.length };
  }

  /**
   * Whether the contract takes a builder's word. One that it did not know is looked up again: it may be new. One that it knew is not
   * kept waiting for a node that may be down: what it may not sign any more is refused by the contract itself.
   */
  async isBuilder(public_key: string): Promise<boolean> {
    if (this.#config?.value.builders.includes(public_key)) {
      this.#refresh ??= this.#readConfig(BOUNDS.config_kept_ms)
        .catch((error) => log("dispatcher", describeError(error)))
        .finally(() => {
          this.#refresh = null;
        });
      return true;
    }
    return (await this.#readConfig(BOUNDS.config_recheck_ms)).builders.includes(public_key);
  }

  async #readConfig(kept_ms: number): Promise<ConfigView> {
    const now_ms = Date.now();
    if (this.#config === null || now_ms - this.#config.read_ms > kept_ms) {
      const value = await new ContractViews(readConfig(this.#env)).config();
      this.#config = { value, read_ms: now_ms };
    }
    return this.#config.value;
  }

  /** What each worker of an outcome of so many instructions earns, in yoctoNEAR. */
  async earned(instructions: number): Promise<string> {
    const now_ms = Date.now();
    if (this.#pricing === null || now_ms - this.#pricing.read_ms > BOUNDS.pricing_kept_ms) {
      const value = await new ContractViews(readConfig(this.#env)).pricing();
      this.#pricing = { value, read_ms: now_ms };
    }
    return earnedYocto(instructions, this.#pricing.value);
  }
}
