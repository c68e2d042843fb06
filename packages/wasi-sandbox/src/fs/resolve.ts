import { SANDBOX_LIMITS } from "../limits.ts";
import { ERRNO, FILETYPE } from "../wasi/abi.ts";
import { fail } from "../wasi/errors.ts";
import type { DirectoryNode, FsNode } from "./nodes.ts";

/** Where a path leads. */
export interface Resolved {
  /** The directory of the last name, and that name. The name is null if the path ends in `.` or `..`: nothing to create or remove. */
  parent: DirectoryNode;
  name: string | null;
  /** What is there, if anything. */
  node: FsNode | undefined;
  /** The path ended in a slash: it only means a directory. */
  wants_directory: boolean;
}

const encoder = new TextEncoder();

/**
 * Walks `path` from `start` and never above it: `EPERM` for an absolute path or a `..` too many, in symbolic links as well.
 * @param follow whether a symbolic link at the very end is followed (with a slash behind it, it always is)
 * @param on_name called before each name is looked at, those of symbolic links included
 */
export function resolve(start: DirectoryNode, path: string, follow: boolean, on_name: () => void): Resolved {
  const walk = new Walk(start);
  walk.push(path);
  for (;;) {
    const name = walk.next();
    if (name === undefined) return walk.at(null, walk.directory);
    on_name();
    if (name === ".") continue;
    if (name === "..") {
      walk.leave();
      continue;
    }
    if (encoder.encode(name).length > SANDBOX_LIMITS.name_bytes_max) fail(ERRNO.NAMETOOLONG);
    const node = walk.directory.entries.get(name);
    const is_last = walk.isDone();
    if (node?.filetype === FILETYPE.SYMBOLIC_LINK && (!is_last || follow || walk.wants_directory)) {
      walk.follow(node.target);
      continue;
    }
    if (is_last) return walk.at(name, node);
    if (!node) fail(ERRNO.NOENT);
    if (node.filetype !== FILETYPE.DIRECTORY) fail(ERRNO.NOTDIR);
    walk.enter(node);
  }
}

class Walk {
  /** From the start to where we are: `..` goes back along it, so it cannot leave. */
  readonly #trail: DirectoryNode[];
  /** Names still to come, the next one last. */
  #names: string[] = [];
  #followed = 0;
  wants_directory = false;

  constructor(start: DirectoryNode) {
    this.#trail = [start];
  }

  get directory(): DirectoryNode {
    return this.#trail[this.#trail.length - 1]!;
  }

  push(path: string): void {
    if (path === "") fail(ERRNO.NOENT);
    if (path.startsWith("/")) fail(ERRNO.PERM);
    if (this.isDone() && path.endsWith("/")) this.wants_directory = true;
    for (const name of path.split("/").reverse()) if (name !== "") this.#names.push(name);
  }

  next(): string | undefined {
    return this.#names.pop();
  }

  isDone(): boolean {
    return this.#names.length === 0;
  }

  enter(node: DirectoryNode): void {
    this.#trail.push(node);
  }

  leave(): void {
    if (this.#trail.length === 1) fail(ERRNO.PERM);
    this.#trail.pop();
  }

  follow(target: string): void {
    this.#followed += 1;
    if (this.#followed > SANDBOX_LIMITS.symlinks_followed_max) fail(ERRNO.LOOP);
    this.push(target);
  }

  at(name: string | null, node: FsNode | undefined): Resolved {
    return { parent: this.directory, name, node, wants_directory: this.wants_directory };
  }
}
