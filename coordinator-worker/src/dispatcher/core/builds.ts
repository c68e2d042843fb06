import type { Source } from "@near-offshore/protocol";
import { isCommit } from "@near-offshore/protocol";
import { BOUNDS } from "../../limits.ts";
import { fail, giveModule } from "./tasks.ts";
import { isDecided, refuse, type Turn } from "./turn.ts";
import type { AskedRequest, Build, BuildersDemand, Event, Lease, Product, State, Task } from "./types.ts";

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
    builders,
    leases: [],
    silent: 0,
    products: [],
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
export function buildWaitingFor(state: State, builder: string): Build | null {
  for (const build of state.builds.values()) {
    if (build.state !== "queued" && build.state !== "building") continue;
    const has_it = (one: { builder: string }) => one.builder === builder;
    if (build.leases.some(has_it) || build.products.some(has_it)) continue;
    if (build.builders.needed > largestGroup(build).length + build.leases.length) return build;
  }
  return null;
}

/** Leases the oldest build that waits for this builder to it. */
export function claimBuild(turn: Turn, { contract_id, builder }: { contract_id: string; builder: string }) {
  const build = buildWaitingFor(turn.state, builder);
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
  judgeBuild(turn, build);
}

/** The source does not compile: every request that waits for it fails with the compiler's own words. */
export function failBuild(turn: Turn, event: Extract<Event, { type: "build_failed" }>): void {
  const held = leased(turn, event);
  if (held === null) return;
  const { build, lease } = held;
  const { code, message } = event;
  if (build.products.length === 0) {
    endFailed(turn, build, { code, message });
    return;
  }
  const said = `${describeProducts(build)}; ${lease.builder} says ${code}: ${message}`;
  endFailed(turn, build, { code: "no_quorum", message: `builders disagree: ${said}` });
}

/** A compiler that went silent loses its lease; after a few such the build is given up. */
export function expireBuilds(turn: Turn): void {
  for (const build of turn.state.builds.values()) {
    dropUnwanted(turn, build);
    const held = build.leases.filter(({ deadline_ms }) => deadline_ms > turn.now_ms);
    if (held.length === build.leases.length) continue;
    build.silent += build.leases.length - held.length;
    build.leases = held;
    if (build.silent < BOUNDS.build_attempts_max)
      change(turn, build, held.length > 0 ? "building" : "queued");
    else
      endFailed(turn, build, {
        code: "unavailable",
        message: `${build.silent} compilers went silent on this source`,
      });
  }
}

/** Cancels a build that no request waits for any more: its compilers learn it from their next heartbeat. */
function dropUnwanted(turn: Turn, build: Build): void {
  const is_open = build.state === "queued" || build.state === "building";
  if (!is_open || waiting(turn, build).length > 0) return;
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

/** Products that are the same as the first of the most: these builders agree. */
export function largestGroup({ products }: Pick<Build, "products">): Product[] {
  let largest: Product[] = [];
  for (const product of products) {
    const same = products.filter((other) => nameOf(other) === nameOf(product));
    if (same.length > largest.length) largest = same;
  }
  return largest;
}

/** Complete when enough builders agree; failed when they cannot any more, in words that say who said what. */
function judgeBuild(turn: Turn, build: Build): void {
  const { needed, known } = build.builders;
  const agreed = largestGroup(build);
  const [product] = agreed;
  if (product !== undefined && agreed.length >= needed) {
    build.product = product;
    build.leases = [];
    change(turn, build, "complete");
    const tasks = waiting(turn, build);
    if (tasks.some(needsPublication)) turn.effects.push({ type: "publish", build_id: build.build_id });
    for (const task of tasks) giveModule(turn, task, product.module);
    return;
  }
  build.product = null;
  const left = Math.max(0, known - build.products.length);
  if (build.products.length > 1 && agreed.length + left < needed) {
    const message = `builders disagree: ${describeProducts(build)}`;
    endFailed(turn, build, { code: "no_quorum", message });
    return;
  }
  change(turn, build, build.leases.length > 0 ? "building" : "queued");
}

function describeProducts({ products }: Build): string {
  return products.map((product) => `${product.builder} says ${nameOf(product)}`).join("; ");
}

function nameOf({ module, ref_commit }: Product): string {
  return ref_commit === null ? module.sha256 : `${module.sha256} of commit ${ref_commit.commit}`;
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
  if (build !== undefined && lease !== undefined) return { build, lease };
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
