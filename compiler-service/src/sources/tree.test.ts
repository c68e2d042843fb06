import { describe, expect, it } from "vitest";
import { LIMITS } from "../limits.ts";
import { makeTree, parseTree } from "./tree.ts";

const BLOB = "a".repeat(40);
const line = (path: string, { mode = "100644", blob = BLOB, size = "3" } = {}) =>
  `${mode} blob ${blob} ${size.padStart(7)}\t${path}\0`;
const parse = (...lines: string[]) => parseTree(Buffer.from(lines.join("")));

describe("tree listing", () => {
  it("has files, links and submodules with their sizes", () => {
    const submodule = `160000 commit ${BLOB}       -\tlib\0`;
    expect(parse(line("src/main.c"), line("link", { mode: "120000" }), submodule)).toEqual([
      { kind: "file", blob: BLOB, size_bytes: 3, path: "src/main.c" },
      { kind: "symlink", blob: BLOB, size_bytes: 3, path: "link" },
      { kind: "submodule", blob: BLOB, size_bytes: 0, path: "lib" },
    ]);
  });

  it.each([
    "../escape",
    "a/../../escape",
    "/etc/passwd",
    "./a",
    "a//b",
    ".git/config",
    "a/.GIT/config",
    "a\\..\\b",
    "a\nb",
    "a\x1b[2Jb",
    "__proto__/x",
    "x".repeat(LIMITS.name_bytes_max + 1),
    `${"x/".repeat(LIMITS.path_bytes_max / 2)}x`,
  ])("refuses the path %j", (path) => {
    expect(() => parse(line(path))).toThrow("is not allowed");
  });

  it("bounds the number of files and their bytes, before any is read", () => {
    const many = Array.from({ length: LIMITS.tree_files_max + 1 }, (_, i) => line(`f${i}`));
    expect(() => parse(...many)).toThrow(`more than ${LIMITS.tree_files_max} files`);
    expect(() => parse(line("huge", { size: String(LIMITS.tree_bytes_max + 1) }))).toThrow(
      "larger than 64 MiB",
    );
  });
});

describe("symbolic links", () => {
  const text = (value: string) => new TextEncoder().encode(value);
  const tree = (target: string, path = "a/link") => {
    const left_out: string[] = [];
    const link = { kind: "symlink" as const, blob: "1", size_bytes: 1, path };
    const file = { kind: "file" as const, blob: "2", size_bytes: 1, path: "b/file.h" };
    const contents = new Map([
      ["1", text(target)],
      ["2", text("contents")],
    ]);
    return { files: makeTree([link, file], contents, (what) => left_out.push(what)), left_out };
  };

  it("become copies of files in the tree", () => {
    expect(tree("../b/file.h").files.get("a/link")).toEqual(text("contents"));
  });

  it("are counted as the copies that they become", () => {
    const size_bytes = LIMITS.tree_bytes_max / 2;
    const file = { kind: "file" as const, blob: "2", size_bytes, path: "big" };
    const links = ["a", "b"].map((path) => ({ kind: "symlink" as const, blob: "1", size_bytes: 3, path }));
    const contents = new Map([
      ["1", text("big")],
      ["2", text("")],
    ]);
    expect(makeTree([file, links[0]!], contents, () => {}).size).toBe(2);
    expect(() => makeTree([file, ...links], contents, () => {})).toThrow("larger than 64 MiB");
  });

  it.each(["/etc/passwd", "../../etc/passwd", "..", "../../b/file.h"])(
    "to %s are refused: out of the tree",
    (target) => {
      expect(() => tree(target, "link")).toThrow("points out of the tree");
    },
  );

  it.each([
    ["../b", "a folder"],
    ["nothing", "nothing"],
    ["link", "themselves"],
  ])("to %s (%s) are left out", (target) => {
    const { files, left_out } = tree(target);
    expect([...files.keys()]).toEqual(["b/file.h"]);
    expect(left_out).toEqual(["symlink a/link"]);
  });
});
