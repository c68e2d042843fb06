import { execFile } from "node:child_process";
import { cp, mkdtemp } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { at } from "./paths.ts";

const run = promisify(execFile);

export interface ExampleRepository {
  /** `file:` address, for a compiler service that allows local sources. */
  repo: string;
  commit: string;
}

/**
 * A git repository made of one folder of wasi-examples. Author and date are fixed, so the same files give the same commit.
 * @param example e.g. `get-random/c`
 * @param parent folder in which the repository is made
 */
export async function exampleRepository(example: string, parent: string): Promise<ExampleRepository> {
  const folder = await mkdtemp(path.join(parent, `${example.replaceAll("/", "-")}-`));
  await cp(at("wasi-examples", example), folder, { recursive: true });
  const identity = {
    NAME: "NEAR Offshore",
    EMAIL: "examples@near-offshore.invalid",
    DATE: "2026-01-01T00:00:00Z",
  };
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_SYSTEM: "/dev/null",
  };
  for (const role of ["AUTHOR", "COMMITTER"])
    for (const [key, value] of Object.entries(identity)) env[`GIT_${role}_${key}`] = value;
  const git = (...args: string[]) => run("git", ["-C", folder, ...args], { env });
  await git("init", "--quiet", "--initial-branch=main");
  await git("add", "--all");
  await git("commit", "--quiet", "--message", `Example ${example}`);
  // A compiler fetches one commit by its full hash, as from the big hosts.
  await git("config", "uploadpack.allowAnySHA1InWant", "true");
  const { stdout } = await git("rev-parse", "HEAD");
  return { repo: pathToFileURL(folder).href, commit: stdout.trim() };
}
