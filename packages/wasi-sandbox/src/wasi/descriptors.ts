import type { FileSystem } from "../fs/file-system.ts";
import type { DirectoryNode, FileNode } from "../fs/nodes.ts";
import { SANDBOX_LIMITS } from "../limits.ts";
import { DIRECTORY_RIGHTS, ERRNO, FILE_RIGHTS, IO_RIGHTS } from "./abi.ts";
import { fail } from "./errors.ts";
import type { Sink } from "./sink.ts";

interface DescriptorCommon {
  /** What may be done with it, and with what is opened through it (`RIGHT`). */
  rights: bigint;
  inheriting: bigint;
  /** `FDFLAG` */
  flags: number;
}

export interface InputStream extends DescriptorCommon {
  readonly kind: "input";
  /** Asked for once it is read. */
  readonly bytes: () => Uint8Array;
  position: number;
}

export interface OutputStream extends DescriptorCommon {
  readonly kind: "output";
  readonly sink: Sink;
}

export interface OpenFile extends DescriptorCommon {
  readonly kind: "file";
  readonly node: FileNode;
  position: number;
}

export interface OpenDirectory extends DescriptorCommon {
  readonly kind: "directory";
  readonly node: DirectoryNode;
  /** The name under which the guest was given it, if it was. */
  readonly preopened_as: Uint8Array | null;
}

export type Descriptor = InputStream | OutputStream | OpenFile | OpenDirectory;

/** The guest's file descriptors. A new one gets the lowest free number. */
export class Descriptors {
  readonly #files: FileSystem;
  readonly #open: (Descriptor | undefined)[] = [];

  constructor(files: FileSystem) {
    this.#files = files;
  }

  /** Gives a preopened directory the next number. */
  preopen(node: DirectoryNode, name: string): void {
    const inheriting = DIRECTORY_RIGHTS | FILE_RIGHTS;
    const preopened_as = new TextEncoder().encode(name);
    this.add({ kind: "directory", node, preopened_as, rights: DIRECTORY_RIGHTS, inheriting, flags: 0 });
  }

  add(descriptor: Descriptor): number {
    const free = this.free();
    this.#open[free] = descriptor;
    if ("node" in descriptor) this.#files.opened(descriptor.node);
    return free;
  }

  /** The number that `add` would give; fails with `EMFILE` if there is none. */
  free(): number {
    let free = 0;
    while (this.#open[free]) free += 1;
    if (free >= SANDBOX_LIMITS.descriptors_max) fail(ERRNO.MFILE);
    return free;
  }

  /** Fails with `EBADF` if `fd` is not open, or not for reading or writing as in `rights`; with `ENOTCAPABLE` if it lacks another right. */
  get(fd: number, rights = 0n): Descriptor {
    const descriptor = this.#open[fd];
    if (!descriptor) fail(ERRNO.BADF);
    const lacking = rights & ~descriptor.rights;
    if (lacking !== 0n) fail((lacking & IO_RIGHTS) !== 0n ? ERRNO.BADF : ERRNO.NOTCAPABLE);
    return descriptor;
  }

  /** Fails with `EBADF` for a directory (as in POSIX, where none can be opened for writing), with `ESPIPE` for a stream. */
  file(fd: number, rights: bigint): OpenFile {
    const descriptor = this.get(fd);
    if (descriptor.kind === "directory") fail(ERRNO.BADF);
    if (descriptor.kind !== "file") fail(ERRNO.SPIPE);
    this.get(fd, rights);
    return descriptor;
  }

  directory(fd: number, rights: bigint): OpenDirectory {
    const descriptor = this.get(fd);
    if (descriptor.kind !== "directory") fail(ERRNO.NOTDIR);
    this.get(fd, rights);
    return descriptor;
  }

  close(fd: number): void {
    const descriptor = this.get(fd);
    this.#open[fd] = undefined;
    if ("node" in descriptor) this.#files.closed(descriptor.node);
  }

  /** Moves `from` to `to`, which is closed first. Both have to be open. */
  renumber(from: number, to: number): void {
    const descriptor = this.get(from);
    this.get(to);
    if (from === to) return;
    this.close(to);
    this.#open[to] = descriptor;
    this.#open[from] = undefined;
  }
}
