import type { Language, Program } from "../languages.ts";
import type { SourceTree } from "../sources/tree.ts";

export interface CompileJob {
  program: Program;
  tree: SourceTree;
  /** What the compiler says, as it says it. */
  log: (text: string) => void;
  /** Stops the compiler and all it started. */
  signal: AbortSignal;
}

/** Something that compiles, with no network, inside bounds on time and memory: compilers in WASM, or a container engine. */
export interface Backend {
  readonly name: string;
  /** What it can build, and name and version of what builds it. */
  readonly toolchains: ReadonlyMap<Language, string>;
  /**
   * Compiles one program to WebAssembly. The same program gives the same bytes.
   * @throws OffshoreError `build_failed` with the compiler's own message, or because a bound was passed.
   */
  compile(job: CompileJob): Promise<Uint8Array>;
  /** Ends every thread and process it holds. */
  close(): Promise<void>;
}
