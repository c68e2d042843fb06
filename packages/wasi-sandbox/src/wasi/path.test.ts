import { describe, expect, test } from "vitest";
import { Guest } from "../../test/guest.ts";
import { FILE_RIGHTS, FILETYPE, IO_RIGHTS, OFLAG, RIGHT } from "./abi.ts";

const { CREAT, DIRECTORY, EXCL, TRUNC } = OFLAG;
const tree = {
  f: "file",
  "d/g": "in d",
  "d/e": null,
  to_f: { symlink: "f" },
  to_d: { symlink: "d" },
  lost: { symlink: "gone" },
};
const guest = () => new Guest({ "/": { ...tree, loop: { symlink: "loop" } } });

describe("path_open", () => {
  test.each<[path: string, oflags: number, result: string]>([
    ["gone", 0, "NOENT"],
    ["gone", TRUNC, "NOENT"],
    ["gone/", CREAT, "ISDIR"],
    ["f", DIRECTORY, "NOTDIR"],
    ["f/", 0, "NOTDIR"],
    ["f/x", 0, "NOTDIR"],
    ["f", CREAT | EXCL, "EXIST"],
    ["d", CREAT | EXCL, "EXIST"],
    ["to_f", 0, "LOOP"],
    ["lost", 0, "LOOP"],
    ["loop/x", 0, "LOOP"],
    ["d", TRUNC, "ISDIR"],
    ["new", CREAT | DIRECTORY, "INVAL"],
    ["f", 16, "INVAL"],
    ["", 0, "NOENT"],
    ["/f", 0, "PERM"],
    ["../f", 0, "PERM"],
    ["d/../../f", 0, "PERM"],
    ["f\0", 0, "INVAL"],
  ])("of %j with %i is %s", (path, oflags, result) => {
    expect(guest().open(path, { oflags, rights: RIGHT.FD_READ })).toBe(result);
  });

  test("reaches what every spelling of a path means, and gives the lowest number", () => {
    const files = guest();
    for (const path of ["d/g", "./d//g", "d/e/../g", "to_d/g", "d/./e/.././g"]) {
      expect([path, files.open(path)]).toEqual([path, 4]);
      expect(files.read(4)).toBe("in d");
      expect(files.call("fd_close", 4)).toBe("SUCCESS");
    }
  });

  test("follows a link at the end where asked to", () => {
    const files = guest();
    expect(files.read(files.open("to_f", { follow: true }) as number)).toBe("file");
    expect(files.open("lost", { follow: true })).toBe("NOENT");
    expect(files.open("loop", { follow: true })).toBe("LOOP");
    expect(files.open("to_d", { follow: true, oflags: DIRECTORY, rights: RIGHT.FD_READDIR })).toBe(5);
  });

  test("needs a directory to start from", () => {
    const files = guest();
    expect(files.open("f", { dir: files.open("f") as number })).toBe("NOTDIR");
    expect(files.open("f", { dir: 99 })).toBe("BADF");
  });

  test("gives all rights but to read and write, which have to be asked for", () => {
    const files = guest();
    const d = files.open("d", { rights: 0n, inheriting: 0n }) as number;
    expect(files.rights(d)).toEqual(files.rights(3));
    const made = files.open("made", { dir: d, oflags: CREAT, rights: 0n, inheriting: 0n }) as number;
    expect(files.rights(made)[0]).toBe(FILE_RIGHTS & ~IO_RIGHTS);
    expect(files.rights(files.open("g", { dir: d, rights: RIGHT.FD_READ }) as number)[0]).toBe(
      FILE_RIGHTS & ~RIGHT.FD_WRITE,
    );
  });

  test("passes on no right that was given up", () => {
    const files = guest();
    const d = files.open("d", { rights: 0n }) as number;
    expect(files.call("fd_fdstat_set_rights", d, RIGHT.PATH_OPEN, RIGHT.FD_READ)).toBe("SUCCESS");
    const g = files.open("g", { dir: d }) as number;
    expect(files.rights(g)).toEqual([RIGHT.FD_READ, RIGHT.FD_READ]);
    expect([files.write(g, "x"), files.seek(g, 1)]).toEqual(["BADF", "NOTCAPABLE"]);
    expect(files.open("new", { dir: d, oflags: CREAT })).toBe("NOTCAPABLE");
    expect(files.open("g", { dir: d, oflags: TRUNC })).toBe("NOTCAPABLE");
  });

  test("leaves an open file alone when its name goes", () => {
    const files = guest();
    const fd = files.open("f") as number;
    expect(files.call("path_unlink_file", 3, "f")).toBe("SUCCESS");
    expect([files.read(fd), files.write(fd, "!"), files.stat(fd)]).toMatchObject([
      "file",
      1,
      { links: 0, size: 5 },
    ]);
    const d = files.open("d/e", {
      oflags: DIRECTORY,
      rights: RIGHT.PATH_OPEN | RIGHT.PATH_CREATE_FILE,
    }) as number;
    expect(files.call("path_remove_directory", 3, "d/e")).toBe("SUCCESS");
    expect(files.open("x", { dir: d, oflags: CREAT })).toBe("NOENT");
  });

  test("gives out 1,024 descriptors and no more", () => {
    const files = guest();
    for (let fd = 4; fd < 1024; fd += 1) expect(files.open("f")).toBe(fd);
    expect(files.open("f")).toBe("MFILE");
    expect(files.open("new", { oflags: CREAT })).toBe("MFILE");
    expect(files.stat("new")).toBe("NOENT");
  });
});

describe("removing", () => {
  test.each<["path_unlink_file" | "path_remove_directory", path: string, result: string]>([
    ["path_unlink_file", "gone", "NOENT"],
    ["path_unlink_file", "d", "ISDIR"],
    ["path_unlink_file", "d/", "ISDIR"],
    ["path_unlink_file", "f/", "NOTDIR"],
    ["path_unlink_file", "to_d", "SUCCESS"],
    ["path_unlink_file", "lost", "SUCCESS"],
    ["path_remove_directory", "gone", "NOENT"],
    ["path_remove_directory", "f", "NOTDIR"],
    ["path_remove_directory", "to_d", "NOTDIR"],
    ["path_remove_directory", "d", "NOTEMPTY"],
    ["path_remove_directory", "d/e", "SUCCESS"],
    ["path_remove_directory", "d/e/", "SUCCESS"],
    ["path_remove_directory", ".", "INVAL"],
  ])("%s of %j is %s", (call, path, result) => {
    const files = guest();
    expect(files.call(call, 3, path)).toBe(result);
    if (result === "SUCCESS") expect(files.stat(path)).toBe("NOENT");
  });
});

describe("path_rename", () => {
  test.each<[from: string, to: string, result: string]>([
    ["gone", "x", "NOENT"],
    ["f", "x", "SUCCESS"],
    ["f", "d/g", "SUCCESS"],
    ["f", "f", "SUCCESS"],
    ["f", "d", "ISDIR"],
    ["f", "x/", "NOTDIR"],
    ["f/", "x", "NOTDIR"],
    ["d", "x", "SUCCESS"],
    ["d/", "x/", "SUCCESS"],
    ["d", "f", "NOTDIR"],
    ["d", "d/e/x", "INVAL"],
    ["d/e", "d", "NOTEMPTY"],
    ["to_d", "x", "SUCCESS"],
    ["d/..", "x", "INVAL"],
    ["f", "gone/x", "NOENT"],
  ])("of %j to %j is %s", (from, to, result) => {
    const files = guest();
    const before = files.stat(from);
    expect(files.call("path_rename", 3, from, 3, to)).toBe(result);
    if (result !== "SUCCESS" || from === to) return;
    expect(files.stat(from)).toBe("NOENT");
    expect(files.stat(to)).toEqual(before);
  });

  test("takes the place of an empty directory, with what is inside", () => {
    const files = new Guest({ "/": { "a/x": "1", b: null } });
    expect(files.call("path_rename", 3, "a", 3, "b")).toBe("SUCCESS");
    expect([files.stat("a"), files.stat("b/x")]).toMatchObject(["NOENT", { size: 1 }]);
  });

  test("works between two given directories, and so does a link", () => {
    const files = new Guest({ "/a": { f: "1" }, "/b": {} });
    expect(files.call("path_link", 3, 0, "f", 4, "g")).toBe("SUCCESS");
    expect(files.call("path_rename", 3, "f", 4, "f")).toBe("SUCCESS");
    expect(files.readdir(4)).toMatchObject({ names: [".", "..", "g", "f"] });
    expect(files.open("../a", { dir: 4 })).toBe("PERM");
  });
});

describe("links", () => {
  test("to a file share it", () => {
    const files = guest();
    expect(files.call("path_link", 3, 0, "f", 3, "d/h")).toBe("SUCCESS");
    files.write(files.open("d/h") as number, "LINK");
    expect(files.read(files.open("f") as number)).toBe("LINK");
    expect([files.stat("f"), files.stat("d/h")]).toMatchObject([{ links: 2 }, { links: 2 }]);
    files.call("path_unlink_file", 3, "f");
    expect(files.stat("d/h")).toMatchObject({ links: 1, size: 4 });
  });

  test.each<[flags: number, from: string, to: string, result: string]>([
    [0, "gone", "x", "NOENT"],
    [0, "f", "d/g", "EXIST"],
    [0, "f", "d", "EXIST"],
    [0, "f", "x/", "NOENT"],
    [0, "f/", "x", "NOTDIR"],
    [0, "d", "x", "PERM"],
    [1, "f", "x", "INVAL"],
    [0, "to_f", "x", "SUCCESS"],
    [0, "lost", "x", "SUCCESS"],
  ])("with flags %i from %j to %j are %s", (flags, from, to, result) => {
    const files = guest();
    expect(files.call("path_link", 3, flags, from, 3, to)).toBe(result);
    if (result === "SUCCESS") expect(files.stat("x")).toMatchObject({ filetype: FILETYPE.SYMBOLIC_LINK });
  });

  test.each<[target: string, path: string, result: string]>([
    ["f", "x", "SUCCESS"],
    ["../out", "x", "SUCCESS"],
    ["f", "f", "EXIST"],
    ["f", "d", "EXIST"],
    ["f", "x/", "NOENT"],
    ["f", "d/", "EXIST"],
    ["f", "f/", "NOTDIR"],
    ["/f", "x", "PERM"],
    ["", "x", "NOENT"],
  ])("to the path %j at %j are %s", (target, path, result) => {
    const files = guest();
    expect(files.call("path_symlink", target, 3, path)).toBe(result);
    if (result === "SUCCESS")
      expect([files.readlink(path), files.readlink(path, 1)]).toEqual([target, target[0]]);
  });

  test("are themselves what is looked at, or what they lead to", () => {
    const files = guest();
    expect(files.stat("to_d")).toMatchObject({ filetype: FILETYPE.SYMBOLIC_LINK, size: 1 });
    expect(files.stat("to_d", true)).toMatchObject({ filetype: FILETYPE.DIRECTORY });
    expect(files.stat("to_d/")).toMatchObject({ filetype: FILETYPE.DIRECTORY });
    expect([files.stat("lost", true), files.stat("loop", true), files.readlink("f")]).toEqual([
      "NOENT",
      "LOOP",
      "INVAL",
    ]);
  });
});

describe("making a directory", () => {
  test.each([
    ["x", "SUCCESS"],
    ["x/", "SUCCESS"],
    ["d", "EXIST"],
    ["f", "EXIST"],
    ["lost", "EXIST"],
    [".", "EXIST"],
    ["gone/x", "NOENT"],
    ["f/x", "NOTDIR"],
    ["../x", "PERM"],
  ])("%j is %s", (path, result) => {
    expect(guest().call("path_create_directory", 3, path)).toBe(result);
  });
});
