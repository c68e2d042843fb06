import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { OffshoreError } from "@near-offshore/protocol";
import { LIMITS } from "../limits.ts";
import { type ProcessResult, runProcess } from "../processes.ts";
import type { SourceAddress } from "./address.ts";

/**
 * Checks that this machine's git can be told which addresses to connect to (http.curloptResolve, 2.37).
 * @throws OffshoreError `toolchain_unavailable`
 */
export async function expectGit(): Promise<void> {
  const { stdout } = await promisify(execFile)("git", ["--version"]).catch(() => ({ stdout: "" }));
  const [, major = "0", minor = "0"] = /version (\d+)\.(\d+)/.exec(stdout) ?? [];
  if (Number(major) * 1_000 + Number(minor) < 2_037)
    throw new OffshoreError(
      "toolchain_unavailable",
      `git 2.37 or later is needed; found ${stdout.trim() || "none"}`,
    );
}

/** Runs git in one repository. Rejects with the signal's reason when aborted. */
export type Git = (
  args: string[],
  options?: { stdin?: string; stdout_bytes_max?: number },
) => Promise<ProcessResult>;

/**
 * A git that knows no configuration but ours, asks nobody, and reaches one address only.
 * @param folder of the bare repository
 */
export function gitIn(folder: string, { url, pinned }: SourceAddress, signal: AbortSignal): Git {
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
