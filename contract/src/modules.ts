// What builders publish: this repository at this commit compiles to this module. It decides which module may answer.
import {
  type BuildTarget,
  isCommit,
  LIMITS,
  modulePublicationPreimage,
  STORAGE_BYTES,
} from "@near-offshore/protocol/pure";
import { requireBuilders, requireRefCommit } from "./builders.ts";
import { hex32, type Json, location, object } from "./checks.ts";
import { loadConfig, loadTotals, saveTotals } from "./config.ts";
import { refuse } from "./errors.ts";
import { logEvent } from "./events.ts";
import { near } from "./host.ts";
import { book } from "./money.ts";
import { parseBuildTarget, parseCommit } from "./sources.ts";
import type { Config, Publication, Request, Totals } from "./state.ts";
import { prepay, prepayOnly, storagePrice, storeFromPool } from "./storage.ts";
import { load, save } from "./store.ts";

interface Repository {
  repo: string;
  commit: string;
  build_target: BuildTarget;
}

/** A module, and the commit whose publication it is: null where the request pins its module. */
interface Answering {
  module_sha256: string;
  commit: string | null;
}

/** `publish_module({source, module_sha256, signatures})`: payable, by anyone, with the builders' signatures. Written once. */
export function publishModule(args: Json): void {
  const repository = parseRepository(args.source);
  const module_sha256 = hex32(args.module_sha256, "module_sha256");
  const contract_id = near.currentAccountId();
  const preimage = modulePublicationPreimage({ contract_id, ...repository, module_sha256 });
  requireBuilders(loadConfig(), preimage, args.signatures, "signatures", "this source and module");
  const published = loadPublication(repository);
  if (published?.module_sha256 === module_sha256) {
    prepayOnly();
    return;
  }
  if (published !== null) {
    refuse(
      "module_mismatch",
      `this source is published as module ${published.module_sha256}, and that never changes`,
    );
  }
  const totals = loadTotals();
  prepay(totals, near.attachedDeposit());
  storeFromPool(totals, STORAGE_BYTES.module);
  saveTotals(totals);
  savePublication(repository, { module_sha256, owed: true });
  logEvent("module_published", { ...repository, module_sha256 });
}

/** `get_module({source})`: the published module's hash, or null. */
export function getModule(args: Json): string | null {
  return loadPublication(parseRepository(args.source))?.module_sha256 ?? null;
}

/** The only module that may answer a request. `ref_commit` is the settlement's, for a request that names a branch or tag. */
export function answeringModule(config: Config, request: Request, ref_commit: unknown): Answering {
  const { source } = request;
  if ("Module" in source) return { module_sha256: source.Module.sha256, commit: null };
  if ("WasmUrl" in source) return { module_sha256: source.WasmUrl.hash, commit: null };
  const pinned = source.GitHub.module_sha256;
  if (pinned === null) return compiledModule(config, request, ref_commit);
  return { module_sha256: pinned, commit: null };
}

/** What the builders say that a request's repository compiles to, whatever module the request pins. */
export function compiledModule(
  config: Config,
  { request_id, source }: Request,
  ref_commit: unknown,
): Answering & { commit: string } {
  const repository = (source as { GitHub: Repository }).GitHub;
  const commit = isCommit(repository.commit)
    ? repository.commit
    : requireRefCommit(config, request_id, repository, ref_commit);
  const published = loadPublication({ ...repository, commit });
  if (published === null) {
    return refuse("wrong_module", `no module is published for commit ${commit} of request ${request_id}`);
  }
  return { module_sha256: published.module_sha256, commit };
}

/** The first request that a published module answers gives back what storing it took. The caller saves the totals. */
export function payPublication(totals: Totals, { source }: Request, commit: string | null): bigint {
  if (!("GitHub" in source) || commit === null) return 0n;
  const repository = { ...source.GitHub, commit };
  const published = loadPublication(repository);
  if (published === null || !published.owed) return 0n;
  savePublication(repository, { ...published, owed: false });
  const price = storagePrice(STORAGE_BYTES.module);
  book(totals, "storage_pool_yocto", price);
  return price;
}

function loadPublication(repository: Repository): Publication | null {
  const stored = load<Publication | string>(moduleKey(repository));
  // Before version 3 whoever published paid.
  return typeof stored === "string" ? { module_sha256: stored, owed: false } : stored;
}

function savePublication(repository: Repository, publication: Publication): void {
  save(moduleKey(repository), publication);
}

function parseRepository(value: unknown): Repository {
  const source = object(value, "source");
  return {
    repo: location(source.repo, "source.repo", LIMITS.repo_chars_max),
    commit: parseCommit(source.commit, "source.commit"),
    build_target: parseBuildTarget(source.build_target, "source.build_target"),
  };
}

// A location has no spaces, so two sources never share a key.
function moduleKey({ repo, commit, build_target }: Repository): string {
  return `module:${build_target} ${commit} ${repo}`;
}
