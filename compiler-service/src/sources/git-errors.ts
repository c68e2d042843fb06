import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { OffshoreError } from "@near-offshore/protocol";
import { LIMITS } from "../limits.ts";
import type { ProcessResult } from "../processes.ts";

/** The result of a git command that has no reason to fail. @throws OffshoreError `unavailable` */
export async function expectSuccess(run: Promise<ProcessResult>): Promise<ProcessResult> {
  const result = await run;
  if (result.code !== 0) throw gitError(result);
  return result;
}

/** A git command that failed for no reason that a source could give. */
export function gitError({ code, stderr }: ProcessResult): OffshoreError {
  return new OffshoreError("unavailable", `git ended with ${code ?? "a signal"}: ${stderr.trim()}`);
}

/** Why `git fetch` of a commit failed. `folder` is the repository it was to fetch into. */
export async function fetchError(
  result: ProcessResult,
  folder: string,
  url: URL,
  commit: string,
): Promise<OffshoreError> {
  if (await isOverSize(folder))
    return new OffshoreError(
      "build_failed",
      `repository refused: it is larger than ${LIMITS.repository_bytes_max / 2 ** 20} MiB`,
    );
  return byItsWords(result, url, commit);
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
const MALFORMED = /fsck|bad object|missing blob|repository corruption on the remote side/;
const OUT_OF_MEMORY = /^fatal: Out of memory/m;

function byItsWords({ stderr }: ProcessResult, url: URL, commit: string): OffshoreError {
  const words = stderr.replaceAll(url.href, "the repository").trim(); // its name may hold any of those words
  if (NO_COMMIT.test(words))
    return new OffshoreError("commit_not_found", `${url.href} has no commit ${commit}`);
  if (NO_REPOSITORY.test(words))
    return new OffshoreError("commit_not_found", `${url.href} is not a public repository: ${words}`);
  if (REDIRECTS.test(words))
    return new OffshoreError("build_failed", `source refused: ${url.href} redirects: ${words}`);
  if (OUT_OF_MEMORY.test(words))
    return new OffshoreError(
      "build_failed",
      `repository refused: git needs more than ${LIMITS.git_memory_bytes_max / 2 ** 30} GiB of memory for it`,
    );
  if (MALFORMED.test(words)) return new OffshoreError("build_failed", `repository refused: ${words}`);
  return new OffshoreError("unavailable", `cannot fetch ${url.href}: ${words}`);
}
