import { buffer } from "node:stream/consumers";
import { pack } from "tar-stream";
import type { SourceTree } from "../../sources/tree.ts";

// Of every file, so that no clock is in what a compiler sees.
const MODIFIED = new Date("2020-01-01T00:00:00Z");

/** A tar of the tree's files, in the tree's order. */
export async function packTree(tree: SourceTree): Promise<Buffer> {
  const archive = pack();
  const packed = buffer(archive);
  for (const [path, bytes] of tree)
    archive.entry({ name: path, mode: 0o644, mtime: MODIFIED }, Buffer.from(bytes));
  archive.finalize();
  return packed;
}
