import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { OffshoreError } from "@near-offshore/protocol";
import type { Engine } from "../backends/docker/engine.ts";
import { LIMITS } from "../limits.ts";
import { followEngine } from "./follow.ts";

/** What every Dockerfile of `images/` is made from. */
export const BASE_IMAGE = { repo: "debian", tag: "trixie-slim" };
const SUITE = "trixie";

/**
 * Gives an engine the base image without a registry of images: bootstraps Debian 13 from the mirror that this machine's own apt uses.
 * @param folder where a temporary folder can be made
 */
export async function makeBaseImage(
  { docker }: Engine,
  folder: string,
  say: (line: string) => void,
): Promise<void> {
  const { repo, tag } = BASE_IMAGE;
  const images = await docker.listImages({ filters: { reference: [`${repo}:${tag}`] } });
  if (images.length > 0) return;
  const mirror = aptMirror();
  say(`making the base image from ${mirror === null ? "Debian's mirror" : "this machine's Debian mirror"}`);
  const temporary = mkdtempSync(path.join(folder, "base-"));
  try {
    const tar = path.join(temporary, "root.tar");
    const args = ["--variant=minbase", "--include=ca-certificates", "--quiet", SUITE, tar];
    await run("mmdebstrap", mirror === null ? args : [...args, mirror]);
    const stream = await docker.importImage(tar, { repo, tag });
    await followEngine(docker, stream, () => {});
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** The first address of this machine's apt sources that has Debian itself. */
function aptMirror(): string | null {
  const folder = "/etc/apt/sources.list.d";
  const files = readdirSync(folder).map((name) => path.join(folder, name));
  for (const file of ["/etc/apt/sources.list", ...files].filter((name) => /\.(list|sources)$/.test(name))) {
    const found = /^\s*(?:deb\s+(?:\[[^\]]*\]\s+)?|URIs:\s*)(https?:\/\/\S+\/debian\/?)(?:\s|$)/m.exec(
      readIfThere(file),
    );
    if (found !== null) return found[1]!;
  }
  return null;
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

async function run(command: string, args: string[]): Promise<void> {
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said = (said + chunk).slice(-LIMITS.failure_message_chars_max);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code !== 0) throw new OffshoreError("toolchain_unavailable", `${command} ended with ${code}:\n${said}`);
}
