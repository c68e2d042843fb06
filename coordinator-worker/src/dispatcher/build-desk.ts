import {
  FAILURE_CODES,
  type FailureCode,
  hexToBytes,
  modulePublicationDigest,
  OffshoreError,
  type PublishModuleArguments,
  verifySignature,
} from "@near-offshore/protocol";
import type { Build, Event, Module } from "./core/types.ts";

/** What a compiler says when it is done. */
export interface BuildReport {
  epoch: number;
  module_sha256: string;
  publication: { builder: string; signature: string } | null;
  toolchain: string;
  timings_ms: Record<string, number>;
}

/**
 * Checks a compiler's report of a build whose module is in the store.
 * @throws OffshoreError `invalid_argument` without the publication that the contract will ask for, `bad_signature`.
 */
export function readBuildReport(
  contract_id: string,
  build: Build,
  report: BuildReport,
  module: Module,
): Extract<Event, { type: "build_completed" }> {
  const { epoch, publication, toolchain, timings_ms } = report;
  const { build_id } = build;
  const arguments_ = publicationOf({ ...build, module, publication });
  if ("GitHub" in build.source && arguments_ === null)
    throw new OffshoreError(
      "invalid_argument",
      "publication: a repository's module needs its builder's signature",
    );
  if (arguments_ !== null) checkPublication(contract_id, arguments_);
  return { type: "build_completed", build_id, epoch, module, publication, toolchain, timings_ms };
}

/** What to tell the contract of a finished build; null where the source pins its module by itself. */
export function publicationOf(
  build: Pick<Build, "source" | "module" | "publication">,
): PublishModuleArguments | null {
  const { source, module, publication } = build;
  if (!("GitHub" in source) || module === null || publication === null) return null;
  const { repo, commit, build_target } = source.GitHub;
  return { source: { repo, commit, build_target }, module_sha256: module.sha256, signatures: [publication] };
}

/** A compiler's failure code as one that the contract knows; what it does not know is the source's own fault. */
export function failureCode(code: string): FailureCode {
  return code in FAILURE_CODES ? (code as FailureCode) : "build_failed";
}

function checkPublication(contract_id: string, publication: PublishModuleArguments): void {
  const { source, module_sha256, signatures } = publication;
  const digest = hexToBytes(modulePublicationDigest({ contract_id, ...source, module_sha256 }));
  for (const { builder, signature } of signatures)
    if (!verifySignature(signature, digest, builder))
      throw new OffshoreError(
        "bad_signature",
        "publication: the signature does not verify for this source and module",
      );
}
