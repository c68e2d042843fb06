import { rm } from "node:fs/promises";
import { isCommit, OffshoreError } from "@near-offshore/protocol";
import type { SourcePolicy } from "../config.ts";
import { LIMITS } from "../limits.ts";
import { type SourceAddress, sourceAddress } from "./address.ts";
import { type Git, gitIn } from "./git-command.ts";
import { expectSuccess, fetchError, gitError } from "./git-errors.ts";
import { makeTree, parseTree, type SourceTree, type TreeEntry, tooManyFiles } from "./tree.ts";
import { makeWorkFolder } from "./work-folder.ts";

export interface FetchOptions {
  policy: SourcePolicy;
  /** Where a temporary folder can be made. */
  work_dir: string;
  log: (text: string) => void;
  signal: AbortSignal;
}

export interface FetchedCommit {
  /** Git's id of the tree: the same files have the same one in every repository. */
  tree_id: string;
  tree: SourceTree;
}

/**
 * Files of a repository at one commit, read from git's objects into memory: nothing is checked out, so hooks, filters, links and
 * odd names in it have nothing to act on.
 * @param commit 40 lowercase hex characters
 * @throws OffshoreError `commit_not_found`, `build_failed` (source refused, or over a bound), `unavailable` (no answer).
 */
export async function fetchCommit(
  repo: string,
  commit: string,
  options: FetchOptions,
): Promise<FetchedCommit> {
  if (!isCommit(commit))
    throw new OffshoreError(
      "commit_not_found",
      `${commit.slice(0, 60)} is not a full 40-character commit hash`,
    );
  return inRepository(repo, options, async (git, address, folder) => {
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
    if (fetched.code !== 0) throw await fetchError(fetched, folder, address.url, commit);
    const tree_id = await treeOf(git, commit);
    return { tree_id, tree: await readTree(git, tree_id, options.log) };
  });
}

/**
 * The commit that a branch or tag names now: a tag where there are both, unless the ref is written in full (`refs/heads/...`).
 * @throws OffshoreError as `fetchCommit`
 */
export async function resolveRef(repo: string, ref: string, options: FetchOptions): Promise<string> {
  const names = ref === "HEAD" || ref.startsWith("refs/") ? [ref] : [`refs/tags/${ref}`, `refs/heads/${ref}`];
  // What a tag's own object points to is listed with ^{}.
  const wanted = names.flatMap((name) => [`${name}^{}`, name]);
  return inRepository(repo, options, async (git, address, folder) => {
    const listed = await git(["ls-remote", "--quiet", "--", address.url.href, ...wanted]);
    if (listed.code !== 0) throw await fetchError(listed, folder, address.url, ref);
    const refs = new Map<string, string>();
    for (const line of listed.stdout.toString().split("\n")) {
      const [commit = "", name = ""] = line.split("\t");
      refs.set(name, commit);
    }
    const commit = wanted.map((name) => refs.get(name)).find((found) => found !== undefined);
    if (commit === undefined || !isCommit(commit))
      throw new OffshoreError("commit_not_found", `${address.url.href} has no branch or tag ${ref}`);
    options.log(`${ref} is ${commit}\n`);
    return commit;
  });
}

/** Lends an empty repository in a temporary folder. */
async function inRepository<T>(
  repo: string,
  { policy, work_dir, signal }: FetchOptions,
  use: (git: Git, address: SourceAddress, folder: string) => Promise<T>,
): Promise<T> {
  const address = await sourceAddress(repo, policy);
  const folder = await makeWorkFolder(work_dir);
  try {
    const git = gitIn(folder, address, signal);
    await expectSuccess(git(["init", "--quiet", "--bare", "--template="]));
    return await use(git, address, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function treeOf(git: Git, commit: string): Promise<string> {
  const stdin = `${commit}\n${commit}^{tree}\n`;
  const listed = await expectSuccess(
    git(["cat-file", "--batch-check=%(objecttype) %(objectname)"], { stdin }),
  );
  const [type, tree_id] =
    listed.stdout
      .toString()
      .match(/^(\w+) \w+\ntree (\w{40})\n$/)
      ?.slice(1) ?? [];
  if (type !== "commit" || tree_id === undefined)
    throw new OffshoreError("commit_not_found", `${commit} is a ${type ?? "broken object"}, not a commit`);
  return tree_id;
}

async function readTree(git: Git, tree_id: string, log: (text: string) => void): Promise<SourceTree> {
  const listing_bytes_max = LIMITS.tree_files_max * (LIMITS.path_bytes_max + 64);
  const listing = await git(["ls-tree", "-r", "-z", "--long", "--full-tree", tree_id], {
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
  const result = await expectSuccess(
    git(["cat-file", "--batch"], {
      stdin: [...blobs.keys()].map((blob) => `${blob}\n`).join(""),
      stdout_bytes_max: LIMITS.tree_bytes_max + blobs.size * 64,
    }),
  );
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
