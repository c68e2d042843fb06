import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter } from "node:path";
import { OffshoreError } from "@near-offshore/protocol";
import { LIMITS } from "../limits.ts";

const PACKAGES = ["docker.io", "mmdebstrap", "iptables"];
const PROGRAMS = ["dockerd", "mmdebstrap"];

/** Why no engine can be installed here, or null where it can. */
export function whyNotInstallable(): string | null {
  if (process.platform !== "linux")
    return `this is ${process.platform}, and an engine is only installed on Debian`;
  if (process.getuid?.() !== 0) return "this is not root";
  if (!isInstalled("apt-get") && !PROGRAMS.every(isInstalled)) return "there is no apt-get";
  return null;
}

/** Installs Debian's container engine, and what makes its base image, unless they are there. */
export function installEngine(say: (line: string) => void): void {
  if (PROGRAMS.every(isInstalled)) return;
  say(`installing ${PACKAGES.join(", ")} with apt-get`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  // Whether all lists could be had does not matter, if these packages are in those that could.
  spawnSync("apt-get", ["update", "--quiet"], { env });
  const args = ["install", "--yes", "--no-install-recommends", ...PACKAGES];
  const { status, stdout, stderr } = spawnSync("apt-get", args, { env, encoding: "utf8" });
  if (status !== 0)
    throw new OffshoreError(
      "toolchain_unavailable",
      `apt-get install ended with ${status}:\n${(stdout + stderr).slice(-LIMITS.failure_message_chars_max)}`,
    );
}

function isInstalled(program: string): boolean {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  return folders.some((folder) => existsSync(`${folder}/${program}`));
}
