import type { DirectoryNode } from "../fs/nodes.ts";
import type { Resolved } from "../fs/resolve.ts";
import { ERRNO, FILETYPE, LOOKUP_SYMLINK_FOLLOW, RIGHT } from "./abi.ts";
import { fail } from "./errors.ts";
import { putFilestat, setTimes } from "./stat.ts";
import type { Wasi } from "./wasi.ts";

/** Resolves a path of the guest's from an open directory that has `rights`. */
function lookup(
  wasi: Wasi,
  fd: number,
  rights: bigint,
  path_in: number,
  length: number,
  flags = 0,
): Resolved {
  return wasi.resolve(wasi.descriptors.directory(fd, rights), wasi.path(path_in, length), flags);
}

/** The node that is there; fails with `ENOENT`, or `ENOTDIR` if only a directory will do. */
function present({ node, wants_directory }: Resolved) {
  if (!node) fail(ERRNO.NOENT);
  if (wants_directory && node.filetype !== FILETYPE.DIRECTORY) fail(ERRNO.NOTDIR);
  return node;
}

/** The name to make; fails with `EEXIST` if it is taken, or `ENOTDIR` or `ENOENT` if only a directory could have it. */
function absent({ node, name, wants_directory }: Resolved): string {
  if (node && wants_directory && node.filetype !== FILETYPE.DIRECTORY) fail(ERRNO.NOTDIR);
  if (node || name === null) fail(ERRNO.EXIST);
  if (wants_directory) fail(ERRNO.NOENT);
  return name;
}

function isWithin(wasi: Wasi, directory: DirectoryNode, ancestor: DirectoryNode): boolean {
  let at = directory;
  while (at !== ancestor && at !== at.parent) {
    wasi.chargeItems(1);
    at = at.parent;
  }
  return at === ancestor;
}

/** Fails unless `from` may take the place of `to` (POSIX `rename`). */
function checkRename(wasi: Wasi, from: Resolved, to: Resolved): void {
  const source = present(from);
  const is_directory = source.filetype === FILETYPE.DIRECTORY;
  if (!is_directory && to.wants_directory) fail(ERRNO.NOTDIR);
  if (is_directory && isWithin(wasi, to.parent, source)) fail(ERRNO.INVAL);
  if (!to.node) return;
  if (to.node.filetype === FILETYPE.DIRECTORY) {
    if (!is_directory) fail(ERRNO.ISDIR);
    if (to.node.entries.size > 0) fail(ERRNO.NOTEMPTY);
  } else if (is_directory) {
    fail(ERRNO.NOTDIR);
  }
}

export const pathCalls = {
  path_create_directory(wasi: Wasi, fd: number, path_in: number, length: number) {
    const found = lookup(wasi, fd, RIGHT.PATH_CREATE_DIRECTORY, path_in, length);
    if (found.node || found.name === null) fail(ERRNO.EXIST);
    wasi.files.createDirectory(found.parent, found.name);
  },

  path_remove_directory(wasi: Wasi, fd: number, path_in: number, length: number) {
    const found = lookup(wasi, fd, RIGHT.PATH_REMOVE_DIRECTORY, path_in, length);
    const node = present(found);
    if (node.filetype !== FILETYPE.DIRECTORY) fail(ERRNO.NOTDIR);
    if (found.name === null) fail(ERRNO.INVAL);
    if (node.entries.size > 0) fail(ERRNO.NOTEMPTY);
    wasi.files.unlink(found.parent, found.name);
  },

  path_unlink_file(wasi: Wasi, fd: number, path_in: number, length: number) {
    const found = lookup(wasi, fd, RIGHT.PATH_UNLINK_FILE, path_in, length);
    if (present(found).filetype === FILETYPE.DIRECTORY || found.name === null) fail(ERRNO.ISDIR);
    wasi.files.unlink(found.parent, found.name);
  },

  path_filestat_get(
    wasi: Wasi,
    fd: number,
    flags: number,
    path_in: number,
    length: number,
    stat_out: number,
  ) {
    const found = lookup(wasi, fd, RIGHT.PATH_FILESTAT_GET, path_in, length, flags);
    putFilestat(wasi, stat_out, present(found));
  },

  path_filestat_set_times(
    wasi: Wasi,
    fd: number,
    flags: number,
    path_in: number,
    length: number,
    accessed: bigint,
    modified: bigint,
    time_flags: number,
  ) {
    const found = lookup(wasi, fd, RIGHT.PATH_FILESTAT_SET_TIMES, path_in, length, flags);
    setTimes(wasi, present(found).times, accessed, modified, time_flags);
  },

  path_link(
    wasi: Wasi,
    old_fd: number,
    flags: number,
    old_path: number,
    old_length: number,
    new_fd: number,
    new_path: number,
    new_length: number,
  ) {
    if ((flags & LOOKUP_SYMLINK_FOLLOW) !== 0) fail(ERRNO.INVAL);
    const source = present(lookup(wasi, old_fd, RIGHT.PATH_LINK_SOURCE, old_path, old_length));
    const target = lookup(wasi, new_fd, RIGHT.PATH_LINK_TARGET, new_path, new_length);
    if (source.filetype === FILETYPE.DIRECTORY) fail(ERRNO.PERM);
    wasi.files.link(target.parent, absent(target), source);
  },

  path_rename(
    wasi: Wasi,
    old_fd: number,
    old_path: number,
    old_length: number,
    new_fd: number,
    new_path: number,
    new_length: number,
  ) {
    const from = lookup(wasi, old_fd, RIGHT.PATH_RENAME_SOURCE, old_path, old_length);
    const to = lookup(wasi, new_fd, RIGHT.PATH_RENAME_TARGET, new_path, new_length);
    if (from.name === null || to.name === null) fail(ERRNO.INVAL);
    if (present(from) === to.node) return;
    checkRename(wasi, from, to);
    wasi.files.rename(from.parent, from.name, to.parent, to.name);
  },

  path_symlink(
    wasi: Wasi,
    target_in: number,
    target_length: number,
    fd: number,
    path_in: number,
    length: number,
  ) {
    const directory = wasi.descriptors.directory(fd, RIGHT.PATH_SYMLINK);
    const target = wasi.path(target_in, target_length);
    const found = wasi.resolve(directory, wasi.path(path_in, length));
    if (target === "") fail(ERRNO.NOENT);
    if (target.startsWith("/")) fail(ERRNO.PERM);
    wasi.files.createSymlink(found.parent, absent(found), target);
  },

  path_readlink(
    wasi: Wasi,
    fd: number,
    path_in: number,
    length: number,
    buffer: number,
    size: number,
    used_out: number,
  ) {
    const node = present(lookup(wasi, fd, RIGHT.PATH_READLINK, path_in, length));
    if (node.filetype !== FILETYPE.SYMBOLIC_LINK) fail(ERRNO.INVAL);
    wasi.memory.check(buffer, size);
    wasi.memory.check(used_out, 4);
    const target = new TextEncoder().encode(node.target).subarray(0, size);
    wasi.chargeBytes(target.length);
    wasi.memory.bytes(buffer, target.length).set(target);
    wasi.memory.setU32(used_out, target.length);
  },
};
