// Sources and binaries of others, from where their packages are published.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Origin, Unavailable } from "../types.ts";
import { CACHE } from "./cache.ts";
import { installedFolder } from "./installed.ts";

const CRATES = resolve(import.meta.dirname, "../third-party");
const DOWNLOAD_MS = 300_000;

/**
 * The folder with a package's files, downloaded if need be.
 * @throws Unavailable where the client or the network is missing
 */
export async function folderOf(origin: Origin): Promise<string> {
  if ("crate" in origin) return join(vendoredCrates(), origin.crate);
  if ("installed" in origin) return installedFolder(origin.npm);
  return npmPackage(origin.npm, origin.version, origin.integrity);
}

function run(command: string, args: string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    timeout: DOWNLOAD_MS,
  });
  if (status === 0) return stdout;
  throw new Unavailable(`${command} ${args[0]}: ${error?.message ?? stderr.trim().split("\n").at(-1)}`);
}

function npmPackage(name: string, version: string, integrity: string): string {
  const folder = join(CACHE, "npm", `${name.replace("/", "+")}@${version}`);
  if (existsSync(folder)) return folder;
  const partial = `${folder}.${process.pid}`;
  mkdirSync(partial, { recursive: true });
  try {
    const file = run("npm", ["pack", "--silent", `${name}@${version}`], partial).trim();
    const found = `sha512-${createHash("sha512")
      .update(readFileSync(join(partial, file)))
      .digest("base64")}`;
    if (found !== integrity) throw new Error(`${name}@${version} is not what it was: ${found}`);
    run("tar", ["-xzf", file, "--strip-components=1"], partial);
    rmSync(join(partial, file));
    renameSync(partial, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return folder;
}

/** All crates of `third-party/Cargo.toml`, unpacked. Nothing of them is built or run by cargo. */
function vendoredCrates(): string {
  const lock = readFileSync(join(CRATES, "Cargo.lock"));
  const folder = join(CACHE, `crates-${createHash("sha256").update(lock).digest("hex").slice(0, 16)}`);
  if (existsSync(folder)) return folder;
  const partial = `${folder}.${process.pid}`;
  cpSync(CRATES, partial, { recursive: true });
  try {
    run("cargo", ["vendor", "--locked", "vendor"], partial);
    renameSync(join(partial, "vendor"), folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return folder;
}
