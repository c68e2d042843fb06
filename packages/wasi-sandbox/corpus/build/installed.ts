import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder of a package that npm has installed for this one, whatever the package exports. */
export function installedFolder(name: string): string {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", name);
    if (existsSync(join(candidate, "package.json"))) return candidate;
  }
  throw new Error(`${name} is not installed`);
}

export function installedVersion(name: string): string {
  return JSON.parse(readFileSync(join(installedFolder(name), "package.json"), "utf8")).version;
}
