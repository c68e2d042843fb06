import type { Submission } from "../relayer/submissions.ts";
import { publicationOf } from "./build-desk.ts";
import type { State, Task } from "./core/types.ts";

/** What to tell the contract of a decided task. */
export function submissionOf(state: State, task: Task): Submission | null {
  const { request_id, settlement, outcome, failure, module } = task;
  if (settlement?.kind === "fail" && failure !== null)
    return { kind: "fail", args: { request_id, ...failure } };
  if (settlement?.kind !== "resolve" || outcome === null || module === null) return null;
  const { status, output_base64, instructions, attestations } = outcome;
  const { rules_version } = task.description;
  const module_sha256 = module.sha256;
  return {
    kind: "resolve",
    args: {
      request_id,
      rules_version,
      module_sha256,
      status,
      output_base64,
      instructions,
      attestations,
    },
    publication: neededPublication(state, task),
  };
}

/** The publication without which the contract refuses the settlement: none where the request pins its module. */
function neededPublication(state: State, { description: { source }, build_id }: Task) {
  if (!("GitHub" in source) || source.GitHub.module_sha256 !== null) return null;
  const build = state.builds.get(build_id ?? "");
  return build === undefined ? null : publicationOf(build);
}
