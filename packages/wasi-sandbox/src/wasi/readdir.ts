import type { DirectoryNode, FsNode } from "../fs/nodes.ts";
import { RIGHT } from "./abi.ts";
import type { Wasi } from "./wasi.ts";

const DIRENT_BYTES = 24;
const encoder = new TextEncoder();

interface Listed {
  name: string;
  node: FsNode;
  next_cookie: number;
}

/** The entry that follows `cookie`: `.`, `..`, then what is there in the order in which it was made. */
function entryAfter(directory: DirectoryNode, cookie: number): Listed | undefined {
  if (cookie === 0) return { name: ".", node: directory, next_cookie: 1 };
  if (cookie === 1) return { name: "..", node: directory.parent, next_cookie: 2 };
  const entry = directory.entries.after(cookie);
  return entry && { name: entry.name, node: entry.node, next_cookie: entry.cookie };
}

function toDirent({ name, node, next_cookie }: Listed): Uint8Array {
  const name_bytes = encoder.encode(name);
  const dirent = new Uint8Array(DIRENT_BYTES + name_bytes.length);
  const view = new DataView(dirent.buffer);
  view.setBigUint64(0, BigInt(next_cookie), true);
  view.setBigUint64(8, BigInt(node.inode), true);
  view.setUint32(16, name_bytes.length, true);
  view.setUint8(20, node.filetype);
  dirent.set(name_bytes, DIRENT_BYTES);
  return dirent;
}

export const readdirCalls = {
  /** Fills the buffer to its end, with a piece of an entry if need be: that is how the guest knows there is more. */
  fd_readdir(wasi: Wasi, fd: number, buffer: number, length: number, cookie: bigint, used_out: number) {
    const { node } = wasi.descriptors.directory(fd, RIGHT.FD_READDIR);
    wasi.memory.check(buffer, length);
    wasi.memory.check(used_out, 4);
    let used = 0;
    let after = cookie > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(cookie);
    while (used < length) {
      const entry = entryAfter(node, after);
      if (!entry) break;
      wasi.chargeItems(1);
      const part = toDirent(entry).subarray(0, length - used);
      wasi.chargeBytes(part.length);
      wasi.memory.bytes(buffer + used, part.length).set(part);
      used += part.length;
      after = entry.next_cookie;
    }
    wasi.memory.setU32(used_out, used);
  },
};
