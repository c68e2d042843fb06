import path from "node:path";
import { type Entry, FileCache } from "./file-cache.ts";
import { LIMITS } from "./limits.ts";
import type { FetchedCommit } from "./sources/git.ts";
import type { SourceTree } from "./sources/tree.ts";

/** What made a module, and of what: see the protocol's build record. */
export interface Provenance {
  toolchain: string;
  image: string | null;
  tree: string | null;
}

interface StoredTree {
  tree_id: string;
  files: [path: string, bytes: number][];
}

/** What a service need not fetch or compile again. */
export interface Caches {
  /** By source and toolchains. */
  modules: FileCache<Provenance>;
  /** By repository and commit; about: git's id of the tree, and the files' paths and sizes, whose bytes follow one another. */
  repositories: FileCache<StoredTree>;
  /** By toolchain and manifests. */
  dependencies: FileCache<null>;
}

export function openCaches(cache_dir: string): Caches {
  const open = <About>(name: string, bytes_max: number) =>
    new FileCache<About>(path.join(cache_dir, name), bytes_max);
  return {
    modules: open("modules", LIMITS.cached_modules_bytes_max),
    repositories: open("repositories", LIMITS.cached_repositories_bytes_max),
    dependencies: open("dependencies", LIMITS.cached_dependencies_bytes_max),
  };
}

export function entryOfCommit({ tree_id, tree }: FetchedCommit): Entry<StoredTree> {
  const files = [...tree].map(([path, { length }]): [string, number] => [path, length]);
  return { about: { tree_id, files }, bytes: new Uint8Array(Buffer.concat([...tree.values()])) };
}

export function commitOfEntry({ about: { tree_id, files }, bytes }: Entry<StoredTree>): FetchedCommit {
  let at = 0;
  const tree: SourceTree = new Map(
    files.map(([path, length]) => {
      at += length;
      return [path, bytes.slice(at - length, at)];
    }),
  );
  return { tree_id, tree };
}
