import {
  type CompilationArguments,
  FAILURE_CODES,
  type FailureCode,
  hexToBytes,
  modulePublicationDigest,
  OffshoreError,
  type PublishModuleArguments,
  refCommitDigest,
  verifySignature,
} from "@near-offshore/protocol";
import { largestGroup } from "./core/build-agreement.ts";
import type { Build, Event, Module, Product } from "./core/types.ts";

/** What a compiler says when it is done. */
export interface BuildReport {
  epoch: number;
  module_sha256: string;
  publication: { builder: string; signature: string } | null;
  ref_commit: { commit: string; signature: string } | null;
  toolchain: string;
  image: string | null;
  tree: string | null;
  timings_ms: Record<string, number>;
}

/**
 * Checks a compiler's report of a build whose module is in the store.
 * @throws OffshoreError `invalid_argument` without the signatures that the contract will ask for, `bad_signature`.
 */
export function readBuildReport(
  contract_id: string,
  build: Build,
  report: BuildReport,
  module: Module,
): Extract<Event, { type: "build_completed" }> {
  const { epoch, publication, ref_commit, toolchain, image, tree, timings_ms } = report;
  const { build_id, source, request_id } = build;
  const builder = build.leases.find((lease) => lease.epoch === epoch)?.builder ?? "";
  const signed = { builder, module, toolchain, image, tree, timings_ms };
  const event = { type: "build_completed" as const, build_id, epoch };
  if (!("GitHub" in source)) return { ...event, product: { ...signed, publication: null, ref_commit: null } };
  if (publication === null)
    throw new OffshoreError(
      "invalid_argument",
      "publication: a repository's module needs its builder's signature",
    );
  // A lease that is over is the core's to refuse.
  if (builder !== "" && publication.builder !== builder)
    throw new OffshoreError("invalid_argument", `publication.builder: this build was leased to ${builder}`);
  if ((ref_commit === null) !== (request_id === null))
    throw new OffshoreError("invalid_argument", "ref_commit: goes with a source that names a branch or tag");
  const { repo, commit: named, build_target } = source.GitHub;
  if (ref_commit !== null && request_id !== null) {
    const { commit, signature } = ref_commit;
    const said = refCommitDigest({ contract_id, request_id, repo, ref: named, commit });
    expectSigned(publication.builder, signature, said, "ref_commit", "this request's branch or tag");
  }
  const published = { contract_id, repo, commit: ref_commit?.commit ?? named, build_target };
  const digest = modulePublicationDigest({ ...published, module_sha256: module.sha256 });
  expectSigned(publication.builder, publication.signature, digest, "publication", "this source and module");
  return { ...event, product: { ...signed, publication: publication.signature, ref_commit } };
}

/** What to tell the contract of a finished build: null where the source pins its module by itself. */
export function publicationOf({ source, product, products }: Build): PublishModuleArguments | null {
  if (!("GitHub" in source) || product === null) return null;
  const { repo, commit, build_target } = source.GitHub;
  return {
    source: { repo, commit: product.ref_commit?.commit ?? commit, build_target },
    module_sha256: product.module.sha256,
    signatures: signaturesOf(products, ({ publication }) => publication),
  };
}

/** Which commit a finished build's branch or tag named, for the settlement of its request; null where it names a commit. */
export function refCommitOf({ product, products }: Build): CompilationArguments["ref_commit"] | null {
  if (product === null || product.ref_commit === null) return null;
  const signatures = signaturesOf(products, ({ ref_commit }) => ref_commit?.signature ?? null);
  return { commit: product.ref_commit.commit, signatures };
}

/** A compiler's failure code as one that the contract knows; what it does not know is the source's own fault. */
export function failureCode(code: string): FailureCode {
  return code in FAILURE_CODES ? (code as FailureCode) : "build_failed";
}

function signaturesOf(products: Product[], of: (product: Product) => string | null) {
  return largestGroup({ products }).flatMap((product) => {
    const signature = of(product);
    return signature === null ? [] : [{ builder: product.builder, signature }];
  });
}

function expectSigned(builder: string, signature: string, digest: string, name: string, of: string): void {
  if (!verifySignature(signature, hexToBytes(digest), builder))
    throw new OffshoreError("bad_signature", `${name}: the signature does not verify for ${of}`);
}
