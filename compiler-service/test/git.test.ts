import { randomBytes } from "node:crypto";
import { readdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LIMITS } from "../src/limits.ts";
import { fetchCommit, resolveRef } from "../src/sources/git.ts";
import {
  commitAll,
  type GitServer,
  git,
  makeRepository,
  type Repository,
  removeTemporaryFolders,
  serve,
  serveRepositories,
  temporaryFolder,
} from "./repositories.ts";

const MISSING = "0123456789".repeat(4);
const work_dir = temporaryFolder();
const closes: (() => void)[] = [];
let repository: Repository;
let server: GitServer;

beforeAll(async () => {
  repository = makeRepository({ "main.c": "int main(void) { return 0; }\n", "src/a b.txt": "ä" });
  server = await serveRepositories({ example: repository });
  closes.push(server.close);
});
afterAll(() => {
  for (const close of closes) close();
  removeTemporaryFolders();
});

function fetch(repo: string, commit: string, signal = AbortSignal.timeout(30_000)) {
  const policy = { allowed_hosts: [], allow_local: true };
  return fetchCommit(repo, commit, { policy, work_dir, log: () => {}, signal });
}

async function served(setUp: Parameters<typeof serve>[0]): Promise<string> {
  const { url, close } = await serve(setUp);
  closes.push(close);
  return url;
}

describe("fetching a commit", () => {
  it.each(["file:", "smart HTTP"])("reads its files over %s", async (way) => {
    const url = way === "file:" ? repository.url : `${server.url}/example.git`;
    const { tree, tree_id } = await fetch(url, repository.commit);
    expect([...tree.keys()]).toEqual(["main.c", "src/a b.txt"]);
    expect(tree_id).toBe(git(repository.folder, ["rev-parse", "HEAD^{tree}"]));
    expect(new TextDecoder().decode(tree.get("src/a b.txt"))).toBe("ä");
  });

  it("reads an older commit, not the newest", async () => {
    const both = makeRepository({ "a.c": "old" });
    writeFileSync(path.join(both.folder, "a.c"), "new");
    commitAll(both.folder);
    const { tree } = await fetch(both.url, both.commit);
    expect(new TextDecoder().decode(tree.get("a.c"))).toBe("old");
  });

  it("leaves nothing behind", async () => {
    await fetch(repository.url, repository.commit);
    await fetch(repository.url, MISSING).catch(() => {});
    expect(readdirSync(work_dir)).toEqual([]);
  });
});

describe("what a branch or tag names", () => {
  const resolve = (repo: string, ref: string) => {
    const policy = { allowed_hosts: [], allow_local: true };
    return resolveRef(repo, ref, { policy, work_dir, log: () => {}, signal: AbortSignal.timeout(30_000) });
  };

  it.each(["file:", "smart HTTP"])("over %s", async (way) => {
    const { folder, url, commit: first } = makeRepository({ "a.c": "1" });
    git(folder, ["branch", "--move", "main"]);
    git(folder, ["tag", "light"]);
    git(folder, ["tag", "--annotate", "--message", "x", "v1.0"]);
    git(folder, ["branch", "fix/42"]);
    git(folder, ["branch", "both"]);
    writeFileSync(path.join(folder, "a.c"), "2");
    const { commit: second } = commitAll(folder);
    git(folder, ["tag", "both"]);
    // Ends like a name that is asked for.
    git(folder, ["branch", "other/light"]);
    const { url: http, close } = await serveRepositories({ refs: { folder, url, commit: second } });
    closes.push(close);
    const repo = way === "file:" ? url : `${http}/refs.git`;
    const asked = { main: second, HEAD: second, light: first, "v1.0": first, "fix/42": first, both: second };
    for (const [ref, commit] of Object.entries(asked)) expect(await resolve(repo, ref), ref).toBe(commit);
    expect(await resolve(repo, "refs/heads/both")).toBe(first);
    expect(await resolve(repo, "refs/tags/both")).toBe(second);
    for (const ref of ["nothing", "42", first.slice(0, 7), "refs/heads/light"])
      await expect(resolve(repo, ref), ref).rejects.toMatchObject({
        code: "commit_not_found",
        message: `${repo} has no branch or tag ${ref}`,
      });
    expect(readdirSync(work_dir)).toEqual([]);
  });

  it("is not known of a repository that is not there", async () => {
    const asked = resolve(`${server.url}/nothing.git`, "main");
    await expect(asked).rejects.toMatchObject({ code: "commit_not_found" });
  });
});

describe("refusals", () => {
  it.each([
    ["a commit that is not there", () => server.url, MISSING, "commit_not_found", "has no commit"],
    ["a short hash", () => server.url, "0123456", "commit_not_found", "not a full 40-character commit"],
    ["a branch", () => server.url, "main", "commit_not_found", "not a full 40-character commit"],
    ["an upper-case hash", () => server.url, "A".repeat(40), "commit_not_found", "not a full 40-character"],
  ])("%s", async (_what, url, commit, code, message) => {
    await expect(fetch(`${url()}/example.git`, commit)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
  });

  it.each([
    ["over HTTP", () => `${server.url}/nothing.git`],
    ["over file:", () => "file:///nowhere/at/all"],
  ])("a repository that is not there, %s", async (_way, url) => {
    await expect(fetch(url(), repository.commit)).rejects.toMatchObject({ code: "commit_not_found" });
  });

  it("a tree's hash", async () => {
    const tree = git(repository.folder, ["rev-parse", "HEAD^{tree}"]);
    await expect(fetch(repository.url, tree)).rejects.toMatchObject({
      code: "commit_not_found",
      message: `${tree} is a tree, not a commit`,
    });
  });

  it("a private repository, without asking for a password", async () => {
    const url = await served((http) =>
      http.on("request", (_request, response) =>
        response.writeHead(401, { "www-authenticate": 'Basic realm="git"' }).end(),
      ),
    );
    await expect(fetch(`${url}/x.git`, MISSING)).rejects.toMatchObject({ code: "commit_not_found" });
  });

  it("a redirect, which is not followed", async () => {
    const url = await served((http) =>
      http.on("request", (request, response) =>
        response.writeHead(301, { location: `${server.url}${request.url}` }).end(),
      ),
    );
    await expect(fetch(`${url}/example.git`, repository.commit)).rejects.toMatchObject({
      code: "build_failed",
      message: expect.stringContaining("redirects"),
    });
  });

  it("a server that never answers, when the time is over", async () => {
    const url = await served((http) => http.on("request", () => {}));
    const signal = AbortSignal.timeout(500);
    await expect(fetch(`${url}/x.git`, MISSING, signal)).rejects.toMatchObject({ name: "TimeoutError" });
    expect(readdirSync(work_dir)).toEqual([]);
  });

  it("a server that is not there, to be tried again", async () => {
    const { url, close } = await serve(() => {});
    close();
    await expect(fetch(`${url}/x.git`, MISSING)).rejects.toMatchObject({ code: "unavailable" });
  });
});

describe("hostile repositories", () => {
  it("paths out of the tree", async () => {
    const blob = git(repository.folder, ["rev-parse", "HEAD:main.c"]);
    const raw = Buffer.concat([Buffer.from("100644 ..\0"), Buffer.from(blob, "hex")]);
    const tree = git(repository.folder, ["hash-object", "-t", "tree", "-w", "--literally", "--stdin"], raw);
    const commit = git(repository.folder, ["commit-tree", tree, "-m", "bad"]);
    await expect(fetch(repository.url, commit)).rejects.toMatchObject({ code: "build_failed" });
  });

  it("symbolic links out of the tree", async () => {
    const folder = temporaryFolder();
    symlinkSync("/etc/passwd", path.join(folder, "main.c"));
    const { url, commit } = commitAll(folder);
    await expect(fetch(url, commit)).rejects.toMatchObject({
      code: "build_failed",
      message: expect.stringContaining("points out of the tree"),
    });
  });

  it("submodules, whatever address they have, are left out and not asked for", async () => {
    let requests = 0;
    const url = await served((http) => http.on("request", () => requests++));
    const { folder, url: repo } = makeRepository({
      "main.c": "",
      ".gitmodules": `[submodule "a"]\n\tpath = a\n\turl = ${url}/a.git\n[submodule "b"]\n\tpath = b\n\turl = file:///etc\n`,
    });
    git(folder, ["update-index", "--add", "--cacheinfo", `160000,${repository.commit},a`]);
    git(folder, ["update-index", "--add", "--cacheinfo", `160000,${repository.commit},b`]);
    git(folder, ["commit", "--quiet", "--message", "submodules"]);
    const { tree } = await fetch(repo, git(folder, ["rev-parse", "HEAD"]));
    expect([...tree.keys()]).toEqual([".gitmodules", "main.c"]);
    expect(requests).toBe(0);
  });

  it("a few objects that name billions of files", async () => {
    const { folder, url } = makeRepository({ x: "x" });
    let tree = git(folder, ["rev-parse", "HEAD^{tree}"]);
    for (let level = 0; level < 10; level++) {
      const entries = Array.from({ length: 10 }, (_, i) => `040000 tree ${tree}\td${i}\n`).join("");
      tree = git(folder, ["mktree"], entries);
    }
    const commit = git(folder, ["commit-tree", tree, "-m", "bomb"]);
    await expect(fetch(url, commit)).rejects.toMatchObject({
      code: "build_failed",
      message: expect.stringContaining("more than 10000 files"),
    });
  });

  it("a small pack that unpacks to more than is allowed", async () => {
    const { url, commit } = makeRepository({ zeros: new Uint8Array(LIMITS.tree_bytes_max + 1) });
    await expect(fetch(url, commit)).rejects.toMatchObject({
      code: "build_failed",
      message: expect.stringContaining("larger than 64 MiB"),
    });
  });

  it("more than 100 MiB packed", async () => {
    const folder = temporaryFolder();
    git(folder, ["init", "--quiet"]);
    git(folder, ["config", "core.compression", "0"]);
    const part = randomBytes(52 * 1024 * 1024);
    writeFileSync(path.join(folder, "a"), part);
    writeFileSync(path.join(folder, "b"), part.reverse());
    const { url, commit } = commitAll(folder);
    await expect(fetch(url, commit)).rejects.toMatchObject({
      code: "build_failed",
      message: expect.stringContaining("larger than 100 MiB"),
    });
    expect(readdirSync(work_dir)).toEqual([]);
  });
});
