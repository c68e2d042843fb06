import { describe, expect, test } from "vitest";
import { ALL_RIGHTS, Guest } from "../../test/guest.ts";
import { DIRECTORY_RIGHTS, FDFLAG, FILE_RIGHTS, FILETYPE, FSTFLAG, OFLAG, RIGHT, WHENCE } from "./abi.ts";

const { APPEND } = FDFLAG;

describe("reading and writing a file", () => {
  test("moves its position, and stops at its end", () => {
    const files = new Guest();
    const fd = files.create("f", "0123456789");
    expect([files.read(fd, 4), files.read(fd, 100), files.read(fd, 1)]).toEqual(["0123", "456789", ""]);
    files.seek(fd, 2);
    expect([files.write(fd, "ab"), files.read(fd, 2)]).toEqual([2, "45"]);
    expect(files.pread(fd, 100, 0)).toBe("01ab456789");
  });

  test("at an offset leaves the position alone, beyond the end makes a hole", () => {
    const files = new Guest();
    const fd = files.create("f", "abc");
    expect([files.pread(fd, 2, 1), files.pwrite(fd, "X", 5), files.read(fd)]).toEqual(["bc", 1, "abc\0\0X"]);
    expect(files.pread(fd, 1, 2 ** 40)).toBe("");
    files.seek(fd, 8);
    expect([files.write(fd, ""), files.stat(fd)]).toMatchObject([0, { size: 6 }]);
    expect(files.pwrite(fd, "x", -1)).toBe("INVAL");
  });

  test("for appending writes at the end, wherever the position is and whatever offset is given", () => {
    const files = new Guest({ "/": { f: "abc" } });
    const fd = files.open("f", { flags: APPEND }) as number;
    expect([files.write(fd, "d"), files.seek(fd, 0, WHENCE.CUR)]).toEqual([1, 4]);
    files.seek(fd, 0);
    files.write(fd, "e");
    expect([files.pwrite(fd, "X", 0), files.seek(fd, 0, WHENCE.CUR)]).toEqual([1, 5]);
    expect(files.pread(fd, 10, 0)).toBe("abcdeX");
    expect(files.call("fd_fdstat_set_flags", fd, 0)).toBe("SUCCESS");
    files.seek(fd, 1);
    files.write(fd, "Y");
    expect(files.pread(fd, 10, 0)).toBe("aYcdeX");
    expect(files.call("fd_fdstat_set_flags", fd, 32)).toBe("INVAL");
  });

  test("needs a descriptor that was opened for it", () => {
    const files = new Guest({ "/": { f: "abc" } });
    const reader = files.open("f", { rights: RIGHT.FD_READ }) as number;
    const writer = files.open("f", { rights: RIGHT.FD_WRITE }) as number;
    const neither = files.open("f", { rights: 0n }) as number;
    expect([files.read(reader, 1), files.write(reader, "x")]).toEqual(["a", "BADF"]);
    expect([files.read(writer, 1), files.write(writer, "x")]).toEqual(["BADF", 1]);
    expect([files.pread(reader, 1, 1), files.pwrite(writer, "y", 1)]).toEqual(["b", 1]);
    expect([files.pread(writer, 1, 1), files.pwrite(reader, "y", 1)]).toEqual(["BADF", "BADF"]);
    expect([files.read(neither), files.write(neither, "x"), files.seek(neither, 1)]).toEqual([
      "BADF",
      "BADF",
      1,
    ]);
    const sized = (fd: number) => [
      files.call("fd_filestat_set_size", fd, 5n),
      files.call("fd_allocate", fd, 0n, 6n),
    ];
    expect(sized(reader)).toEqual(["INVAL", "BADF"]);
    expect(sized(writer)).toEqual(["SUCCESS", "SUCCESS"]);
  });

  test("uses the first 1,024 buffers: what more there are is left for the next call", () => {
    const files = new Guest();
    const fd = files.create("f");
    const bytes = new Uint8Array(files.memory.buffer);
    bytes.fill(120, 60_000, 62_000);
    for (let index = 0; index < 2000; index += 1) {
      files.view.setUint32(1024 + index * 8, 60_000 + index, true);
      files.view.setUint32(1028 + index * 8, 1, true);
    }
    expect([files.call("fd_write", fd, 1024, 2000, 8), files.view.getUint32(8, true)]).toEqual([
      "SUCCESS",
      1024,
    ]);
    files.seek(fd, 0);
    expect([files.call("fd_read", fd, 1024, 2000, 8), files.view.getUint32(8, true)]).toEqual([
      "SUCCESS",
      1024,
    ]);
  });
});

describe("fd_seek and fd_tell", () => {
  test.each<[offset: number, whence: number, result: number | string]>([
    [7, WHENCE.SET, 7],
    [-1, WHENCE.SET, "INVAL"],
    [1, WHENCE.CUR, 5],
    [-4, WHENCE.CUR, 0],
    [-5, WHENCE.CUR, "INVAL"],
    [-10, WHENCE.END, 0],
    [5, WHENCE.END, 15],
    [0, 3, "INVAL"],
  ])("by %i from %i is %s", (offset, whence, result) => {
    const files = new Guest();
    const fd = files.create("f", "0123456789");
    files.seek(fd, 4);
    expect(files.seek(fd, offset, whence)).toBe(result);
    expect(files.call("fd_tell", fd, 8)).toBe("SUCCESS");
    expect(files.view.getBigUint64(8, true)).toBe(BigInt(typeof result === "number" ? result : 4));
  });

  test("need a file", () => {
    const files = new Guest();
    expect([files.seek(1, 0), files.seek(3, 0), files.seek(9, 0)]).toEqual(["SPIPE", "BADF", "BADF"]);
  });
});

describe("the size of a file", () => {
  test("is set, allocated and truncated", () => {
    const files = new Guest();
    const fd = files.create("f", "abc");
    const size = () => (files.stat(fd) as { size: number }).size;
    expect([files.call("fd_filestat_set_size", fd, 5n), size()]).toEqual(["SUCCESS", 5]);
    expect([files.call("fd_filestat_set_size", fd, 1n), files.read(fd), size()]).toEqual(["SUCCESS", "a", 1]);
    expect([files.call("fd_allocate", fd, 10n, 10n), size()]).toEqual(["SUCCESS", 20]);
    expect([files.call("fd_allocate", fd, 0n, 5n), size()]).toEqual(["SUCCESS", 20]);
    expect([files.call("fd_allocate", fd, 0n, 0n), size()]).toEqual(["INVAL", 20]);
    expect([files.call("fd_filestat_set_size", fd, 2n ** 40n), size()]).toEqual(["NOSPC", 20]);
    expect([files.call("fd_filestat_set_size", fd, 2n ** 63n), size()]).toEqual(["FBIG", 20]);
    files.open("f", { oflags: OFLAG.TRUNC });
    expect(size()).toBe(0);
  });

  test("is what a directory does not have", () => {
    const files = new Guest();
    const calls = [files.read(3), files.write(3, "x"), files.pread(3, 1, 0), files.pwrite(3, "x", 0)];
    expect(calls).toEqual(["ISDIR", "BADF", "ISDIR", "BADF"]);
    expect(files.call("fd_allocate", 3, 0n, 1n)).toBe("BADF");
    expect(files.call("fd_filestat_set_size", 3, 0n)).toBe("BADF");
    expect(files.call("fd_advise", 3, 0n, 0n, 0)).toBe("BADF");
    expect(files.readdir(files.create("f"))).toBe("NOTDIR");
  });
});

describe("times", () => {
  const { ATIM, ATIM_NOW, MTIM, MTIM_NOW } = FSTFLAG;

  /** In words, for a file made at 1,000 ns and a call made at 9 ms. */
  const inWords = (time: bigint) => (time === 1000n ? "before" : time > 9_000_000n ? "now" : time);

  test.each<[flags: number, accessed: bigint | string, modified: bigint | string]>([
    [ATIM | MTIM, 5n, 6n],
    [ATIM, 5n, "before"],
    [MTIM_NOW, "before", "now"],
    [ATIM_NOW | MTIM, "now", 6n],
  ])("with flags %i are set to %s and %s", (flags, accessed, modified) => {
    const files = new Guest({ "/": { f: "" } });
    files.used = 9_000_000n;
    expect(files.call("path_filestat_set_times", 3, 0, "f", 5n, 6n, flags)).toBe("SUCCESS");
    const stat = files.stat("f") as { accessed: bigint; modified: bigint };
    expect([inWords(stat.accessed), inWords(stat.modified)]).toEqual([accessed, modified]);
  });

  test.each([ATIM | ATIM_NOW, MTIM | MTIM_NOW, 16])("with flags %i are refused", (flags) => {
    const files = new Guest();
    expect(files.call("fd_filestat_set_times", files.create("f"), 0n, 0n, flags)).toBe("INVAL");
  });

  test("of a link are its own, unless it is followed", () => {
    const files = new Guest({ "/": { f: "", l: { symlink: "f" } } });
    files.call("path_filestat_set_times", 3, 0, "l", 0n, 7n, MTIM);
    expect([files.stat("l"), files.stat("f")]).toMatchObject([{ modified: 7n }, { modified: 1000n }]);
    files.call("path_filestat_set_times", 3, 1, "l", 0n, 8n, MTIM);
    expect([files.stat("l"), files.stat("f")]).toMatchObject([{ modified: 7n }, { modified: 8n }]);
  });
});

describe("descriptors", () => {
  test("can be closed once, the given directory too", () => {
    const files = new Guest();
    const fd = files.create("f");
    expect([files.call("fd_close", fd), files.call("fd_close", fd)]).toEqual(["SUCCESS", "BADF"]);
    expect([files.call("fd_close", 3), files.open("f"), files.stat(3)]).toEqual(["SUCCESS", "BADF", "BADF"]);
  });

  test("take each other's numbers", () => {
    const files = new Guest({ "/": { a: "a", b: "b" } });
    const [a, b] = [files.open("a") as number, files.open("b") as number];
    expect(files.call("fd_renumber", a, b)).toBe("SUCCESS");
    expect([files.read(b), files.read(a)]).toEqual(["a", "BADF"]);
    expect([files.call("fd_renumber", 99, b), files.call("fd_renumber", b, 99)]).toEqual(["BADF", "BADF"]);
    expect([files.call("fd_renumber", b, b), files.stat(b)]).toMatchObject(["SUCCESS", { size: 1 }]);
    expect(files.call("fd_renumber", b, 3)).toBe("SUCCESS");
    expect(files.open("a")).toBe("NOTDIR");
  });

  test("give up rights, and never get them back", () => {
    const files = new Guest();
    const fd = files.create("f", "x");
    expect(files.rights(fd)).toEqual([FILE_RIGHTS, ALL_RIGHTS & (DIRECTORY_RIGHTS | FILE_RIGHTS)]);
    expect(files.call("fd_fdstat_set_rights", fd, RIGHT.FD_READ, 0n)).toBe("SUCCESS");
    expect([files.read(fd), files.write(fd, "y"), files.seek(fd, 1)]).toEqual(["x", "BADF", "NOTCAPABLE"]);
    expect(files.call("fd_fdstat_set_rights", fd, RIGHT.FD_READ | RIGHT.FD_WRITE, 0n)).toBe("NOTCAPABLE");
    expect(files.call("fd_fdstat_set_rights", fd, RIGHT.FD_READ, RIGHT.FD_READ)).toBe("NOTCAPABLE");
    expect(files.rights(fd)).toEqual([RIGHT.FD_READ, 0n]);
  });

  test.each([0, 1, 2])("%i is a stream that is no terminal and has no place", (fd) => {
    const files = new Guest();
    expect(files.stat(fd)).toMatchObject({ filetype: FILETYPE.UNKNOWN, size: 0 });
    expect(files.rights(fd)[0] & (RIGHT.FD_SEEK | RIGHT.FD_TELL)).toBe(0n);
    expect([files.seek(fd, 0), files.pread(fd, 1, 0), files.readdir(fd)]).toEqual([
      "SPIPE",
      "SPIPE",
      "NOTDIR",
    ]);
    for (const call of ["fd_sync", "fd_datasync"] as const) expect(files.call(call, fd)).toBe("SUCCESS");
  });

  test("are told by fd_prestat_get as far as they were given", () => {
    const files = new Guest({ "/": {}, "/données": {} });
    expect([files.call("fd_prestat_get", 4, 8), files.view.getUint32(12, true)]).toEqual(["SUCCESS", 9]);
    expect(files.call("fd_prestat_dir_name", 4, 1024, 8)).toBe("NAMETOOLONG");
    expect(files.call("fd_prestat_dir_name", 4, 1024, 9)).toBe("SUCCESS");
    expect(new TextDecoder().decode(new Uint8Array(files.memory.buffer, 1024, 9))).toBe("/données");
    for (const fd of [0, 5, files.create("f")]) expect(files.call("fd_prestat_get", fd, 8)).toBe("BADF");
  });
});
