/** What a module says about itself, as `inspect` and `seal` report it. */

/** What the sealer accepts beyond the first WebAssembly version. */
export type Feature =
  | "bulk_memory"
  | "external_references"
  | "multi_value"
  | "mutable_globals"
  | "reference_types"
  | "saturating_conversions"
  | "sign_extension"
  | "simd"
  | "tail_calls";

export type ExternKind = "function" | "table" | "memory" | "global";

export interface ImportInfo {
  module: string;
  name: string;
  kind: ExternKind;
  /** For people and for comparing, such as `(i32, i64) -> (f64)` or `mut i32`. */
  type: string;
}

export interface ExportInfo {
  name: string;
  kind: ExternKind;
  type: string;
}

export interface MemoryInfo {
  initialPages: number;
  /** As the module declares it, before the limit of a run. */
  maximumPages: number | null;
  imported: boolean;
}

export interface ModuleInfo {
  imports: ImportInfo[];
  exports: ExportInfo[];
  memory: MemoryInfo | null;
  /** The module has a `start` section: `Meter.start` runs it. */
  hasStart: boolean;
  /** Functions the module defines. */
  functionCount: number;
  /** Blocks, loops and ifs of all functions, and the most that one function has. */
  blocks: number;
  blocksInFunction: number;
  /** The most that operands take in the frame of one function. */
  operandBytes: number;
  /** Features used, sorted. */
  features: Feature[];
}
