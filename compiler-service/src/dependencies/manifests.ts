import type { Language, Program } from "../languages.ts";
import { LIMITS } from "../limits.ts";
import type { SourceTree } from "../sources/tree.ts";
import { cargoManifests } from "./cargo.ts";
import { goManifests } from "./go.ts";
import { npmManifests } from "./npm.ts";
import { refuse } from "./refuse.ts";

/** Whatever a reader parses. */
const MANIFEST = /(^|\/)(Cargo\.(toml|lock)|go\.(mod|sum)|package(-lock)?\.json)$/;

const READERS: Partial<Record<Language, (tree: SourceTree) => SourceTree | null>> = {
  rust: cargoManifests,
  go: goManifests,
  assemblyscript: npmManifests,
};

/**
 * The files that name a program's dependencies, as the language's own tool is given them; null where it has none. Only what they say is
 * fetched, and only from the language's registry: a manifest that could lead the tool elsewhere is refused.
 * @throws OffshoreError `build_failed` saying which dependency is refused, or that the lockfile is missing.
 */
export function dependencyManifests({ language }: Program, tree: SourceTree): SourceTree | null {
  const read = READERS[language];
  if (read === undefined) return null;
  let bytes = 0;
  for (const [path, { length }] of tree) if (MANIFEST.test(path)) bytes += length;
  if (bytes > LIMITS.manifests_bytes_max)
    throw refuse(`manifests and lockfiles have more than ${LIMITS.manifests_bytes_max / 2 ** 20} MiB`);
  return read(tree);
}
