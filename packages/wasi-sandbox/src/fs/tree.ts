import { OffshoreError } from "@near-offshore/protocol";
import { SANDBOX_LIMITS } from "../limits.ts";
import { FILETYPE } from "../wasi/abi.ts";
import { WasiErrno } from "../wasi/errors.ts";
import type { FileSystem } from "./file-system.ts";
import type { DirectoryNode, FsNode } from "./nodes.ts";

/** What stands for a path of a tree: a file (a string is its text in UTF-8), a symbolic link, or a directory (null). */
export type TreeEntry = Uint8Array | string | { readonly symlink: string } | null;

/**
 * The contents of a directory, by path: `{"main.py": "print(1)", "data/in.bin": bytes, "empty": null}`. Directories on the way need no
 * entry of their own.
 */
export type FileTree = { readonly [path: string]: TreeEntry };

const encoder = new TextEncoder();

/**
 * Fills an empty directory.
 * @throws OffshoreError `invalid_argument` for a path that cannot be, `payload_too_large` if there is no room
 */
export function loadTree(files: FileSystem, directory: DirectoryNode, tree: FileTree): void {
  for (const [path, entry] of Object.entries(tree)) {
    try {
      loadEntry(files, directory, path, entry);
    } catch (error) {
      if (!(error instanceof WasiErrno)) throw error;
      throw new OffshoreError(
        "payload_too_large",
        `${JSON.stringify(path)} does not fit: raise max_memory_mb`,
      );
    }
  }
}

function loadEntry(files: FileSystem, root: DirectoryNode, path: string, entry: TreeEntry): void {
  const names = path.split("/");
  const last = names.pop() ?? "";
  let parent = root;
  for (const name of names) parent = directoryIn(files, parent, name, path);
  if (entry === null) {
    directoryIn(files, parent, last, path);
    return;
  }
  checkName(last, path);
  if (parent.entries.get(last)) throw impossible(path, "it is there already");
  if (typeof entry === "string" || entry instanceof Uint8Array) {
    const bytes = typeof entry === "string" ? encoder.encode(entry) : entry;
    const file = files.createFile(parent, last);
    files.resize(file, bytes.length);
    file.content.write(0, bytes);
  } else {
    files.createSymlink(parent, last, entry.symlink);
  }
}

/** The directory of that name, made if need be. */
function directoryIn(files: FileSystem, parent: DirectoryNode, name: string, path: string): DirectoryNode {
  checkName(name, path);
  const node = parent.entries.get(name) ?? files.createDirectory(parent, name);
  if (node.filetype !== FILETYPE.DIRECTORY)
    throw impossible(path, `${JSON.stringify(name)} is not a directory`);
  return node;
}

function checkName(name: string, path: string): void {
  if (name === "" || name === "." || name === ".." || name.includes("\0")) {
    throw impossible(path, `${JSON.stringify(name)} is no name`);
  }
  if (encoder.encode(name).length > SANDBOX_LIMITS.name_bytes_max)
    throw impossible(path, "a name is too long");
}

function impossible(path: string, why: string): OffshoreError {
  return new OffshoreError("invalid_argument", `the file tree cannot have ${JSON.stringify(path)}: ${why}`);
}

/**
 * What a directory holds, in the order of its listing, each directory before its contents. Hard links come out as files of their own;
 * what lies deeper than a path can name is left out.
 */
export function saveTree(directory: DirectoryNode): FileTree {
  const saved: [string, TreeEntry][] = [];
  const pending: { path: string; node: FsNode }[] = [];
  /** The next one last. */
  const visitLater = (node: DirectoryNode, prefix: string) => {
    const children = [...node.entries].map((each) => ({ path: prefix + each.name, node: each.node }));
    pending.push(...children.filter(({ path }) => path.length <= SANDBOX_LIMITS.path_bytes_max).reverse());
  };
  visitLater(directory, "");
  for (let next = pending.pop(); next; next = pending.pop()) {
    saved.push([next.path, entryOf(next.node)]);
    if (next.node.filetype === FILETYPE.DIRECTORY) visitLater(next.node, `${next.path}/`);
  }
  // Not by assignment: a file may have the name `__proto__`.
  return Object.fromEntries(saved);
}

function entryOf(node: FsNode): TreeEntry {
  if (node.filetype === FILETYPE.DIRECTORY) return null;
  if (node.filetype === FILETYPE.SYMBOLIC_LINK) return { symlink: node.target };
  const bytes = new Uint8Array(node.content.size);
  node.content.read(0, bytes);
  return bytes;
}
