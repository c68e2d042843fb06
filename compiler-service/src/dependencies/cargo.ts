import { parse } from "smol-toml";
import type { SourceTree } from "../sources/tree.ts";
import { refuse } from "./refuse.ts";

/** How Cargo.lock names the public registry of crates. */
const PUBLIC_REGISTRY = "registry+https://github.com/rust-lang/crates.io-index";
/** Keys with which a manifest names a source of its own (Cargo book, "Specifying Dependencies"). */
const OTHER_SOURCES = ["git", "registry", "registry-index"];

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

/** @param keys_are_names whether this is a table of dependencies, whose keys are what they are called */
function expectNoOtherSource(value: unknown, where: string, keys_are_names = false): void {
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    const is_source = OTHER_SOURCES.includes(key) && typeof inner === "string" && !keys_are_names;
    const patches_other = where.endsWith(": patch") && key !== "crates-io";
    if (is_source || patches_other)
      throw refuse(`${where} has "${key}"; only the public registry is allowed`);
    const names = !keys_are_names && key.endsWith("dependencies");
    if (key !== "metadata") expectNoOtherSource(inner, `${where}: ${key}`, names);
  }
}
