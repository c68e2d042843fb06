import { attestationsMax } from "@near-offshore/protocol";
import { assignmentsOf, isLive } from "../../src/dispatcher/core/turn.ts";
import type { Build, State, Task } from "../../src/dispatcher/core/types.ts";
import { BOUNDS, replicasMax } from "../../src/limits.ts";

/** What must hold after every event (design: testing). Each broken promise in one line. */
export function violations(state: State): string[] {
  return [
    ...[...state.tasks.values()].flatMap((task) => ofTask(state, task)),
    ...[...state.builds.values()].flatMap((build) => ofBuild(state, build)),
    ...ofWorkers(state),
  ];
}

function ofBuild({ builders, listening_until_ms }: State, build: Build): string[] {
  const { build_id, state, language, leases, products, refusals, product } = build;
  const wrong: string[] = [];
  const say = (what: string) => wrong.push(`${build_id}: ${what}`);
  const open = state === "queued" || state === "building";
  const has_it = [...leases, ...products, ...refusals].map(({ builder }) => builder);
  if (new Set(has_it).size !== has_it.length) say("one builder has it twice");
  if ((state === "building") !== leases.length > 0) say(`${state} with ${leases.length} leases`);
  if ((state === "failed") !== (build.failure !== null)) say(`${state}, failure ${build.failure?.code}`);
  const agree = products.filter(({ module }) => module.sha256 === product?.module.sha256).length;
  if (state === "complete" && agree < build.builders.needed) say("complete without enough builders");
  const able = [...builders].some(
    ([key, { toolchains }]) =>
      !has_it.includes(key) && (toolchains === null || toolchains.includes(language ?? "")),
  );
  if (open && language !== null && listening_until_ms === null && leases.length === 0 && !able)
    say(`waits for somebody with ${language}, and nobody is there`);
  return wrong;
}

function ofTask(state: State, task: Task): string[] {
  const wrong: string[] = [];
  const say = (what: string) => wrong.push(`task ${task.request_id}: ${what}`);
  const all = assignmentsOf(state, task);
  const holding = all.filter(({ state }) => !["expired", "released"].includes(state));
  if (new Set(holding.map(({ account_id }) => account_id)).size !== holding.length)
    say("one account holds it twice");
  const subnets = holding.flatMap(({ subnet }) => subnet ?? []);
  if (new Set(subnets).size !== subnets.length) say("one subnet holds it twice");
  if (all.length > BOUNDS.assignments_per_task_max) say("too many leases");
  const revealed = all.filter(({ reveal }) => reveal !== null);
  if (revealed.length > replicasMax(attestationsMax(task))) say("too many replicas");
  const bound = all.filter(({ commitment }) => commitment !== null).length;
  if (all.some(({ opened }) => opened) && bound < task.quorum) say("opened before a quorum had committed");
  if (task.state === "failed" ? task.failure === null : task.failure !== null)
    say("failure without a reason");
  if (task.settlement !== null && all.some(isLive)) say("a decided task is still leased");
  const { outcome } = task;
  if ((outcome !== null) !== (task.settlement?.kind === "resolve") && task.failure === null)
    say("an outcome without its settlement");
  const attested = outcome?.attestations.length ?? task.quorum;
  if (attested < task.quorum || attested > attestationsMax(task)) say("settled without the quorum");
  if (outcome !== null && task.max_error !== null && outcome.error_estimate > task.max_error)
    say("settled less surely than the caller wants");
  const accounts = outcome?.attestations.map(
    ({ worker }) => all.find((assignment) => assignment.worker === worker)?.account_id,
  );
  if (accounts !== undefined && new Set(accounts).size !== accounts.length)
    say("a quorum of one account twice");
  return wrong;
}

function ofWorkers(state: State): string[] {
  const live = [...state.assignments.values()].filter(isLive);
  const indexed = [...state.held.values()].reduce((sum, held) => sum + held.size, 0);
  const wrong = live.length === indexed ? [] : [`${live.length} live assignments, ${indexed} in the index`];
  for (const { public_key, cores } of state.workers.values()) {
    const leased = live.filter(({ worker, state }) => worker === public_key && state === "leased").length;
    if (leased > cores) wrong.push(`${public_key} has ${leased} leases on ${cores} cores`);
  }
  const epochs = [...state.assignments.values()].map(({ epoch }) => epoch);
  if (new Set(epochs).size !== epochs.length) wrong.push("two leases have the same epoch");
  return wrong;
}
