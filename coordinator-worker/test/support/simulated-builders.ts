import type { BuildClaim, Source } from "@near-offshore/protocol";
import type { Effect, Event, Module, State } from "../../src/dispatcher/core/types.ts";
import { BOUNDS } from "../../src/limits.ts";
import { GIT_SOURCE, keyOf, MODULE, SIGNATURE } from "./fixtures.ts";

const LANGUAGES = ["c", "rust", "haskell"] as const;
const OTHER_MODULE: Module = { sha256: "0".repeat(64), bytes: 6 };

interface SimulatedBuilder {
  key: string;
  toolchains: string[];
  lies: boolean;
  held: BuildClaim | null;
  claimed_ms: number;
}

/** What builders see of a simulation. */
interface World {
  readonly state: State;
  readonly broken: string[];
  readonly random: (below: number) => number;
  readonly now_ms: () => number;
  readonly apply: (event: Event) => Effect[];
}

/** Compiler services: they claim, build, hand back what they have no toolchain for, go silent and come again, are unavailable now and then; one of them lies. */
export class SimulatedBuilders {
  readonly #world: World;
  readonly #judged = new Set<string>();
  readonly #builders: SimulatedBuilder[] = [["c"], ["c", "rust"], ["c", "rust"], ["c", "rust"]].map(
    (toolchains, i) => ({
      key: keyOf(90 + i),
      toolchains,
      lies: i === 3,
      held: null,
      claimed_ms: Number.NEGATIVE_INFINITY,
    }),
  );

  constructor(world: World) {
    this.#world = world;
  }

  /** One of them does one thing, or forgets what it was at. */
  disturb(): void {
    const builder = this.#builders[this.#world.random(this.#builders.length)] as SimulatedBuilder;
    const dice = this.#world.random(10);
    if (dice === 0) builder.held = null;
    else if (dice === 1 && builder.held !== null) this.#world.apply({ type: "build_alive", ...builder.held });
    else this.#work(builder);
  }

  /** All of them do what they should. */
  recover(): void {
    for (const builder of this.#builders) this.#work(builder);
  }

  /** What must hold of builds that failed: looked at after each event. */
  judge(): void {
    const { state, now_ms, broken } = this.#world;
    for (const { build_id, failure, source, builders, products } of state.builds.values()) {
      if (failure?.code === "build_failed") broken.push(`${build_id} failed by the word of one that lies`);
      if (failure?.code !== "toolchain_unavailable" || this.#judged.has(build_id)) continue;
      this.#judged.add(build_id);
      const able = this.#builders.filter(
        ({ key, toolchains, claimed_ms }) =>
          products.some(({ builder }) => builder === key) ||
          (toolchains.includes(languageOf(source)) && claimed_ms + BOUNDS.builder_silence_max_ms > now_ms()),
      );
      if (able.length >= builders.needed)
        broken.push(`${build_id} was refused though ${able.length} can build it`);
    }
  }

  #work(builder: SimulatedBuilder) {
    if (builder.held === null) return this.#claim(builder);
    const { build_id, epoch, source } = builder.held;
    const language = languageOf(source);
    const needed = this.#world.state.builds.get(build_id)?.builders.needed ?? 1;
    builder.held = null;
    if (!builder.toolchains.includes(language))
      return void this.#world.apply({ type: "build_released", build_id, epoch, language });
    if (builder.lies && needed > 1 && this.#world.random(2) === 0)
      return void this.#world.apply({
        type: "build_failed",
        build_id,
        epoch,
        code: "build_failed",
        message: "a lie",
      });
    if (this.#world.random(20) === 0)
      return void this.#world.apply({
        type: "build_failed",
        build_id,
        epoch,
        code: "unavailable",
        message: "no route",
      });
    const module = builder.lies && needed > 1 ? OTHER_MODULE : MODULE;
    const product = {
      builder: builder.key,
      module,
      publication: SIGNATURE,
      ref_commit: null,
      toolchain: "simulated",
      image: null,
      tree: null,
      timings_ms: {},
    };
    this.#world.apply({ type: "build_completed", build_id, epoch, product });
  }

  #claim(builder: SimulatedBuilder): void {
    const { key, toolchains } = builder;
    const { state, broken, now_ms, apply } = this.#world;
    builder.claimed_ms = now_ms();
    const claim = { type: "build_claimed" as const, contract_id: "offshore.local", builder: key, toolchains };
    for (const effect of apply(claim)) if (effect.type === "claimed") builder.held = effect.claim;
    const language = state.builds.get(builder.held?.build_id ?? "")?.language ?? null;
    if (language !== null && !toolchains.includes(language)) broken.push(`${key} was given ${language}`);
  }
}

/** A repository in one of three languages, of which the last is nobody's. */
export function simulatedSource(number: number): Source {
  const language = LANGUAGES[number % LANGUAGES.length];
  if (!("GitHub" in GIT_SOURCE)) throw new Error("unreachable");
  return { GitHub: { ...GIT_SOURCE.GitHub, repo: `https://example.org/${language}` } };
}

function languageOf(source: Source): string {
  return "GitHub" in source ? (source.GitHub.repo.split("/").at(-1) as string) : "none";
}
