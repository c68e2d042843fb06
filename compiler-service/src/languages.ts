import { OffshoreError } from "@near-offshore/protocol";
import { LIMITS } from "./limits.ts";
import type { SourceTree } from "./sources/tree.ts";

/** Languages that detection knows; which of them can be built depends on the backend. */
export type Language = "c" | "c++" | "assemblyscript" | "rust" | "go";

/** A program as a compiler is given it. */
export interface Program {
  language: Language;
  /** What to compile: translation units in C and C++, the entry file in AssemblyScript. */
  files: string[];
}

/**
 * Tells from a repository's files what program it is, by the first of these that it has: `Cargo.toml`, `go.mod`,
 * `assembly/index.ts` beside an `asconfig.json` or `package.json`, `*.c` or `*.cpp` at the root or in `src/`.
 * @throws OffshoreError `build_failed` where it has none, or C and C++ files that no command line can name.
 */
export function detectProgram(tree: SourceTree): Program {
  const paths = [...tree.keys()];
  if (tree.has("Cargo.toml")) return { language: "rust", files: ["Cargo.toml"] };
  if (tree.has("go.mod")) return { language: "go", files: ["go.mod"] };
  const entry = "assembly/index.ts";
  if (tree.has(entry) && (tree.has("asconfig.json") || tree.has("package.json")))
    return { language: "assemblyscript", files: [entry] };
  const units = paths.filter((path) => /^(src\/.*|[^/]*)\.(c|cc|cpp|cxx)$/.test(path));
  if (units.length > 0) {
    expectCommandLine(units);
    return { language: units.every((path) => path.endsWith(".c")) ? "c" : "c++", files: units };
  }
  throw new OffshoreError(
    "build_failed",
    "found nothing to build: expected Cargo.toml, go.mod, assembly/index.ts with asconfig.json, or C or C++ files at the root or in src/",
  );
}

function expectCommandLine(units: string[]): void {
  const option = units.find((path) => /^[-@]/.test(path));
  if (option !== undefined)
    throw new OffshoreError(
      "build_failed",
      `a compiler takes ${option} for an option; call the file otherwise`,
    );
  const bytes = units.reduce((sum, path) => sum + Buffer.byteLength(path) + 1, 0);
  if (bytes > LIMITS.unit_paths_bytes_max)
    throw new OffshoreError(
      "build_failed",
      `there are ${units.length} C and C++ files to compile, with paths of ${bytes} bytes; at most ${LIMITS.unit_paths_bytes_max}`,
    );
}
