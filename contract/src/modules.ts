// Builders and what they publish: this repository at this commit compiles to this module.
import {
  type BuildTarget,
  LIMITS,
  modulePublicationPreimage,
  type Source,
  STORAGE_BYTES,
} from "@near-offshore/protocol/pure";
import { hex32, integer, type Json, list, location, object, publicKey, signature } from "./checks.ts";
import { loadConfig, loadTotals, requireOwner, saveConfig, saveTotals } from "./config.ts";
import { refuse } from "./errors.ts";
import { logEvent } from "./events.ts";
import { ed25519Verify, near } from "./host.ts";
import { BUILDERS_MAX } from "./limits.ts";
import { parseBuildTarget, parseCommit } from "./sources.ts";
import type { Config } from "./state.ts";
import { prepay, prepayOnly, storeFromPool } from "./storage.ts";
import { load, save } from "./store.ts";

interface Repository {
  repo: string;
  commit: string;
  build_target: BuildTarget;
}

/** `set_builders({builders, min_builders})`: owner. Whose signatures publish a module, and how many it takes. */
export function setBuilders(args: Json): void {
  const config = loadConfig();
  requireOwner(config);
  const builders = list(args.builders, "builders", 1, BUILDERS_MAX).map(
    (key, i) => publicKey(key, `builders[${i}]`).text,
  );
  requireDistinct(builders, "builders");
  const min_builders = integer(args.min_builders, "min_builders", 1, builders.length);
  saveConfig({ ...config, builders, min_builders });
}

/** `publish_module({source, module_sha256, signatures})`: payable, by anyone, with the builders' signatures. Written once. */
export function publishModule(args: Json): void {
  const repository = parseRepository(args.source);
  const module_sha256 = hex32(args.module_sha256, "module_sha256");
  checkSignatures(loadConfig(), repository, module_sha256, args.signatures);
  const published = publishedModule(repository);
  if (published === module_sha256) {
    prepayOnly();
    return;
  }
  if (published !== null) {
    refuse("module_mismatch", `this source is published as module ${published}, and that never changes`);
  }
  const totals = loadTotals();
  prepay(totals, near.attachedDeposit());
  storeFromPool(totals, STORAGE_BYTES.module);
  saveTotals(totals);
  save(moduleKey(repository), module_sha256);
  logEvent("module_published", { ...repository, module_sha256 });
}

/** `get_module({source})`: the published module's hash, or null. */
export function getModule(args: Json): string | null {
  return publishedModule(parseRepository(args.source));
}

export function publishedModule(repository: Repository): string | null {
  return load<string>(moduleKey(repository));
}

/** The only module that may answer for a source: the pinned one, else the published one; null where there is none yet. */
export function moduleFor(source: Source): string | null {
  if ("Module" in source) return source.Module.sha256;
  if ("WasmUrl" in source) return source.WasmUrl.hash;
  return source.GitHub.module_sha256 ?? publishedModule(source.GitHub);
}

function checkSignatures(
  config: Config,
  repository: Repository,
  module_sha256: string,
  value: unknown,
): void {
  const signatures = list(value, "signatures", 1, BUILDERS_MAX).map((item, i) => {
    const { builder, signature: text } = object(item, `signatures[${i}]`);
    return {
      key: publicKey(builder, `signatures[${i}].builder`),
      bytes: signature(text, `signatures[${i}].signature`),
    };
  });
  requireDistinct(
    signatures.map(({ key }) => key.text),
    "signatures",
  );
  if (signatures.length < config.min_builders) {
    refuse(
      "quorum_not_met",
      `publishing takes ${config.min_builders} builders' signatures, got ${signatures.length}`,
    );
  }
  const contract_id = near.currentAccountId();
  const digest = near.sha256(modulePublicationPreimage({ contract_id, ...repository, module_sha256 }));
  for (const { key, bytes } of signatures) {
    if (!config.builders.includes(key.text)) refuse("not_builder", `${key.text} is not one of the builders`);
    if (!ed25519Verify(bytes, digest, key.bytes)) {
      refuse("bad_signature", `the signature of builder ${key.text} is not one of this source and module`);
    }
  }
}

function parseRepository(value: unknown): Repository {
  const source = object(value, "source");
  return {
    repo: location(source.repo, "source.repo", LIMITS.repo_chars_max),
    commit: parseCommit(source.commit, "source.commit"),
    build_target: parseBuildTarget(source.build_target, "source.build_target"),
  };
}

function requireDistinct(keys: string[], name: string): void {
  if (new Set(keys).size !== keys.length) refuse("duplicate_key", `${name} has one key twice`);
}

// A location has no spaces, so two sources never share a key.
function moduleKey({ repo, commit, build_target }: Repository): string {
  return `module:${build_target} ${commit} ${repo}`;
}
