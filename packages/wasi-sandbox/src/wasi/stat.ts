import type { FsNode, Times } from "../fs/nodes.ts";
import { ERRNO, FILETYPE, FSTFLAG } from "./abi.ts";
import { fail } from "./errors.ts";
import type { Wasi } from "./wasi.ts";

const FILESTAT_BYTES = 64;
const DEVICE = 1n;

/** Bytes of a file, or of a link's target; 0 for a directory. */
function sizeOf(node: FsNode): number {
  if (node.filetype === FILETYPE.REGULAR_FILE) return node.content.size;
  return node.filetype === FILETYPE.SYMBOLIC_LINK ? new TextEncoder().encode(node.target).length : 0;
}

/** Writes a `filestat`. A stream (null) has no node: all of it is zero. */
export function putFilestat(wasi: Wasi, at: number, node: FsNode | null): void {
  const view = wasi.memory.check(at, FILESTAT_BYTES);
  wasi.memory.bytes(at, FILESTAT_BYTES).fill(0);
  if (!node) return;
  view.setBigUint64(at, DEVICE, true);
  view.setBigUint64(at + 8, BigInt(node.inode), true);
  view.setUint8(at + 16, node.filetype);
  view.setBigUint64(at + 24, BigInt(node.links), true);
  view.setBigUint64(at + 32, BigInt(sizeOf(node)), true);
  view.setBigUint64(at + 40, node.times.accessed, true);
  view.setBigUint64(at + 48, node.times.modified, true);
  view.setBigUint64(at + 56, node.times.changed, true);
}

/** Sets times as `fstflags` says. Fails with `EINVAL` if both a value and "now" are asked for. */
export function setTimes(wasi: Wasi, times: Times, accessed: bigint, modified: bigint, flags: number): void {
  const { ATIM, ATIM_NOW, MTIM, MTIM_NOW } = FSTFLAG;
  const both = (a: number, b: number) => (flags & a) !== 0 && (flags & b) !== 0;
  if (flags > 15 || both(ATIM, ATIM_NOW) || both(MTIM, MTIM_NOW)) fail(ERRNO.INVAL);
  const now = wasi.clock.now();
  if (flags & ATIM) times.accessed = accessed;
  if (flags & ATIM_NOW) times.accessed = now;
  if (flags & MTIM) times.modified = modified;
  if (flags & MTIM_NOW) times.modified = now;
  times.changed = now;
}
