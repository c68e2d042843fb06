import { ERRNO, FDFLAGS_ALL, FILETYPE, RIGHT } from "./abi.ts";
import type { Descriptor } from "./descriptors.ts";
import { fail } from "./errors.ts";
import { putFilestat, setTimes } from "./stat.ts";
import type { Wasi } from "./wasi.ts";

const FDSTAT_BYTES = 24;
/** `fd_advise` has the advices 0 to 5. */
const ADVICE_MAX = 5;
/** No file can be larger (2^53 - 1 bytes), whatever the limit of the run. */
const SIZE_MAX = BigInt(Number.MAX_SAFE_INTEGER);

function filetypeOf(descriptor: Descriptor): number {
  return "node" in descriptor ? descriptor.node.filetype : FILETYPE.UNKNOWN;
}

export const fdCalls = {
  fd_advise(wasi: Wasi, fd: number, _offset: bigint, _length: bigint, advice: number) {
    if (wasi.descriptors.get(fd).kind !== "file") fail(ERRNO.BADF);
    wasi.descriptors.get(fd, RIGHT.FD_ADVISE);
    if (advice > ADVICE_MAX) fail(ERRNO.INVAL);
  },

  fd_allocate(wasi: Wasi, fd: number, offset: bigint, length: bigint) {
    const { node } = wasi.descriptors.file(fd, RIGHT.FD_ALLOCATE | RIGHT.FD_WRITE);
    const end = offset + length;
    if (length === 0n) fail(ERRNO.INVAL);
    if (end > SIZE_MAX) fail(ERRNO.FBIG);
    wasi.files.growTo(node, Number(end));
  },

  fd_close(wasi: Wasi, fd: number) {
    wasi.descriptors.close(fd);
  },

  fd_datasync(wasi: Wasi, fd: number) {
    wasi.descriptors.get(fd, RIGHT.FD_DATASYNC);
  },

  fd_sync(wasi: Wasi, fd: number) {
    wasi.descriptors.get(fd, RIGHT.FD_SYNC);
  },

  fd_fdstat_get(wasi: Wasi, fd: number, stat_out: number) {
    const descriptor = wasi.descriptors.get(fd);
    const view = wasi.memory.check(stat_out, FDSTAT_BYTES);
    wasi.memory.bytes(stat_out, FDSTAT_BYTES).fill(0);
    view.setUint8(stat_out, filetypeOf(descriptor));
    view.setUint16(stat_out + 2, descriptor.flags, true);
    view.setBigUint64(stat_out + 8, descriptor.rights, true);
    view.setBigUint64(stat_out + 16, descriptor.inheriting, true);
  },

  fd_fdstat_set_flags(wasi: Wasi, fd: number, flags: number) {
    const descriptor = wasi.descriptors.get(fd, RIGHT.FD_FDSTAT_SET_FLAGS);
    if (flags > FDFLAGS_ALL) fail(ERRNO.INVAL);
    descriptor.flags = flags;
  },

  /** Rights can only be given up. */
  fd_fdstat_set_rights(wasi: Wasi, fd: number, rights: bigint, inheriting: bigint) {
    const descriptor = wasi.descriptors.get(fd);
    if ((rights & ~descriptor.rights) !== 0n || (inheriting & ~descriptor.inheriting) !== 0n) {
      fail(ERRNO.NOTCAPABLE);
    }
    descriptor.rights = rights;
    descriptor.inheriting = inheriting;
  },

  fd_filestat_get(wasi: Wasi, fd: number, stat_out: number) {
    const descriptor = wasi.descriptors.get(fd, RIGHT.FD_FILESTAT_GET);
    putFilestat(wasi, stat_out, "node" in descriptor ? descriptor.node : null);
  },

  fd_filestat_set_size(wasi: Wasi, fd: number, size: bigint) {
    const { node, rights } = wasi.descriptors.file(fd, RIGHT.FD_FILESTAT_SET_SIZE);
    if ((rights & RIGHT.FD_WRITE) === 0n) fail(ERRNO.INVAL);
    if (size > SIZE_MAX) fail(ERRNO.FBIG);
    wasi.files.resize(node, Number(size));
  },

  fd_filestat_set_times(wasi: Wasi, fd: number, accessed: bigint, modified: bigint, flags: number) {
    const descriptor = wasi.descriptors.get(fd, RIGHT.FD_FILESTAT_SET_TIMES);
    if ("node" in descriptor) setTimes(wasi, descriptor.node.times, accessed, modified, flags);
  },

  fd_prestat_get(wasi: Wasi, fd: number, prestat_out: number) {
    const name = preopenedName(wasi, fd);
    wasi.memory.check(prestat_out, 8);
    wasi.memory.setU32(prestat_out, 0);
    wasi.memory.setU32(prestat_out + 4, name.length);
  },

  fd_prestat_dir_name(wasi: Wasi, fd: number, name_out: number, length: number) {
    const name = preopenedName(wasi, fd);
    if (length < name.length) fail(ERRNO.NAMETOOLONG);
    wasi.memory.check(name_out, name.length);
    wasi.chargeBytes(name.length);
    wasi.memory.bytes(name_out, name.length).set(name);
  },

  fd_renumber(wasi: Wasi, from: number, to: number) {
    wasi.descriptors.renumber(from, to);
  },
};

function preopenedName(wasi: Wasi, fd: number): Uint8Array {
  const descriptor = wasi.descriptors.get(fd);
  if (descriptor.kind !== "directory" || !descriptor.preopened_as) fail(ERRNO.BADF);
  return descriptor.preopened_as;
}
