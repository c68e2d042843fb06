import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FileSystem } from "./file-system.ts";
import { type FileTree, loadTree, saveTree, type TreeEntry } from "./tree.ts";

const MB = 2 ** 20;

function load(tree: FileTree, capacity_bytes = MB) {
  const files = new FileSystem(capacity_bytes, () => 0n);
  const root = files.createRoot();
  loadTree(files, root, tree);
  return { files, root };
}

const roundTrip = (tree: FileTree) => saveTree(load(tree).root);

describe("a file tree", () => {
  test("comes out as it went in, directories before what they hold", () => {
    const bytes = new Uint8Array([1, 2, 3]);
    expect(Object.entries(roundTrip({ "a/b/c": bytes, d: null, "a/l": { symlink: "../d" } }))).toEqual([
      ["a", null],
      ["a/b", null],
      ["a/b/c", bytes],
      ["a/l", { symlink: "../d" }],
      ["d", null],
    ]);
  });

  test("takes text as UTF-8", () => {
    expect(roundTrip({ a: "ü" })).toEqual({ a: new Uint8Array([0xc3, 0xbc]) });
  });

  test("may have any name that is one", () => {
    const tree = Object.fromEntries([
      ["__proto__", new Uint8Array(1)],
      ["constructor", null],
      ["...", null],
    ]);
    expect(Object.entries(roundTrip(tree))).toEqual(Object.entries(tree));
  });

  test("comes out of what came out the same", () => {
    const name = fc.constantFrom("a", "b", "c", "long name");
    const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join("/"));
    const entry: fc.Arbitrary<TreeEntry> = fc.oneof(
      fc.uint8Array({ maxLength: 9000 }),
      fc.constant(null),
      path.map((symlink) => ({ symlink })),
    );
    fc.assert(
      fc.property(fc.dictionary(path, entry), (tree) => {
        let saved: FileTree;
        try {
          saved = roundTrip(tree);
        } catch (error) {
          // Not every dictionary is a tree: "a" may be a file and "a/b" there too.
          expect(error).toMatchObject({ code: "invalid_argument" });
          return;
        }
        expect(Object.entries(roundTrip(saved))).toEqual(Object.entries(saved));
        for (const [path, entry] of Object.entries(tree)) expect(saved[path]).toEqual(entry);
      }),
    );
  });

  test("as deep as a program could make it does not overflow the stack", () => {
    const { files, root } = load({}, 100 * MB);
    let directory = root;
    for (let depth = 0; depth < 20_000; depth += 1) directory = files.createDirectory(directory, "d");
    // "d", "d/d", ... as long as a path may be: 4,096 bytes.
    expect(Object.keys(saveTree(root))).toHaveLength(2048);
  });

  test.each(["", "/a", "a/", "a//b", ".", "a/..", "a\0b", "x".repeat(256)])("cannot have %j", (path) => {
    expect(() => load({ [path]: "" })).toThrow(expect.objectContaining({ code: "invalid_argument" }));
  });

  test.each<[FileTree]>([
    [{ a: "", "a/b": "" }],
    [{ "a/b": "", a: "" }],
    [{ l: { symlink: "a" }, "l/b": "" }],
  ])("cannot be %j", (tree) => {
    expect(() => load(tree)).toThrow(expect.objectContaining({ code: "invalid_argument" }));
  });

  test("has to fit", () => {
    load({ a: new Uint8Array(2 * 4096) }, 3 * 4096);
    expect(() => load({ a: new Uint8Array(2 * 4096 + 1) }, 3 * 4096)).toThrow(
      expect.objectContaining({ code: "payload_too_large" }),
    );
  });
});
