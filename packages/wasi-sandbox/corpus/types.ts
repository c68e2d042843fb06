import type { TaskOptions } from "../test/helpers.ts";

export type Language = "C" | "C++" | "AssemblyScript" | "Rust" | "Go" | "WebAssembly";

/** Where sources or binaries of others come from: a package that an ordinary client installs. None of it is committed. */
export type Origin =
  | { npm: string; installed: true }
  /** `integrity` is that of the tarball, as a lockfile has it. */
  | { npm: string; version: string; integrity: string }
  /** One of `third-party/Cargo.toml`, pinned by its lockfile. */
  | { crate: string };

/** C sources of others that are compiled with a program of ours. */
export interface Library {
  origin: Origin;
  folder: string;
  /** Sources to compile: paths below `folder`. */
  sources: readonly string[];
  flags?: readonly string[];
  /** Folders below `folder` with headers; `folder` itself by default. */
  include?: readonly string[];
}

/** How a program's module is made. Sources of our own are below `fixtures/`. */
export type Recipe =
  | { tool: "clang"; sources: readonly string[]; flags?: readonly string[]; library?: Library }
  | { tool: "assemblyscript"; source: string; flags?: readonly string[] }
  | { tool: "rust"; source: string }
  | { tool: "go"; folder: string }
  | { tool: "text"; text: () => string }
  | { tool: "none"; origin: Origin; file: string };

/** A program of the corpus with its input. What comes out has to be the same everywhere. */
export interface CorpusProgram {
  name: string;
  language: Language;
  recipe: Recipe;
  options?: TaskOptions;
  /** `ok` where nothing is said. */
  status?: string;
  /** Why the reference counter cannot count this one. */
  no_reference?: string;
}

/** Why a program cannot be had on this machine. */
export class Unavailable extends Error {}
