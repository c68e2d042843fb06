import type { FILETYPE } from "../wasi/abi.ts";
import type { BlockStore } from "./block-store.ts";

/** Nanoseconds of the run's own clock. */
export interface Times {
  accessed: bigint;
  modified: bigint;
  changed: bigint;
}

interface NodeCommon {
  /** Counts up from 1 in the order of creation, so it is the same on every machine. */
  readonly inode: number;
  readonly times: Times;
  /** Directory entries that name this node. */
  links: number;
  /** Descriptors that hold it open. A node lives until both are 0. */
  opens: number;
}

export interface FileNode extends NodeCommon {
  readonly filetype: typeof FILETYPE.REGULAR_FILE;
  readonly content: BlockStore;
}

export interface DirectoryNode extends NodeCommon {
  readonly filetype: typeof FILETYPE.DIRECTORY;
  readonly entries: Entries;
  /** Itself for a root. */
  parent: DirectoryNode;
}

export interface SymlinkNode extends NodeCommon {
  readonly filetype: typeof FILETYPE.SYMBOLIC_LINK;
  readonly target: string;
}

export type FsNode = FileNode | DirectoryNode | SymlinkNode;

export interface Entry {
  readonly name: string;
  readonly node: FsNode;
  /** Where a listing that has read this entry goes on (`d_next`). Grows with every entry made in the directory. */
  readonly cookie: number;
}

/** Cookies 1 and 2 are those of `.` and `..`. */
const FIRST_COOKIE = 3;

/** What a directory holds, in the order it was put there. */
export class Entries {
  readonly #by_name = new Map<string, Entry>();
  readonly #in_order: Entry[] = [];
  #next_cookie = FIRST_COOKIE;

  get size(): number {
    return this.#in_order.length;
  }

  get(name: string): FsNode | undefined {
    return this.#by_name.get(name)?.node;
  }

  /** Adds a name that is not there yet. */
  add(name: string, node: FsNode): void {
    const entry = { name, node, cookie: this.#next_cookie };
    this.#next_cookie += 1;
    this.#by_name.set(name, entry);
    this.#in_order.push(entry);
  }

  remove(name: string): void {
    const entry = this.#by_name.get(name);
    if (!entry) return;
    this.#by_name.delete(name);
    this.#in_order.splice(this.#indexAfter(entry.cookie - 1), 1);
  }

  [Symbol.iterator](): IterableIterator<Entry> {
    return this.#in_order.values();
  }

  /** The first entry whose cookie is greater: a listing stays right while entries come and go. */
  after(cookie: number): Entry | undefined {
    return this.#in_order[this.#indexAfter(cookie)];
  }

  #indexAfter(cookie: number): number {
    let low = 0;
    let high = this.#in_order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#in_order[middle]!.cookie > cookie) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
