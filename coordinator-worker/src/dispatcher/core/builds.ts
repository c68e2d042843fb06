import type { Source } from "@near-offshore/protocol";
import { isCommit } from "@near-offshore/protocol";
import { BOUNDS } from "../../limits.ts";
import { describeDispute, isDisputed, largestGroup, largestRefusal, mostAlike } from "./build-agreement.ts";
import { buildersAble, describeToolchains, forgetBuilders } from "./builders.ts";
import { fail, giveModule } from "./tasks.ts";
import { isDecided, refuse, type Turn } from "./turn.ts";
import type { AskedRequest, Build, BuildersDemand, Event, Lease, State, Task } from "./types.ts";

/**
 * Names what is compiled: the same for every request of one source, whatever module it pins. What a branch or tag names
 * may have changed since the request before, so it is looked up for each.
 */
function buildKey(source: Source, request_id: number): string {
  if ("Module" in source) return `module ${source.Module.sha256}`;
  if ("WasmUrl" in source) return `url ${source.WasmUrl.hash} ${source.WasmUrl.url}`;
  const { commit, build_target, repo } = source.GitHub;
  return isCommit(commit) ? `git ${commit} ${build_target} ${repo}` : `ref ${request_id}`;
}

/** Whether the contract asks builders which module answers: not where a request pins what it runs. */
export function needsPublication({ description: { source }, compile_only }: AskedRequest): boolean {
  return "GitHub" in source && (source.GitHub.module_sha256 === null || compile_only);
}

/** The build of a source: the one there is, unless it failed. */
export function buildFor(turn: Turn, source: Source, request_id: number, builders: BuildersDemand): Build {
  const key = buildKey(source, request_id);
  for (const build of turn.state.builds.values()) {
    if (build.key !== key || build.state === "failed") continue;
    if (build.builders.needed >= builders.needed) return build;
    build.builders = builders;
    judgeBuild(turn, build);
    if (build.failure === null) return build;
  }
  const build: Build = {
    build_id: turn.ports.newId(),
    key,
    source,
    request_id: key.startsWith("ref ") ? request_id : null,
    state: "queued",
    language: null,
    builders,
    leases: [],
    leases_lost: 0,
    products: [],
    refusals: [],
    product: null,
    failure: null,
    created_ms: turn.now_ms,
    updated_ms: turn.now_ms,
  };
  turn.state.builds.set(build.build_id, build);
  turn.touched.builds.add(build);
  return build;
}

/** The oldest build that waits for this builder. */
function buildWaitingFor(state: State, builder: string, toolchains: readonly string[]): Build | null {
  for (const build of state.builds.values()) {
    if (!isOpen(build)) continue;
    if (build.language !== null && !toolchains.includes(build.language)) continue;
    const has_it = (one: { builder: string }) => one.builder === builder;
    const { leases, products, refusals } = build;
    if ([...leases, ...products, ...refusals].some(has_it)) continue;
    if (build.builders.needed > mostAlike(build) + leases.length) return build;
  }
  return null;
}

/** Leases the oldest build that waits for this builder to it. */
export function claimBuild(turn: Turn, event: Extract<Event, { type: "build_claimed" }>) {
  const { contract_id, builder, toolchains } = event;
  turn.state.builders.set(builder, { toolchains, heard_ms: turn.now_ms });
  giveUpBuilds(turn); // it may be able to do less than it was before
  const build = buildWaitingFor(turn.state, builder, toolchains);
  if (build === null) return void turn.effects.push({ type: "claimed", claim: null });
  const lease_ms = BOUNDS.build_lease_ms;
  const epoch = ++turn.state.epoch;
  build.leases.push({ builder, epoch, deadline_ms: turn.now_ms + lease_ms });
  change(turn, build, "building");
  const { build_id, source, request_id } = build;
  turn.effects.push({
    type: "claimed",
    claim: { build_id, epoch, lease_ms, contract_id, source, request_id },
  });
}

export function keepBuild(turn: Turn, event: Extract<Event, { type: "build_alive" }>): void {
  const build = turn.state.builds.get(event.build_id);
  if (build !== undefined) dropUnwanted(turn, build);
  const held = leased(turn, event);
  if (held === null) return;
  held.lease.deadline_ms = turn.now_ms + BOUNDS.build_lease_ms;
  change(turn, held.build, held.build.state);
}

/** One builder's module is in the store and what it says is signed; the shell has checked both. */
export function completeBuild(turn: Turn, event: Extract<Event, { type: "build_completed" }>) {
  const held = leased(turn, event);
  if (held === null) return;
  const { build, lease } = held;
  const { source } = build;
  if ("WasmUrl" in source && source.WasmUrl.hash !== event.product.module.sha256)
    return refuse(turn, "hash_mismatch", `the request pins ${source.WasmUrl.hash}`);
  build.leases = build.leases.filter((other) => other !== lease);
  build.products.push(event.product);
  reportDispute(turn, build);
  judgeBuild(turn, build);
}

/** Gives a build back that its builder has no toolchain for; from now on it is offered to those only that have one. */
export function releaseBuild(turn: Turn, event: Extract<Event, { type: "build_released" }>) {
  const held = leased(turn, event);
  if (held === null) return;
  const { build, lease } = held;
  const { language } = event;
  if (!("GitHub" in build.source))
    return refuse(turn, "invalid_argument", "language: a module that is downloaded needs no toolchain");
  if (turn.state.builders.get(lease.builder)?.toolchains?.includes(language))
    return refuse(turn, "invalid_argument", `language: this compiler claims that it can build ${language}`);
  build.leases = build.leases.filter((other) => other !== lease);
  if (build.language !== null && build.language !== language) {
    const message = `builders disagree: written in ${build.language}; ${lease.builder} says ${language}`;
    turn.effects.push({ type: "disputed", build_id: build.build_id, message });
    return endFailed(turn, build, { code: "no_quorum", message });
  }
  build.language = language;
  judgeBuild(turn, build);
}

/**
 * A builder says that the source cannot be made into a module: as of modules, as many have to say so as have to agree. That it was
 * `unavailable` says nothing of the source.
 */
export function failBuild(turn: Turn, event: Extract<Event, { type: "build_failed" }>) {
  const held = leased(turn, event);
  if (held === null) return;
  const { build, lease } = held;
  const { code, message } = event;
  if (code === "unavailable") return loseLeases(turn, build, [lease], message);
  build.leases = build.leases.filter((other) => other !== lease);
  build.refusals.push({ builder: lease.builder, code, message });
  reportDispute(turn, build);
  judgeBuild(turn, build);
}

/** A compiler that went silent loses its lease; when nobody is left who could make a build, it is given up. */
export function expireBuilds(turn: Turn): void {
  for (const build of turn.state.builds.values()) {
    dropUnwanted(turn, build);
    const expired = build.leases.filter(({ deadline_ms }) => deadline_ms <= turn.now_ms);
    if (expired.length > 0) loseLeases(turn, build, expired, "the compiler went silent");
  }
  forgetBuilders(turn);
  giveUpBuilds(turn);
}

/** The build is for others, or for the same again; after a few leases that came to nothing it is given up. */
function loseLeases(turn: Turn, build: Build, lost: readonly Lease[], why: string) {
  build.leases = build.leases.filter((lease) => !lost.includes(lease));
  build.leases_lost += lost.length;
  if (build.leases_lost < BOUNDS.build_attempts_max)
    return change(turn, build, build.leases.length > 0 ? "building" : "queued");
  const message = `${build.leases_lost} tries came to nothing; the last: ${why}`;
  endFailed(turn, build, { code: "unavailable", message });
}

/** Where a build's language is known, who is there decides whether it can be made. */
function giveUpBuilds(turn: Turn): void {
  for (const build of turn.state.builds.values()) if (build.language !== null) giveUpHopeless(turn, build);
}

/** Cancels a build that no request waits for any more: its compilers learn it from their next heartbeat. */
function dropUnwanted(turn: Turn, build: Build): void {
  if (!isOpen(build) || waiting(turn, build).length > 0) return;
  endFailed(turn, build, { code: "deadline", message: "no request waits for this build any more" });
}

/** Keeps the newest; a build that is forgotten is made again, and gives the same module. */
export function forgetBuilds(turn: Turn): void {
  for (const build of turn.state.builds.values()) {
    if (turn.state.builds.size <= BOUNDS.builds_kept_max) return;
    if (build.state !== "complete" && build.state !== "failed") continue;
    turn.state.builds.delete(build.build_id);
    turn.touched.dropped.push({ kind: "build", id: build.build_id });
  }
}

function reportDispute(turn: Turn, build: Build): void {
  if (!isDisputed(build)) return;
  turn.effects.push({ type: "disputed", build_id: build.build_id, message: describeDispute(build) });
}

/** Complete when enough builders agree; failed when they cannot any more. */
function judgeBuild(turn: Turn, build: Build) {
  const agreed = largestGroup(build);
  const [product] = agreed;
  if (product !== undefined && agreed.length >= build.builders.needed) {
    build.product = product;
    build.leases = [];
    change(turn, build, "complete");
    const tasks = waiting(turn, build);
    if (tasks.some(needsPublication)) turn.effects.push({ type: "publish", build_id: build.build_id });
    for (const task of tasks) giveModule(turn, task, product.module);
    return;
  }
  build.product = null;
  const [refusal] = largestRefusal(build);
  if (refusal !== undefined && largestRefusal(build).length >= build.builders.needed)
    return endFailed(turn, build, { code: refusal.code, message: refusal.message });
  change(turn, build, build.leases.length > 0 ? "building" : "queued");
  giveUpHopeless(turn, build);
}

/** Fails an open build on which not enough builders can agree any more, in words that say who said what, or what there is not. */
function giveUpHopeless(turn: Turn, build: Build): void {
  if (!isOpen(build)) return;
  const { builders, language, leases, products, refusals } = build;
  const heard = products.length + refusals.length;
  const is_known = language !== null && turn.state.listening_until_ms === null;
  const left = is_known ? leases.length + buildersAble(turn.state, build) : builders.known - heard;
  const possible = mostAlike(build) + Math.max(0, left);
  if (possible >= builders.needed) return;
  if (heard > 1) endFailed(turn, build, { code: "no_quorum", message: describeDispute(build) });
  else if (is_known) {
    const agree = builders.needed > 1 ? `${builders.needed} have to agree, ${possible} can build it; ` : "";
    const message = `the source is written in ${language}; ${agree}builders that are here build ${describeToolchains(turn.state)}`;
    endFailed(turn, build, { code: "toolchain_unavailable", message });
  }
}

function isOpen({ state }: Build): boolean {
  return state === "queued" || state === "building";
}

function endFailed(turn: Turn, build: Build, failure: NonNullable<Build["failure"]>): void {
  build.failure = failure;
  build.leases = [];
  change(turn, build, "failed");
  for (const task of waiting(turn, build)) fail(turn, task, failure);
}

function leased(
  turn: Turn,
  { build_id, epoch }: { build_id: string; epoch: number },
): { build: Build; lease: Lease } | null {
  const build = turn.state.builds.get(build_id);
  const lease = build?.leases.find((held) => held.epoch === epoch);
  if (build !== undefined && lease !== undefined) {
    const builder = turn.state.builders.get(lease.builder);
    if (builder !== undefined) builder.heard_ms = turn.now_ms;
    return { build, lease };
  }
  if (build === undefined) refuse(turn, "not_found", `no build ${build_id}`);
  else refuse(turn, "stale_epoch", "the build is no longer this compiler's");
  return null;
}

function waiting(turn: Turn, build: Build): Task[] {
  return [...turn.state.tasks.values()].filter(
    (task) => task.build_id === build.build_id && task.state === "waiting_for_module" && !isDecided(task),
  );
}

function change(turn: Turn, build: Build, state: Build["state"]): void {
  build.state = state;
  build.updated_ms = turn.now_ms;
  turn.touched.builds.add(build);
}
