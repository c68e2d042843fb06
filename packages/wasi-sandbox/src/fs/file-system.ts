import { SANDBOX_LIMITS } from "../limits.ts";
import { ERRNO, FILETYPE } from "../wasi/abi.ts";
import { fail } from "../wasi/errors.ts";
import { BlockStore, blocksOf } from "./block-store.ts";
import {
  type DirectoryNode,
  Entries,
  type FileNode,
  type FsNode,
  type SymlinkNode,
  type Times,
} from "./nodes.ts";

/**
 * An in-memory file system: no names, times or numbers but those the run gives it. A directory entry costs one block, a file
 * the blocks of its size; what does not fit into `capacity_bytes` is `ENOSPC`.
 */
export class FileSystem {
  readonly #now: () => bigint;
  readonly #blocks_max: number;
  #blocks_used = 0;
  #next_inode = 1;

  /** @param now the run's clock, in nanoseconds */
  constructor(capacity_bytes: number, now: () => bigint) {
    this.#now = now;
    this.#blocks_max = Math.floor(capacity_bytes / SANDBOX_LIMITS.file_block_bytes);
  }

  /** A directory in no other, which cannot be left: its parent is itself. Takes no room. */
  createRoot(): DirectoryNode {
    const root = this.#newDirectory(null);
    root.links = 1;
    return root;
  }

  createFile(parent: DirectoryNode, name: string): FileNode {
    const node: FileNode = { ...this.#common(), filetype: FILETYPE.REGULAR_FILE, content: new BlockStore() };
    this.link(parent, name, node);
    return node;
  }

  createDirectory(parent: DirectoryNode, name: string): DirectoryNode {
    const node = this.#newDirectory(parent);
    this.link(parent, name, node);
    return node;
  }

  createSymlink(parent: DirectoryNode, name: string, target: string): SymlinkNode {
    const node: SymlinkNode = { ...this.#common(), filetype: FILETYPE.SYMBOLIC_LINK, target };
    this.link(parent, name, node);
    return node;
  }

  /** Puts `node` into `parent` under a name that is free. */
  link(parent: DirectoryNode, name: string, node: FsNode): void {
    if (parent.links === 0) fail(ERRNO.NOENT);
    this.#reserve(1);
    parent.entries.add(name, node);
    node.links += 1;
    if (node.filetype === FILETYPE.DIRECTORY) node.parent = parent;
    this.#changed(parent, node);
  }

  /** Takes the name away; the node goes once nothing has it open. */
  unlink(parent: DirectoryNode, name: string): void {
    const node = parent.entries.get(name);
    if (!node) fail(ERRNO.NOENT);
    parent.entries.remove(name);
    this.#blocks_used -= 1;
    node.links -= 1;
    this.#changed(parent, node);
    this.#collect(node);
  }

  /** Moves a name, over whatever has the new one. The caller has checked that this makes sense. */
  rename(from: DirectoryNode, old_name: string, to: DirectoryNode, new_name: string): void {
    const node = from.entries.get(old_name);
    if (!node || to.links === 0) fail(ERRNO.NOENT);
    if (to.entries.get(new_name)) this.unlink(to, new_name);
    from.entries.remove(old_name);
    to.entries.add(new_name, node);
    if (node.filetype === FILETYPE.DIRECTORY) node.parent = to;
    this.touch(from);
    this.#changed(to, node);
  }

  opened(node: FsNode): void {
    node.opens += 1;
  }

  closed(node: FsNode): void {
    node.opens -= 1;
    this.#collect(node);
  }

  /** Makes a file longer (with zeros) or shorter. */
  resize(file: FileNode, size_bytes: number): void {
    this.#reserve(blocksOf(size_bytes) - blocksOf(file.content.size));
    file.content.resize(size_bytes);
    this.touch(file);
  }

  /** Makes room for a write that ends at `end_bytes`. Does all of it or nothing. */
  growTo(file: FileNode, end_bytes: number): void {
    if (end_bytes > file.content.size) this.resize(file, end_bytes);
  }

  /** Notes that the contents changed. */
  touch(node: FsNode): void {
    node.times.modified = this.#now();
    node.times.changed = node.times.modified;
  }

  #changed(parent: DirectoryNode, node: FsNode): void {
    this.touch(parent);
    node.times.changed = parent.times.changed;
  }

  #reserve(blocks: number): void {
    if (blocks > this.#blocks_max - this.#blocks_used) fail(ERRNO.NOSPC);
    this.#blocks_used += blocks;
  }

  #collect(node: FsNode): void {
    if (node.filetype !== FILETYPE.REGULAR_FILE || node.links > 0 || node.opens > 0) return;
    this.#blocks_used -= blocksOf(node.content.size);
    node.content.resize(0);
  }

  #common(): { inode: number; times: Times; links: number; opens: number } {
    const now = this.#now();
    const inode = this.#next_inode;
    this.#next_inode += 1;
    return { inode, times: { accessed: now, modified: now, changed: now }, links: 0, opens: 0 };
  }

  #newDirectory(parent: DirectoryNode | null): DirectoryNode {
    const node = { ...this.#common(), filetype: FILETYPE.DIRECTORY, entries: new Entries() };
    const directory = node as Omit<DirectoryNode, "parent"> as DirectoryNode;
    directory.parent = parent ?? directory;
    return directory;
  }
}
