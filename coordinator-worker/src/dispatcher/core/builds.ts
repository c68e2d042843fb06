import type { Source } from "@near-offshore/protocol";
import { BOUNDS } from "../../limits.ts";
import { fail, giveModule } from "./tasks.ts";
import { isDecided, refuse, type Turn } from "./turn.ts";
import type { Build, Event, Task } from "./types.ts";

/** Names what is compiled: the same for every request of one source, whatever module it pins. */
export function buildKey(source: Source): string {
  if ("Module" in source) return `module ${source.Module.sha256}`;
  if ("WasmUrl" in source) return `url ${source.WasmUrl.hash} ${source.WasmUrl.url}`;
  const { commit, build_target, repo } = source.GitHub;
  return `git ${commit} ${build_target} ${repo}`;
}

/** The build of a source: the one there is, unless it failed. */
export function buildFor(turn: Turn, source: Source): Build {
  const key = buildKey(source);
  for (const build of turn.state.builds.values())
    if (build.key === key && build.state !== "failed") return build;
  const build: Build = {
    build_id: turn.ports.newId(),
    key,
    source,
    state: "queued",
    epoch: ++turn.state.epoch,
    lease_deadline_ms: 0,
    attempts: 0,
    module: null,
    publication: null,
    failure: null,
    toolchain: null,
    timings_ms: {},
    created_ms: turn.now_ms,
    updated_ms: turn.now_ms,
  };
  turn.state.builds.set(build.build_id, build);
  turn.touched.builds.add(build);
  return build;
}

/** Leases the oldest queued build to a compiler. */
export function claimBuild(turn: Turn, contract_id: string): void {
  for (const build of turn.state.builds.values()) {
    if (build.state !== "queued") continue;
    build.epoch = ++turn.state.epoch;
    build.attempts++;
    build.lease_deadline_ms = turn.now_ms + BOUNDS.build_lease_ms;
    change(turn, build, "building");
    const { build_id, epoch, source } = build;
    const claim = { build_id, epoch, lease_ms: BOUNDS.build_lease_ms, contract_id, source };
    turn.effects.push({ type: "claimed", claim });
    return;
  }
  turn.effects.push({ type: "claimed", claim: null });
}

export function keepBuild(turn: Turn, event: Extract<Event, { type: "build_alive" }>): void {
  const build = leased(turn, event);
  if (build === null) return;
  build.lease_deadline_ms = turn.now_ms + BOUNDS.build_lease_ms;
  change(turn, build, "building");
}

/** The module is in the store and its publication is signed; the shell has checked both. */
export function completeBuild(turn: Turn, event: Extract<Event, { type: "build_completed" }>) {
  const build = leased(turn, event);
  if (build === null) return;
  const { source } = build;
  if ("WasmUrl" in source && source.WasmUrl.hash !== event.module.sha256)
    return refuse(turn, "hash_mismatch", `the request pins ${source.WasmUrl.hash}`);
  const { module, publication, toolchain, timings_ms } = event;
  Object.assign(build, { module, publication, toolchain, timings_ms });
  change(turn, build, "complete");
  if (publication !== null) turn.effects.push({ type: "publish", build_id: build.build_id });
  for (const task of waiting(turn, build)) giveModule(turn, task, module);
}

/** The source does not compile: every request that waits for it fails with the compiler's own words. */
export function failBuild(turn: Turn, event: Extract<Event, { type: "build_failed" }>): void {
  const build = leased(turn, event);
  if (build === null) return;
  endFailed(turn, build, { code: event.code, message: event.message });
}

/** A compiler that went silent loses its lease; after a few such the build is given up. */
export function expireBuilds(turn: Turn): void {
  for (const build of turn.state.builds.values()) {
    if (build.state !== "building" || build.lease_deadline_ms > turn.now_ms) continue;
    if (build.attempts < BOUNDS.build_attempts_max) change(turn, build, "queued");
    else
      endFailed(turn, build, {
        code: "unavailable",
        message: `${build.attempts} compilers went silent on this source`,
      });
  }
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

function endFailed(turn: Turn, build: Build, failure: NonNullable<Build["failure"]>): void {
  build.failure = failure;
  change(turn, build, "failed");
  for (const task of waiting(turn, build)) fail(turn, task, failure);
}

function leased(turn: Turn, { build_id, epoch }: { build_id: string; epoch: number }): Build | null {
  const build = turn.state.builds.get(build_id);
  if (build === undefined) refuse(turn, "not_found", `no build ${build_id}`);
  else if (build.state !== "building" || build.epoch !== epoch)
    refuse(turn, "stale_epoch", "the build is no longer this compiler's");
  else return build;
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
