// Builders: compilers whose word the contract takes, where enough of them give the same.
import { refCommitPreimage } from "@near-offshore/protocol/pure";
import { ownersConfig, saveSettings } from "./admin.ts";
import { integer, type Json, list, object, publicKey, signature } from "./checks.ts";
import { refuse } from "./errors.ts";
import { ed25519Verify, near } from "./host.ts";
import { BUILDERS_MAX } from "./limits.ts";
import { parseCommit } from "./sources.ts";
import type { Config } from "./state.ts";

/** `set_builders({builders, min_builders})`: owner. Whose signatures publish a module, and how many it takes. */
export function setBuilders(args: Json): void {
  const config = ownersConfig();
  const builders = list(args.builders, "builders", 1, BUILDERS_MAX).map(
    (key, i) => publicKey(key, `builders[${i}]`).text,
  );
  requireDistinct(builders, "builders");
  const min_builders = integer(args.min_builders, "min_builders", 1, builders.length);
  saveSettings(config, { builders, min_builders });
}

/** Refuses unless enough of the builders, and nobody else, signed the SHA-256 of these bytes. `what` they are, for people. */
export function requireBuilders(
  config: Config,
  preimage: Uint8Array,
  value: unknown,
  name: string,
  what: string,
): void {
  const signatures = list(value, name, 1, BUILDERS_MAX).map((item, i) => {
    const { builder, signature: text } = object(item, `${name}[${i}]`);
    return {
      key: publicKey(builder, `${name}[${i}].builder`),
      bytes: signature(text, `${name}[${i}].signature`),
    };
  });
  requireDistinct(
    signatures.map(({ key }) => key.text),
    name,
  );
  if (signatures.length < config.min_builders) {
    refuse(
      "quorum_not_met",
      `${what} takes ${config.min_builders} builders' signatures, got ${signatures.length}`,
    );
  }
  const digest = near.sha256(preimage);
  for (const { key, bytes } of signatures) {
    if (!config.builders.includes(key.text)) refuse("not_builder", `${key.text} is not one of the builders`);
    if (!ed25519Verify(bytes, digest, key.bytes)) {
      refuse("bad_signature", `the signature of builder ${key.text} is not one of ${what}`);
    }
  }
}

/** The commit that a request's branch or tag named, as `ref_commit: {commit, signatures}` of a settlement says it. */
export function requireRefCommit(
  config: Config,
  request_id: number,
  { repo, commit: ref }: { repo: string; commit: string },
  value: unknown,
): string {
  const said = object(value, "ref_commit");
  const commit = parseCommit(said.commit, "ref_commit.commit");
  const contract_id = near.currentAccountId();
  const preimage = refCommitPreimage({ contract_id, request_id, repo, ref, commit });
  const what = `commit ${commit} being ${ref} of request ${request_id}`;
  requireBuilders(config, preimage, said.signatures, "ref_commit.signatures", what);
  return commit;
}

function requireDistinct(keys: string[], name: string): void {
  if (new Set(keys).size !== keys.length) refuse("duplicate_key", `${name} has one key twice`);
}
