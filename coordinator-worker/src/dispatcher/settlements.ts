import { type FaultArguments, isCommit } from "@near-offshore/protocol";
import type { Submission } from "../relayer/submissions.ts";
import { publicationOf, refCommitOf } from "./build-desk.ts";
import { needsPublication } from "./core/builds.ts";
import type { Build, State, Task } from "./core/types.ts";

/** What to tell the contract of a decided task. */
export function submissionOf(state: State, task: Task): Submission | null {
  const { request_id, settlement, outcome, failure, module } = task;
  if (settlement?.kind === "fail" && failure !== null)
    return { kind: "fail", args: { request_id, ...failure } };
  const build = neededBuild(state, task);
  const publication = build === null ? null : publicationOf(build);
  const ref_commit = build === null ? null : refCommitOf(build);
  const ref = ref_commit === null ? {} : { ref_commit };
  if (settlement?.kind === "compile") return { kind: "compile", args: { request_id, ...ref }, publication };
  if (settlement?.kind !== "resolve" || outcome === null || module === null) return null;
  const { status, output_base64, instructions, attestations } = outcome;
  const { rules_version } = task.description;
  const module_sha256 = module.sha256;
  const attested = { status, output_base64, instructions, attestations };
  const args = { request_id, rules_version, module_sha256, ...attested, ...ref };
  return { kind: "resolve", args, publication };
}

/** What the contract takes as proof that workers signed another outcome than the settled one. */
export function faultsOf(state: State, { request_id, module, faults }: Task): FaultArguments[] {
  return faults.flatMap((id) => {
    const { worker, reveal } = state.assignments.get(id) ?? {};
    if (worker === undefined || reveal == null || module === null) return [];
    const { status, output_sha256, instructions, signature } = reveal;
    const module_sha256 = module.sha256;
    return [{ request_id, worker, module_sha256, status, output_sha256, instructions, signature }];
  });
}

/** The commit whose module a task runs: named by the source, or by its branch or tag; null where it is not known or needed. */
export function commitOf(state: State, { description: { source }, build_id }: Task): string | null {
  if (!("GitHub" in source)) return null;
  if (isCommit(source.GitHub.commit)) return source.GitHub.commit;
  return state.builds.get(build_id ?? "")?.product?.ref_commit?.commit ?? null;
}

/** The build without whose publication the contract refuses the settlement: none where the request pins what it runs. */
function neededBuild(state: State, task: Task): Build | null {
  return needsPublication(task) ? (state.builds.get(task.build_id ?? "") ?? null) : null;
}
