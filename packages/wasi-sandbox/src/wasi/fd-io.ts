import type { FileNode } from "../fs/nodes.ts";
import { ERRNO, FDFLAG, RIGHT, WHENCE } from "./abi.ts";
import type { InputStream, OpenFile } from "./descriptors.ts";
import { fail, RunEnded } from "./errors.ts";
import { type Iovecs, readIovecs, visitIovecs } from "./iovecs.ts";
import type { Sink } from "./sink.ts";
import type { Wasi } from "./wasi.ts";

/** Offsets are exact up to here; no file can be as large. */
const OFFSET_MAX = BigInt(Number.MAX_SAFE_INTEGER) - 2n ** 32n;

function toOffset(offset: bigint): number {
  if (offset < 0n || offset > OFFSET_MAX) fail(ERRNO.INVAL);
  return Number(offset);
}

/** Fills the buffers with what there is from `position` on, of `size` bytes in all; returns how many bytes that was. */
function readInto(
  wasi: Wasi,
  iovecs: Iovecs,
  position: number,
  size: number,
  copy: (from: number, target: Uint8Array) => void,
): number {
  const length = Math.min(iovecs.total, Math.max(0, size - position));
  wasi.chargeBytes(length);
  visitIovecs(wasi.memory, iovecs, length, (bytes, done) => copy(position + done, bytes));
  return length;
}

function readFile(wasi: Wasi, { content }: FileNode, position: number, iovecs: Iovecs): number {
  return readInto(wasi, iovecs, position, content.size, (from, target) => content.read(from, target));
}

function readInput(wasi: Wasi, input: InputStream, iovecs: Iovecs): number {
  const bytes = input.bytes();
  const copy = (from: number, target: Uint8Array) => target.set(bytes.subarray(from, from + target.length));
  return readInto(wasi, iovecs, input.position, bytes.length, copy);
}

/** Writes all of the buffers to a file at `position`, or nothing. */
function writeFile(wasi: Wasi, node: FileNode, position: number, iovecs: Iovecs): void {
  wasi.chargeBytes(iovecs.total);
  if (iovecs.total === 0) return;
  wasi.files.growTo(node, position + iovecs.total);
  visitIovecs(wasi.memory, iovecs, iovecs.total, (bytes, done) => node.content.write(position + done, bytes));
  wasi.files.touch(node);
}

function writePosition({ flags, node }: OpenFile, position: number): number {
  return (flags & FDFLAG.APPEND) !== 0 ? node.content.size : position;
}

function writeStream(wasi: Wasi, sink: Sink, iovecs: Iovecs): void {
  wasi.chargeBytes(iovecs.total);
  if (sink === wasi.stdout && sink.wouldOverflow(iovecs.total)) throw new RunEnded("output_too_large");
  visitIovecs(wasi.memory, iovecs, iovecs.total, (bytes) => sink.write(bytes));
}

export const fdIoCalls = {
  fd_read(wasi: Wasi, fd: number, iovecs_in: number, count: number, read_out: number) {
    const descriptor = wasi.descriptors.get(fd);
    if (descriptor.kind === "directory") fail(ERRNO.ISDIR);
    wasi.descriptors.get(fd, RIGHT.FD_READ);
    if (descriptor.kind === "output") fail(ERRNO.BADF);
    const iovecs = readIovecs(wasi, iovecs_in, count);
    wasi.memory.check(read_out, 4);
    const { kind, position } = descriptor;
    const length =
      kind === "file"
        ? readFile(wasi, descriptor.node, position, iovecs)
        : readInput(wasi, descriptor, iovecs);
    descriptor.position += length;
    wasi.memory.setU32(read_out, length);
  },

  fd_pread(wasi: Wasi, fd: number, iovecs_in: number, count: number, offset: bigint, read_out: number) {
    if (wasi.descriptors.get(fd).kind === "directory") fail(ERRNO.ISDIR);
    const file = wasi.descriptors.file(fd, RIGHT.FD_READ | RIGHT.FD_SEEK);
    const iovecs = readIovecs(wasi, iovecs_in, count);
    wasi.memory.check(read_out, 4);
    wasi.memory.setU32(read_out, readFile(wasi, file.node, toOffset(offset), iovecs));
  },

  fd_write(wasi: Wasi, fd: number, iovecs_in: number, count: number, written_out: number) {
    const descriptor = wasi.descriptors.get(fd, RIGHT.FD_WRITE);
    if (descriptor.kind === "directory" || descriptor.kind === "input") fail(ERRNO.BADF);
    const iovecs = readIovecs(wasi, iovecs_in, count);
    wasi.memory.check(written_out, 4);
    if (descriptor.kind === "output") {
      writeStream(wasi, descriptor.sink, iovecs);
    } else {
      const position = writePosition(descriptor, descriptor.position);
      writeFile(wasi, descriptor.node, position, iovecs);
      descriptor.position = position + iovecs.total;
    }
    wasi.memory.setU32(written_out, iovecs.total);
  },

  /** At the end if the file is open for appending, as in Linux and in wasmtime (not as in POSIX). */
  fd_pwrite(wasi: Wasi, fd: number, iovecs_in: number, count: number, offset: bigint, written_out: number) {
    const file = wasi.descriptors.file(fd, RIGHT.FD_WRITE | RIGHT.FD_SEEK);
    const iovecs = readIovecs(wasi, iovecs_in, count);
    wasi.memory.check(written_out, 4);
    writeFile(wasi, file.node, writePosition(file, toOffset(offset)), iovecs);
    wasi.memory.setU32(written_out, iovecs.total);
  },

  fd_seek(wasi: Wasi, fd: number, offset: bigint, whence: number, position_out: number) {
    const is_tell = whence === WHENCE.CUR && offset === 0n;
    const file = wasi.descriptors.file(fd, is_tell ? RIGHT.FD_TELL : RIGHT.FD_SEEK);
    wasi.memory.check(position_out, 8);
    const { position, node } = file;
    const base = { [WHENCE.SET]: 0, [WHENCE.CUR]: position, [WHENCE.END]: node.content.size }[whence];
    if (base === undefined) fail(ERRNO.INVAL);
    file.position = toOffset(BigInt(base) + BigInt.asIntN(64, offset));
    wasi.memory.setU64(position_out, BigInt(file.position));
  },

  fd_tell(wasi: Wasi, fd: number, position_out: number) {
    const file = wasi.descriptors.file(fd, RIGHT.FD_TELL);
    wasi.memory.setU64(position_out, BigInt(file.position));
  },
};
