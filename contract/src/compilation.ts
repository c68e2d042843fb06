// `resolve_compilation`: a request that is not to run is answered with what its source compiles to.
import { hexToBytes } from "@near-offshore/protocol/pure";
import { encodeBase64 } from "./base64.ts";
import type { Json } from "./checks.ts";
import { loadConfig } from "./config.ts";
import { refuse } from "./errors.ts";
import { encodeText, near } from "./host.ts";
import { compiledModule } from "./modules.ts";
import { answerKey } from "./response.ts";
import { requireUnsettled, settle } from "./settlement.ts";
import type { ResponseFormat } from "./state.ts";

/**
 * `resolve_compilation({request_id, ref_commit?})`: by anyone, once the module is published: the answer is what the builders
 * signed, so it takes nobody's word.
 */
export function resolveCompilation(args: Json): void {
  const config = loadConfig();
  const request = requireUnsettled(args.request_id);
  const { request_id, compile_only, source, response_format } = request;
  if (!compile_only) refuse("wrong_settlement", `request ${request_id} is settled by resolve_execution`);
  const { module_sha256, commit } = compiledModule(config, request, args.ref_commit);
  const pinned = "GitHub" in source ? source.GitHub.module_sha256 : null;
  if (pinned !== null && pinned !== module_sha256) {
    refuse(
      "wrong_module",
      `request ${request_id} pins module ${pinned}, its source compiles to ${module_sha256}`,
    );
  }
  near.storageWriteRaw(encodeText(answerKey(request_id)), answerOf(response_format, module_sha256, commit));
  settle(request, { kind: "compilation", module_sha256, commit });
}

/** What the caller gets, as JSON text: the hash as Text or as 32 Bytes in base64; as Json the commit too. */
function answerOf(format: ResponseFormat, module_sha256: string, commit: string): Uint8Array {
  if (format === "Json") return encodeText(JSON.stringify({ module_sha256, commit }));
  return encodeText(
    JSON.stringify(format === "Text" ? module_sha256 : encodeBase64(hexToBytes(module_sha256))),
  );
}
