import path from "node:path";
import { OffshoreError } from "@near-offshore/protocol";
import { LIMITS } from "../limits.ts";

/** Files of a repository by their path in it (`src/main.c`), sorted; no folders, no links. */
export type SourceTree = Map<string, Uint8Array>;

/** One entry of `git ls-tree -r --long`. */
export interface TreeEntry {
  kind: "file" | "symlink" | "submodule";
  blob: string;
  size_bytes: number;
  path: string;
}

/**
 * Parses `git ls-tree -r -z --long`.
 * @throws OffshoreError `build_failed` where a path is not one, or the tree is over its bounds.
 */
export function parseTree(listing: Buffer): TreeEntry[] {
  const entries: TreeEntry[] = [];
  let bytes = 0;
  for (const line of new TextDecoder().decode(listing).split("\0")) {
    if (line === "") continue;
    const match = /^(\d{6}) \w+ ([0-9a-f]{40}) +(\d+|-)\t(.*)$/s.exec(line);
    if (match === null) throw refused(`unreadable tree entry ${line.slice(0, 100)}`);
    const [, mode, blob, size, file] = match as unknown as [string, string, string, string, string];
    checkPath(file);
    const kind = mode === "160000" ? "submodule" : mode === "120000" ? "symlink" : "file";
    const entry: TreeEntry = { kind, blob, size_bytes: size === "-" ? 0 : Number(size), path: file };
    bytes += entry.size_bytes;
    if (entries.push(entry) > LIMITS.tree_files_max) throw tooManyFiles();
    if (bytes > LIMITS.tree_bytes_max) throw tooLarge();
  }
  return entries;
}

export function tooManyFiles(): OffshoreError {
  return refused(`it has more than ${LIMITS.tree_files_max} files`);
}

function tooLarge(): OffshoreError {
  return refused(`unpacked it is larger than ${LIMITS.tree_bytes_max / 2 ** 20} MiB`);
}

function refused(why: string): OffshoreError {
  return new OffshoreError("build_failed", `repository refused: ${why}`);
}

// git refuses such paths at checkout; we never check out, and a compiler's file system should not have to.
function checkPath(file: string): void {
  const segments = file.split("/");
  const bad = segments.some(
    (name) =>
      ["", ".", "..", ".git", "__proto__"].includes(name.toLowerCase()) ||
      Buffer.byteLength(name) > LIMITS.name_bytes_max,
  );
  // Control characters would reach terminals by the log.
  if (bad || Buffer.byteLength(file) > LIMITS.path_bytes_max || /[\p{Cc}\\\uFFFD]/u.test(file))
    throw refused(`the path ${JSON.stringify(file.slice(0, 100))} is not allowed`);
}

/**
 * Puts the contents to the paths. A symbolic link to a file in the tree becomes a copy of it.
 * @param left_out is told of links and submodules that are not followed
 * @throws OffshoreError `build_failed` where a link points out of the tree, or the copies make it larger than it may be.
 */
export function makeTree(
  entries: TreeEntry[],
  contents: ReadonlyMap<string, Uint8Array>,
  left_out: (what: string) => void,
): SourceTree {
  const by_path = new Map(entries.map((entry) => [entry.path, entry]));
  const tree: SourceTree = new Map();
  let bytes = 0;
  for (const entry of entries) {
    const target = follow(entry, by_path, contents);
    if (target === null) left_out(`${entry.kind} ${entry.path}`);
    else tree.set(entry.path, contents.get(target.blob)!);
    bytes += target?.size_bytes ?? 0;
    if (bytes > LIMITS.tree_bytes_max) throw tooLarge();
  }
  return new Map([...tree].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function follow(
  entry: TreeEntry,
  by_path: ReadonlyMap<string, TreeEntry>,
  contents: ReadonlyMap<string, Uint8Array>,
): TreeEntry | null {
  let at: TreeEntry | undefined = entry;
  for (let hops = 0; at?.kind === "symlink" && hops < LIMITS.symlink_hops_max; hops++) {
    const target = new TextDecoder().decode(contents.get(at.blob));
    const resolved: string = path.posix.join(path.posix.dirname(at.path), target);
    if (target.startsWith("/") || resolved === ".." || resolved.startsWith("../"))
      throw refused(`the symbolic link ${entry.path} points out of the tree`);
    at = by_path.get(resolved);
  }
  return at?.kind === "file" ? at : null;
}
