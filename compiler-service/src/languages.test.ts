import { describe, expect, it } from "vitest";
import { detectProgram } from "./languages.ts";

const detect = (...paths: string[]) => detectProgram(new Map(paths.map((path) => [path, new Uint8Array()])));

describe("what a repository's files are", () => {
  it.each([
    [["main.c"], "c", ["main.c"]],
    [["README.md", "src/main.c", "src/deep/part.c", "include/a.h"], "c", ["src/main.c", "src/deep/part.c"]],
    [["a.c", "src/b.cpp"], "c++", ["a.c", "src/b.cpp"]],
    [["main.cc", "tests/test.cc", "docs/example.c"], "c++", ["main.cc"]],
    [["asconfig.json", "assembly/index.ts"], "assemblyscript", ["assembly/index.ts"]],
    [["package.json", "assembly/index.ts", "main.c"], "assemblyscript", ["assembly/index.ts"]],
    [["Cargo.toml", "src/main.rs", "src/shim.c"], "rust", ["Cargo.toml"]],
    [["go.mod", "main.go", "cgo.c"], "go", ["go.mod"]],
  ])("%j", (paths, language, files) => {
    expect(detect(...paths)).toEqual({ language, files });
  });

  it.each(["-DEVIL.c", "@flags.c"])("%s is refused: a compiler would take it for an option", (path) => {
    expect(() => detect("main.c", path)).toThrow(`takes ${path} for an option`);
    expect(detect(`src/${path}`).files).toEqual([`src/${path}`]);
  });

  it("more files than a command line can name are refused", () => {
    const paths = Array.from({ length: 1_000 }, (_, i) => `src/${"x".repeat(200)}${i}.c`);
    expect(() => detect(...paths)).toThrow("there are 1000 C and C++ files to compile");
  });

  it.each([
    [[]],
    [["README.md"]],
    [["main.py"]],
    [["assembly/index.ts"]],
    [["lib/main.c"]],
    [["main.c.txt"]],
  ])("%j is nothing that can be built, and the message says what is", (paths) => {
    expect(() => detect(...paths)).toThrow("expected Cargo.toml, go.mod, assembly/index.ts");
  });
});
