import path from "node:path";
import { type Entry, FileCache } from "./file-cache.ts";
import { LIMITS } from "./limits.ts";
import type { SourceTree } from "./sources/tree.ts";

/** What a service need not fetch or compile again. */
export interface Caches {
  /** By source and toolchains; about: the toolchain. */
  modules: FileCache<{ toolchain: string }>;
  /** By repository and commit; about: the files' paths and sizes, whose bytes follow one another. */
  repositories: FileCache<{ files: [path: string, bytes: number][] }>;
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

export function entryOfTree(tree: SourceTree): Entry<{ files: [string, number][] }> {
  const files = [...tree].map(([path, { length }]): [string, number] => [path, length]);
  return { about: { files }, bytes: new Uint8Array(Buffer.concat([...tree.values()])) };
}

export function treeOfEntry({ about, bytes }: Entry<{ files: [string, number][] }>): SourceTree {
  let at = 0;
  return new Map(
    about.files.map(([path, length]) => {
      at += length;
      return [path, bytes.slice(at - length, at)];
    }),
  );
}
