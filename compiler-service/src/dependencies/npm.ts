import { z } from "zod";
import type { SourceTree } from "../sources/tree.ts";
import { refuse } from "./refuse.ts";

/** A range of versions (node-semver), and nothing that leads to an address, a folder or another package. */
const specs = z.record(z.string(), z.string().regex(/^[\w.*^~<>=|\s+-]*$/));
const names = {
  name: z.string().optional(),
  dependencies: specs.optional(),
  devDependencies: specs.optional(),
  optionalDependencies: specs.optional(),
  peerDependencies: specs.optional(),
};
const locked = z.object({
  ...names,
  version: z.string().regex(/^\d+\.\d+\.\d+[\w.+-]*$/),
  integrity: z.string().regex(/^sha512-/),
  dev: z.boolean().optional(),
  optional: z.boolean().optional(),
  peerDependenciesMeta: z.unknown().optional(),
});
const root = z.object({ ...names, version: z.string().optional() });
const lock = z.object({
  lockfileVersion: z.union([z.literal(2), z.literal(3)]),
  packages: z.record(z.string(), z.unknown()),
});

/**
 * package.json and package-lock.json with nothing in them but names, versions and hashes: no addresses, scripts or overrides. Null without
 * a lockfile, or where it names only tools of development.
 */
export function npmManifests(tree: SourceTree): SourceTree | null {
  const lock_file = tree.get("package-lock.json");
  const manifest_file = tree.get("package.json");
  if (lock_file === undefined || manifest_file === undefined) return null;
  const manifest = read(root, "package.json", manifest_file);
  const { lockfileVersion, packages } = read(lock, "package-lock.json", lock_file);
  const kept: Record<string, unknown> = {};
  let has_dependencies = false;
  for (const [where, entry] of Object.entries(packages)) {
    if (where === "") {
      kept[where] = parsed(root, "package-lock.json", entry);
      continue;
    }
    if (!/^node_modules\/[\w./@-]+$/.test(where))
      throw refuse(`${where} in package-lock.json is not a package of the registry`);
    const checked = parsed(locked, `${where} in package-lock.json`, entry);
    kept[where] = checked;
    has_dependencies ||= checked.dev !== true;
  }
  if (!has_dependencies) return null;
  const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  return new Map([
    ["package.json", text(manifest)],
    ["package-lock.json", text({ ...manifest, lockfileVersion, requires: true, packages: kept })],
  ]);
}

function read<T>(schema: z.ZodType<T>, what: string, bytes: Uint8Array): T {
  try {
    return parsed(schema, what, JSON.parse(new TextDecoder().decode(bytes)));
  } catch (error) {
    if (error instanceof SyntaxError) throw refuse(`${what}: ${error.message}`);
    throw error;
  }
}

function parsed<T>(schema: z.ZodType<T>, what: string, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  throw refuse(`${what}: ${path.join(".")}: ${message}; only versions from the public registry are allowed`);
}
