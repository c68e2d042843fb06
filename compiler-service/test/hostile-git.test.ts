// Repositories and git servers that were made to harm: nothing of them is run, followed or held beyond its bound, and the error says why.
import { readdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LIMITS } from "../src/limits.ts";
import { fetchCommit } from "../src/sources/git.ts";
import {
  commitAll,
  git,
  makeRepository,
  type Repository,
  removeTemporaryFolders,
  serve,
  temporaryFolder,
} from "./repositories.ts";

const work_dir = temporaryFolder();
const closes: (() => void)[] = [];
let repository: Repository;
let blob: string;

beforeAll(() => {
  repository = makeRepository({ "main.c": "int main(void) { return 0; }\n" });
  blob = git(repository.folder, ["rev-parse", "HEAD:main.c"]);
});
afterAll(() => {
  for (const close of closes) close();
  removeTemporaryFolders();
});

function fetch(repo: string, commit: string) {
  const policy = { allowed_hosts: [], allow_local: true };
  return fetchCommit(repo, commit, { policy, work_dir, log: () => {}, signal: AbortSignal.timeout(60_000) });
}

async function served(setUp: Parameters<typeof serve>[0]): Promise<string> {
  const { url, close } = await serve(setUp);
  closes.push(close);
  return url;
}

/** A commit of a tree with these entries, whatever git itself would say of them. */
function commitOf(entries: [mode: string, name: string, id: string][]): string {
  const raw = entries.flatMap(([mode, name, id]) => [
    Buffer.from(`${mode} ${name}\0`),
    Buffer.from(id, "hex"),
  ]);
  const options = ["-t", "tree", "-w", "--literally", "--stdin"];
  const tree = git(repository.folder, ["hash-object", ...options], Buffer.concat(raw));
  return git(repository.folder, ["commit-tree", tree, "-m", "bad"]);
}

describe("a tree", () => {
  it.each([
    ".git",
    ".GIT",
    "git~1",
    ".g\u200cit",
    "..",
    ".",
    "/etc",
    "a\\b",
    "a\nb",
    "a\x1b[2Jb",
    "x".repeat(300),
  ])("with an entry named %j is refused", async (name) => {
    await expect(fetch(repository.url, commitOf([["100644", name, blob]]))).rejects.toMatchObject({
      code: "build_failed",
      message: expect.stringContaining("repository refused"),
    });
  });

  it("with one name for two things is refused", async () => {
    const tree = git(repository.folder, ["rev-parse", "HEAD^{tree}"]);
    for (const entry of [["100644", "a", blob] as const, ["40000", "a", tree] as const])
      await expect(
        fetch(repository.url, commitOf([["100644", "a", blob], [...entry]])),
      ).rejects.toMatchObject({ code: "build_failed", message: expect.stringContaining("duplicate") });
  });

  it("that lacks an object is refused", async () => {
    for (const mode of ["100644", "40000"])
      await expect(
        fetch(repository.url, commitOf([[mode, "a", mode === "40000" ? blob : "1".repeat(40)]])),
      ).rejects.toMatchObject({ code: "build_failed", message: expect.stringContaining("corruption") });
  });

  it("with names that differ in case only has both", async () => {
    const { tree } = await fetch(
      repository.url,
      commitOf([
        ["100644", "A.c", blob],
        ["100644", "a.c", blob],
      ]),
    );
    expect([...tree.keys()]).toEqual(["A.c", "a.c"]);
  });

  it("a thousand folders deep is refused", async () => {
    const { folder, url } = makeRepository({ x: "x" });
    let tree = git(folder, ["rev-parse", "HEAD^{tree}"]);
    for (let level = 0; level < 1_000; level++) tree = git(folder, ["mktree"], `040000 tree ${tree}\td\n`);
    const commit = git(folder, ["commit-tree", tree, "-m", "deep"]);
    await expect(fetch(url, commit)).rejects.toMatchObject({
      code: "build_failed",
      message: expect.stringContaining("is not allowed"),
    });
  }, 120_000);

  it("whose links make many copies of a large file is refused", async () => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, "big"), Buffer.alloc(LIMITS.tree_bytes_max / 4, 1));
    for (let i = 0; i < 8; i++) symlinkSync("big", path.join(folder, `link-${i}`));
    const { url, commit } = commitAll(folder);
    await expect(fetch(url, commit)).rejects.toMatchObject({
      code: "build_failed",
      message: expect.stringContaining("larger than 64 MiB"),
    });
  });

  it("is read as it is, whatever its attributes and large file pointers ask for", async () => {
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${"1".repeat(64)}\nsize 9\n`;
    const files = {
      ".gitattributes":
        "main.c ident filter=evil eol=crlf export-subst\n*.bin filter=lfs\nbig.bin export-ignore\n",
      ".gitconfig": '[filter "evil"]\n\tsmudge = touch /tmp/evil\n\trequired = true\n',
      "big.bin": pointer,
      "main.c": "// $Id$ $Format:%H$\n",
    };
    const { url, commit } = makeRepository(files);
    const { tree } = await fetch(url, commit);
    const read = [...tree].map(([name, bytes]) => [name, Buffer.from(bytes).toString()]);
    expect(Object.fromEntries(read)).toEqual(files);
  });
});

describe("a server", () => {
  it("without git's own protocol leads nowhere else", async () => {
    let asked = 0;
    const other = await served((http) =>
      http.on("request", (_request, response) => void response.writeHead(++asked && 404).end()),
    );
    const dumb = await served((http) =>
      http.on("request", ({ url }, response) => {
        if (url!.includes("info/refs")) return void response.end(`${"1".repeat(40)}\trefs/heads/main\n`);
        if (url!.includes("alternates")) return void response.end(`${other}/objects\n`);
        response.writeHead(404).end();
      }),
    );
    await expect(fetch(`${dumb}/x.git`, "1".repeat(40))).rejects.toMatchObject({ code: "unavailable" });
    expect(asked).toBe(0);
  });

  it("that lists branches without end is not listened to without end", async () => {
    const name = `${"1".repeat(40)} refs/heads/${"x".repeat(4_000)}\n`;
    const line = (name.length + 4).toString(16).padStart(4, "0") + name;
    const url = await served((http) =>
      http.on("request", (_request, response) => {
        response.writeHead(200, { "content-type": "application/x-git-upload-pack-advertisement" });
        response.write("001e# service=git-upload-pack\n0000");
        const lines = Buffer.from(line.repeat(1_000));
        const go = () => {
          while (response.write(lines));
        };
        response.on("drain", go).on("error", () => {});
        go();
      }),
    );
    await expect(fetch(`${url}/x.git`, "1".repeat(40))).rejects.toMatchObject({
      code: "build_failed",
      message: "repository refused: git needs more than 2 GiB of memory for it",
    });
    expect(readdirSync(work_dir)).toEqual([]);
  }, 120_000);
});
