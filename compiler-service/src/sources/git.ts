import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { OffshoreError } from "@near-offshore/protocol";
import type { SourcePolicy } from "../config.ts";
import { LIMITS } from "../limits.ts";
import { type ProcessResult, runProcess } from "../processes.ts";
import { type SourceAddress, sourceAddress } from "./address.ts";
import { makeTree, parseTree, type SourceTree, type TreeEntry, tooManyFiles } from "./tree.ts";

export interface FetchOptions {
  policy: SourcePolicy;
  /** Where a temporary folder can be made. */
  work_dir: string;
  log: (text: string) => void;
  signal: AbortSignal;
}

/**
 * Files of a repository at one commit, read from git's objects into memory: nothing is checked out, so hooks, filters, links and
 * odd names in it have nothing to act on.
 * @param commit 40 lowercase hex characters
 * @throws OffshoreError `commit_not_found`, `build_failed` (source refused, or over a bound), `unavailable` (no answer).
 */
export async function fetchCommit(repo: string, commit: string, options: FetchOptions): Promise<SourceTree> {
  if (!/^[0-9a-f]{40}$/.test(commit))
    throw new OffshoreError(
      "commit_not_found",
      `${commit.slice(0, 60)} is not a full 40-character commit hash`,
    );
  const address = await sourceAddress(repo, options.policy);
  const folder = await mkdtemp(path.join(options.work_dir, "fetch-"));
  try {
    const git = gitIn(folder, address, options.signal);
    await expectSuccess(git(["init", "--quiet", "--bare", "--template="]));
    options.log(`Fetching ${address.url.href} at ${commit}\n`);
    const fetched = await git([
      "fetch",
      "--quiet",
      "--depth=1",
      "--no-tags",
      "--no-recurse-submodules",
      "--",
      address.url.href,
      commit,
    ]);
    if (fetched.code !== 0 && (await isOverSize(folder)))
      throw new OffshoreError(
        "build_failed",
        `repository refused: it is larger than ${LIMITS.repository_bytes_max / 2 ** 20} MiB`,
      );
    if (fetched.code !== 0) throw fetchError(fetched, address.url, commit);
    return await readTree(git, commit, options.log);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Git = (
  args: string[],
  options?: { stdin?: string; stdout_bytes_max?: number },
) => Promise<ProcessResult>;

function gitIn(folder: string, { url, pinned }: SourceAddress, signal: AbortSignal): Git {
  const settings: Record<string, string> = {
    "protocol.allow": "never",
    [`protocol.${url.protocol.slice(0, -1)}.allow`]: "always",
    "http.followRedirects": "false",
    "http.lowSpeedLimit": "1000",
    "http.lowSpeedTime": "20",
    "credential.helper": "",
    "core.hooksPath": "/dev/null",
    "core.bigFileThreshold": "1m", // streams what is larger, instead of holding it in memory
    "fetch.fsckObjects": "true",
    "fetch.unpackLimit": "1", // one pack file, so that the limit on a file's size is the limit on the repository's
    "pack.threads": "1",
    "gc.auto": "0",
  };
  if (pinned !== null) {
    const addresses = pinned.map((address) => (address.includes(":") ? `[${address}]` : address));
    settings["http.curloptResolve"] = `${url.hostname}:443:${addresses.join(",")}`;
  }
  const env = {
    PATH: process.env.PATH ?? "/usr/bin:/bin",
    HOME: folder,
    LC_ALL: "C",
    GIT_DIR: folder,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "/bin/false",
    ...configEnvironment(settings),
  };
  return (args, { stdin = "", stdout_bytes_max = LIMITS.git_output_bytes_max } = {}) =>
    runProcess(["git", ...args], {
      env,
      signal,
      stdin,
      stdout_bytes_max,
      stderr_bytes_max: LIMITS.git_output_bytes_max,
      file_bytes_max: LIMITS.repository_bytes_max,
      memory_bytes_max: LIMITS.git_memory_bytes_max,
    });
}

/** Settings for every git process below, those that git itself starts included (git-config, GIT_CONFIG_COUNT). */
function configEnvironment(settings: Record<string, string>): Record<string, string> {
  const env: Record<string, string> = { GIT_CONFIG_COUNT: String(Object.keys(settings).length) };
  for (const [index, [key, value]] of Object.entries(settings).entries()) {
    env[`GIT_CONFIG_KEY_${index}`] = key;
    env[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return env;
}

async function readTree(git: Git, commit: string, log: (text: string) => void): Promise<SourceTree> {
  const type = (await expectSuccess(git(["cat-file", "-t", commit]))).stdout.toString().trim();
  if (type !== "commit") throw new OffshoreError("commit_not_found", `${commit} is a ${type}, not a commit`);
  const listing_bytes_max = LIMITS.tree_files_max * (LIMITS.path_bytes_max + 64);
  const listing = await git(["ls-tree", "-r", "-z", "--long", "--full-tree", commit], {
    stdout_bytes_max: listing_bytes_max,
  });
  if (listing.too_much_output) throw tooManyFiles(); // a few objects can name any number of paths
  if (listing.code !== 0) throw gitError(listing);
  const entries = parseTree(listing.stdout);
  const contents = await readBlobs(git, entries);
  const tree = makeTree(entries, contents, (what) => log(`Left out: ${what}\n`));
  const total_bytes = [...tree.values()].reduce((sum, { length }) => sum + length, 0);
  log(`${tree.size} files, ${total_bytes} bytes\n`);
  return tree;
}

async function readBlobs(git: Git, entries: TreeEntry[]): Promise<Map<string, Uint8Array>> {
  const blobs = new Map<string, number>();
  for (const { kind, blob, size_bytes } of entries) if (kind !== "submodule") blobs.set(blob, size_bytes);
  const result = await git(["cat-file", "--batch"], {
    stdin: [...blobs.keys()].map((blob) => `${blob}\n`).join(""),
    stdout_bytes_max: LIMITS.tree_bytes_max + blobs.size * 64,
  });
  await expectSuccess(Promise.resolve(result));
  const contents = new Map<string, Uint8Array>();
  let at = 0;
  // Each is `<hash> blob <size>\n<contents>\n`, in the order asked for.
  for (const [blob, size_bytes] of blobs) {
    const header = `${blob} blob ${size_bytes}\n`;
    if (result.stdout.toString("latin1", at, at + header.length) !== header)
      throw new OffshoreError("unavailable", `git did not give object ${blob}`);
    at += header.length;
    contents.set(blob, new Uint8Array(result.stdout.subarray(at, at + size_bytes)));
    at += size_bytes + 1;
  }
  return contents;
}

async function expectSuccess(run: Promise<ProcessResult>): Promise<ProcessResult> {
  const result = await run;
  if (result.code !== 0) throw gitError(result);
  return result;
}

function gitError({ code, stderr }: ProcessResult): OffshoreError {
  return new OffshoreError("unavailable", `git ended with ${code ?? "a signal"}: ${stderr.trim()}`);
}

// git does not say that the limit on its files' size ended it, but leaves the pack that reached it.
async function isOverSize(folder: string): Promise<boolean> {
  const packs = path.join(folder, "objects", "pack");
  const sizes = (await readdir(packs)).map(async (name) => (await stat(path.join(packs, name))).size);
  return (await Promise.all(sizes)).some((size) => size >= LIMITS.repository_bytes_max);
}

// git has no codes for these: its words (with LC_ALL=C) are all there is.
const NO_COMMIT = /not our ref|unadvertised object|couldn't find remote ref/;
const NO_REPOSITORY =
  /not found|does not exist|does not appear to be a git repository|could not read Username|returned error: 40[134]/;
const REDIRECTS = /returned error: 30\d|redirect/;
const MALFORMED = /fsck|bad object|missing blob/;

function fetchError({ stderr }: ProcessResult, url: URL, commit: string): OffshoreError {
  const words = stderr.replaceAll(url.href, "the repository").trim(); // its name may hold any of those words
  if (NO_COMMIT.test(words))
    return new OffshoreError("commit_not_found", `${url.href} has no commit ${commit}`);
  if (NO_REPOSITORY.test(words))
    return new OffshoreError("commit_not_found", `${url.href} is not a public repository: ${words}`);
  if (REDIRECTS.test(words))
    return new OffshoreError("build_failed", `source refused: ${url.href} redirects: ${words}`);
  if (MALFORMED.test(words)) return new OffshoreError("build_failed", `repository refused: ${words}`);
  return new OffshoreError("unavailable", `cannot fetch ${url.href}: ${words}`);
}
