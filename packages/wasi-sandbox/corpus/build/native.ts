// Rust and Go by the machine's own compilers, where they can make WASI modules.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Unavailable } from "../types.ts";
import { cached, FIXTURES } from "./cache.ts";

const COMPILE_MS = 300_000;
/** Debian's own first: a rustup on the path rarely has the standard library for WASI. */
const RUST_COMPILERS = ["/usr/bin/rustc", "rustc"];
/** Debian 12 calls it the former, Debian 13 the latter. */
const RUST_TARGETS = ["wasm32-wasi", "wasm32-wasip1"];

function output(command: string, args: string[]): string | null {
  const { status, stdout } = spawnSync(command, args, { encoding: "utf8", timeout: COMPILE_MS });
  return status === 0 ? stdout.trim() : null;
}

/** Installs Debian's compiler where that is allowed (root and apt) and there is none yet: half a minute. */
export function installRust(): void {
  try {
    findRust();
  } catch {
    if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return;
    console.warn("setup: installing Rust for WASI with apt-get (once)");
    const wait = ["-o", "DPkg::Lock::Timeout=300"];
    output("apt-get", [...wait, "update", "-qq"]);
    output("apt-get", [
      ...wait,
      "install",
      "-y",
      "-qq",
      "--no-install-recommends",
      "rustc",
      "libstd-rust-dev-wasm32",
      "lld",
    ]);
  }
}

function findRust(): { compiler: string; target: string; version: string } {
  for (const compiler of RUST_COMPILERS)
    for (const target of RUST_TARGETS) {
      const folder = output(compiler, ["--print", "target-libdir", "--target", target]);
      const has_library = folder && readdirIfThere(folder).some((file) => file.startsWith("libstd"));
      if (has_library) return { compiler, target, version: output(compiler, ["--version"])! };
    }
  throw new Unavailable("no Rust for WASI here: apt-get install rustc libstd-rust-dev-wasm32 lld");
}

function readdirIfThere(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function compile(command: string, args: string[], cwd: string, env: Record<string, string>): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "corpus-"));
  try {
    const file = join(folder, "module.wasm");
    const made = spawnSync(command, [...args, "-o", file], {
      cwd,
      env: { ...process.env, ...env },
      encoding: "utf8",
      timeout: COMPILE_MS,
    });
    if (made.status !== 0) throw new Error(`${command} ${args.join(" ")}: ${made.stderr}`);
    return new Uint8Array(readFileSync(file));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export async function compileRust({ source }: { source: string }): Promise<Uint8Array> {
  const { compiler, target, version } = findRust();
  const flags = [
    "--edition=2021",
    "--target",
    target,
    "-O",
    "-Cstrip=debuginfo",
    "-Clinker=wasm-ld",
    "--crate-name=program",
  ];
  const key = [version, ...flags, readFileSync(join(FIXTURES, source))];
  return cached(key, async () => compile(compiler, [...flags, source], FIXTURES, {}));
}

export async function compileGo({ folder }: { folder: string }): Promise<Uint8Array> {
  const version = output("go", ["version"]);
  if (!version) throw new Unavailable("no Go here: install it from https://go.dev/dl");
  const path = join(FIXTURES, folder);
  const key = [version, ...readdirSync(path).flatMap((file) => [file, readFileSync(join(path, file))])];
  const flags = ["build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid="];
  const env = { GOOS: "wasip1", GOARCH: "wasm", GO111MODULE: "off", GOFLAGS: "" };
  return cached(key, async () => compile("go", flags, path, env));
}
