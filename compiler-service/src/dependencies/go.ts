import type { SourceTree } from "../sources/tree.ts";

/**
 * All go.mod and go.sum. They name modules, not addresses: where those come from is the module proxy's business, and `go` checks what
 * it gives against go.sum.
 */
export function goManifests(tree: SourceTree): SourceTree | null {
  if (!tree.has("go.sum") || tree.has("vendor/modules.txt")) return null;
  return new Map([...tree].filter(([path]) => /(^|\/)go\.(mod|sum)$/.test(path)));
}
