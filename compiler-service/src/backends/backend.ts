import type { Language, Program } from "../languages.ts";
import type { SourceTree } from "../sources/tree.ts";

export interface Job {
  program: Program;
  /** What the tool says, as it says it. */
  log: (text: string) => void;
  /** Stops the tool and all it started. */
  signal: AbortSignal;
}

export interface FetchJob extends Job {
  /** What names the dependencies: manifests and lockfile, checked. */
  manifests: SourceTree;
}

export interface CompileJob extends Job {
  tree: SourceTree;
  /** What `fetchDependencies` gave. */
  dependencies?: Uint8Array | null;
}

/** What compiles a language. */
export interface Toolchain {
  /** The compiler's name and version. */
  name: string;
  /** Content id of the container image that it is in; null where it is in none. */
  image: string | null;
}

/** Something that compiles, with no network, inside bounds on time and memory: compilers in WASM, or a container engine. */
export interface Backend {
  readonly name: string;
  /** What it can build, and what builds it. */
  readonly toolchains: ReadonlyMap<Language, Toolchain>;
  /**
   * Fetches what a lockfile names, from the language's registry, and runs nothing of it. Null where this backend has none.
   * @throws OffshoreError `build_failed` with the tool's own message, or because a bound was passed.
   */
  fetchDependencies(job: FetchJob): Promise<Uint8Array | null>;
  /**
   * Compiles one program to WebAssembly. The same program gives the same bytes.
   * @throws OffshoreError `build_failed` with the compiler's own message, or because a bound was passed.
   */
  compile(job: CompileJob): Promise<Uint8Array>;
  /** Ends every thread and process it holds. */
  close(): Promise<void>;
}
