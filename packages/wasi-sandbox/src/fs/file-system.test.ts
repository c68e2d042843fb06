import { describe, expect, test } from "vitest";
import { SANDBOX_LIMITS } from "../limits.ts";
import { ERRNO } from "../wasi/abi.ts";
import { FileSystem } from "./file-system.ts";
import { resolve } from "./resolve.ts";

const BLOCK = SANDBOX_LIMITS.file_block_bytes;
const errno = (expected: number) => expect.objectContaining({ errno: expected });

function newFiles(blocks = 100) {
  let now = 0n;
  const files = new FileSystem(blocks * BLOCK, () => {
    now += 1n;
    return now;
  });
  return { files, root: files.createRoot() };
}

describe("room", () => {
  test("is one block an entry and the blocks of a file's size; more is ENOSPC and changes nothing", () => {
    const { files, root } = newFiles(4);
    const file = files.createFile(root, "a");
    files.resize(file, 2 * BLOCK + 1);
    expect(() => files.createFile(root, "b")).toThrow(errno(ERRNO.NOSPC));
    expect(() => files.growTo(file, 3 * BLOCK + 1)).toThrow(errno(ERRNO.NOSPC));
    expect([root.entries.get("b"), file.content.size]).toEqual([undefined, 2 * BLOCK + 1]);
    files.resize(file, 2 * BLOCK);
    files.createFile(root, "b");
  });

  test("comes back when a file has no names and nobody has it open", () => {
    const { files, root } = newFiles(3);
    const file = files.createFile(root, "a");
    files.resize(file, 2 * BLOCK);
    files.opened(file);
    files.unlink(root, "a");
    expect(file.content.size).toBe(2 * BLOCK);
    expect(() => files.resize(file, 4 * BLOCK)).toThrow(errno(ERRNO.NOSPC));
    files.closed(file);
    files.resize(files.createFile(root, "b"), 2 * BLOCK);
  });
});

describe("a listing", () => {
  test("is in the order of creation and goes on from its cookie while entries come and go", () => {
    const { files, root } = newFiles();
    for (const name of ["c", "a", "b"]) files.createFile(root, name);
    const first = root.entries.after(0);
    expect(first?.name).toBe("c");
    files.unlink(root, "c");
    files.unlink(root, "a");
    files.createFile(root, "a");
    const names = [];
    for (let entry = root.entries.after(first!.cookie); entry; entry = root.entries.after(entry.cookie)) {
      names.push(entry.name);
    }
    expect(names).toEqual(["b", "a"]);
  });
});

describe("a path", () => {
  const { files, root } = newFiles();
  const directory = files.createDirectory(root, "d");
  const file = files.createFile(directory, "f");
  files.createSymlink(root, "to-d", "d");
  files.createSymlink(root, "to-f", "./to-d/f");
  files.createSymlink(root, "out", "../etc");
  files.createSymlink(root, "absolute", "/d");
  files.createSymlink(root, "loop", "loop");
  files.createSymlink(root, "gone", "nothing");
  const at = (path: string, follow = true, start = root) => resolve(start, path, follow, () => {});

  test.each([
    ["d", directory],
    ["d/", directory],
    ["./d//f", file],
    ["d/../d/./f", file],
    ["to-d/f", file],
    ["to-f", file],
    ["d/..", root],
    [".", root],
    ["nothing", undefined],
    ["gone", undefined],
  ])("%s leads where it should", (path, node) => {
    expect(at(path).node).toBe(node);
  });

  test("that ends in a link stops there, unless it is followed or has a slash behind it", () => {
    expect(at("to-d", false).node).toMatchObject({ target: "d" });
    expect(at("to-d/", false).node).toBe(directory);
  });

  test.each<[string, number]>([
    ["", ERRNO.NOENT],
    ["/d", ERRNO.PERM],
    ["..", ERRNO.PERM],
    ["d/../..", ERRNO.PERM],
    ["out", ERRNO.PERM],
    ["out/passwd", ERRNO.PERM],
    ["absolute", ERRNO.PERM],
    ["loop", ERRNO.LOOP],
    ["nothing/f", ERRNO.NOENT],
    ["d/f/g", ERRNO.NOTDIR],
    ["x".repeat(256), ERRNO.NAMETOOLONG],
    ["ä".repeat(128), ERRNO.NAMETOOLONG],
  ])("%s fails", (path, expected) => {
    expect(() => at(path)).toThrow(errno(expected));
  });

  test("cannot leave the directory that it starts from", () => {
    expect(() => at("../d", true, directory)).toThrow(errno(ERRNO.PERM));
  });

  test("counts every name it looks at, those of links too", () => {
    let names = 0;
    resolve(root, "to-f", true, () => {
      names += 1;
    });
    // to-f, then ".", "to-d", "d" in its place, "f".
    expect(names).toBe(5);
  });
});
