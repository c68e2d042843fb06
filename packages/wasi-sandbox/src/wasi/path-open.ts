import type { DirectoryNode, FileNode } from "../fs/nodes.ts";
import type { Resolved } from "../fs/resolve.ts";
import {
  DIRECTORY_RIGHTS,
  ERRNO,
  FDFLAGS_ALL,
  FILE_RIGHTS,
  FILETYPE,
  IO_RIGHTS,
  OFLAG,
  RIGHT,
} from "./abi.ts";
import type { OpenDirectory } from "./descriptors.ts";
import { fail } from "./errors.ts";
import type { Wasi } from "./wasi.ts";

const OFLAGS_ALL = 15;

/** Checks that what is there may be opened in this way. */
function existing(found: Resolved, oflags: number, rights: bigint): FileNode | DirectoryNode {
  const { node, wants_directory } = found;
  if (!node) fail(ERRNO.NOENT);
  if ((oflags & OFLAG.CREAT) !== 0 && (oflags & OFLAG.EXCL) !== 0) fail(ERRNO.EXIST);
  if (node.filetype === FILETYPE.SYMBOLIC_LINK) fail(ERRNO.LOOP);
  if (node.filetype === FILETYPE.DIRECTORY) {
    if ((oflags & OFLAG.TRUNC) !== 0 || (rights & RIGHT.FD_WRITE) !== 0n) fail(ERRNO.ISDIR);
  } else if (wants_directory || (oflags & OFLAG.DIRECTORY) !== 0) {
    fail(ERRNO.NOTDIR);
  }
  return node;
}

function create(wasi: Wasi, directory: OpenDirectory, found: Resolved, oflags: number): FileNode {
  const { parent, name, wants_directory } = found;
  if (name === null || wants_directory) fail(ERRNO.ISDIR);
  if ((oflags & OFLAG.DIRECTORY) !== 0) fail(ERRNO.INVAL);
  if ((directory.rights & RIGHT.PATH_CREATE_FILE) === 0n) fail(ERRNO.NOTCAPABLE);
  return wasi.files.createFile(parent, name);
}

/**
 * Rights of what is opened: all that the directory passes on, but reading and writing only if asked for. Many programs ask for nothing
 * else (wasmtime takes rights for granted) or for nothing at all, and then do more; only what was given up explicitly is missed.
 */
function passedOn({ inheriting }: OpenDirectory, rights: bigint): bigint {
  return inheriting & ~(IO_RIGHTS & ~rights);
}

export const pathOpenCalls = {
  path_open(
    wasi: Wasi,
    fd: number,
    lookup_flags: number,
    path_in: number,
    path_length: number,
    oflags: number,
    rights: bigint,
    _inheriting: bigint,
    flags: number,
    fd_out: number,
  ) {
    const directory = wasi.descriptors.directory(fd, RIGHT.PATH_OPEN);
    const path = wasi.path(path_in, path_length);
    wasi.memory.check(fd_out, 4);
    if (oflags > OFLAGS_ALL || flags > FDFLAGS_ALL) fail(ERRNO.INVAL);
    if ((oflags & OFLAG.TRUNC) !== 0) wasi.descriptors.get(fd, RIGHT.PATH_FILESTAT_SET_SIZE);
    wasi.descriptors.free();
    const found = wasi.resolve(directory, path, lookup_flags);
    const creates = !found.node && (oflags & OFLAG.CREAT) !== 0;
    const node = creates ? create(wasi, directory, found, oflags) : existing(found, oflags, rights);
    const passed_on = passedOn(directory, rights);
    const common = { inheriting: directory.inheriting, flags };
    if (node.filetype === FILETYPE.DIRECTORY) {
      const own = {
        kind: "directory",
        node,
        preopened_as: null,
        rights: passed_on & DIRECTORY_RIGHTS,
      } as const;
      wasi.memory.setU32(fd_out, wasi.descriptors.add({ ...common, ...own }));
    } else {
      if ((oflags & OFLAG.TRUNC) !== 0) wasi.files.resize(node, 0);
      const own = { kind: "file", node, position: 0, rights: passed_on & FILE_RIGHTS } as const;
      wasi.memory.setU32(fd_out, wasi.descriptors.add({ ...common, ...own }));
    }
  },
};
