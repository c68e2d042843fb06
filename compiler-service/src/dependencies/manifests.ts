import type { Language, Program } from "../languages.ts";
import type { SourceTree } from "../sources/tree.ts";
import { cargoManifests } from "./cargo.ts";
import { goManifests } from "./go.ts";
import { npmManifests } from "./npm.ts";

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
  return READERS[language]?.(tree) ?? null;
}
