import type { OffshoreError } from "@near-offshore/protocol";
import { parse } from "smol-toml";
import { LIMITS } from "../limits.ts";
import type { SourceTree } from "../sources/tree.ts";
import { refuse } from "./refuse.ts";

/** How Cargo.lock names the public registry of crates. */
const PUBLIC_REGISTRY = "registry+https://github.com/rust-lang/crates.io-index";
/** Keys with which a manifest names a source of its own (Cargo book, "Specifying Dependencies"). */
const OTHER_SOURCES = ["git", "registry", "registry-index"];
/** What such a key has where it is a crate's name; neither an address nor a registry's name looks so. */
const VERSION = /^[\s=^~<>]*[\d*][^:/]*$/;

interface Manifest {
  package?: { metadata?: unknown };
  workspace?: { metadata?: unknown };
  patch?: Record<string, unknown>;
}

interface Lock {
  package?: { name?: string; source?: string; checksum?: string }[];
}

/**
 * All Cargo.toml and the Cargo.lock, and every Rust file as an empty one, since cargo looks whether they are there. Configuration
 * (`.cargo/`) is not among them: it could name other registries and programs to run.
 */
export function cargoManifests(tree: SourceTree): SourceTree | null {
  const lock_file = tree.get("Cargo.lock");
  if (lock_file === undefined)
    throw refuse("Cargo.lock is missing; commit it, so that everybody builds with the same crates");
  const manifests: SourceTree = new Map();
  for (const [path, bytes] of tree) {
    if (/(^|\/)Cargo\.toml$/.test(path)) {
      expectNoOtherSource(readToml(path, bytes), path);
      manifests.set(path, bytes);
    } else if (path.endsWith(".rs")) manifests.set(path, new Uint8Array());
  }
  manifests.set("Cargo.lock", lock_file);
  const packages = (readToml("Cargo.lock", lock_file) as Lock).package ?? [];
  const fetched = packages.filter(({ source }) => source !== undefined);
  for (const { name, source, checksum } of fetched) {
    if (source !== PUBLIC_REGISTRY)
      throw refuse(`${name} comes from ${source}; only the public registry is allowed`);
    if (!/^[0-9a-f]{64}$/.test(checksum ?? "")) throw refuse(`${name} has no checksum in Cargo.lock`);
  }
  return fetched.length > 0 ? manifests : null;
}

function readToml(path: string, bytes: Uint8Array): Record<string, unknown> {
  try {
    return parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw refuse(`${path}: ${(error as Error).message}`);
  }
}

function expectNoOtherSource(manifest: Manifest, path: string): void {
  for (const table of [manifest.package, manifest.workspace]) delete table?.metadata; // is other tools'
  for (const registry of Object.keys(manifest.patch ?? {}))
    if (registry !== "crates-io") throw otherSource(`${path}: patch`, registry);
  expectOnlyVersions(manifest, path);
}

function expectOnlyVersions(value: unknown, where: string, depth = 0): void {
  if (typeof value !== "object" || value === null) return;
  if (depth > LIMITS.manifest_depth_max)
    throw refuse(`${where.slice(0, 100)}...: tables are nested deeper than ${LIMITS.manifest_depth_max}`);
  for (const [key, inner] of Object.entries(value)) {
    if (OTHER_SOURCES.includes(key) && typeof inner === "string" && !VERSION.test(inner))
      throw otherSource(where, key);
    expectOnlyVersions(inner, `${where}: ${key}`, depth + 1);
  }
}

function otherSource(where: string, key: string): OffshoreError {
  return refuse(`${where} has "${key}"; only the public registry is allowed`);
}
