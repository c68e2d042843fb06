import type { Program } from "../../languages.ts";
import type { SourceTree } from "../../sources/tree.ts";

// What a compiler's thread and its host say to each other.

export interface CompileRequest {
  program: Program;
  tree: SourceTree;
}

export type CompileReply =
  | { type: "log"; text: string }
  | { type: "compiled"; module: Uint8Array }
  /** The compiler refused the program; `message` is its own. */
  | { type: "failed"; message: string };
