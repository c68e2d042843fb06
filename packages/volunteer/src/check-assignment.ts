import { type Assign, OffshoreError, RULES_VERSION, type Source, sha256Hex } from "@near-offshore/protocol";
import { base64 } from "@scure/base";

/**
 * Checks what an assignment says of itself, before anything is fetched or run, and gives the input's bytes.
 * @throws OffshoreError `not_supported` (other rules), `hash_mismatch` (input or module are not the ones the task names).
 */
export function checkAssignment({ task, module, input_base64 }: Assign): Uint8Array {
  if (task.rules_version !== RULES_VERSION)
    throw new OffshoreError(
      "not_supported",
      `the task follows rules version ${task.rules_version}; this worker knows ${RULES_VERSION}: reload to update it`,
    );
  const pinned = pinnedModule(task.source);
  if (pinned !== null && pinned !== module)
    throw new OffshoreError("hash_mismatch", `the task names module ${pinned}, the assignment ${module}`);
  const input = base64.decode(input_base64);
  if (sha256Hex(input) !== task.input_sha256)
    throw new OffshoreError("hash_mismatch", "the input is not the one whose hash the task names");
  return input;
}

/** The module's hash where the request itself fixes it; a repository at a commit need not. */
function pinnedModule(source: Source): string | null {
  if ("GitHub" in source) return source.GitHub.module_sha256;
  return "WasmUrl" in source ? source.WasmUrl.hash : source.Module.sha256;
}
