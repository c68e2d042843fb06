/** What is known of the original module while its sections are read, and the parts of the sealed one that are written on the way. */

import type { ExportInfo, Feature, ImportInfo } from "./info.ts";
import type { Plan } from "./plan.ts";
import type { FunctionType } from "./value-types.ts";
import { Writer } from "./writer.ts";

export interface Limits {
  initial: number;
  maximum: number | null;
}

export interface Table extends Limits {
  type: number;
}

export interface Global {
  type: number;
  mutable: boolean;
  imported: boolean;
}

export interface Export extends ExportInfo {
  index: number;
}

export interface Memory extends Limits {
  imported: boolean;
}

export class Module {
  readonly bytes: Uint8Array;
  readonly plan: Plan;
  readonly types: FunctionType[] = [];
  readonly imports: ImportInfo[] = [];
  importCount = 0;
  /** Type index of every function, imports first. */
  readonly functions: number[] = [];
  readonly tables: Table[] = [];
  memory: Memory | null = null;
  readonly globals: Global[] = [];
  readonly exports: Export[] = [];
  start: number | null = null;
  /** Reference type of each element segment. */
  readonly elements: number[] = [];
  dataCount: number | null = null;
  dataSegments = 0;
  bodies = 0;
  /** Functions with branches that are hinted at. */
  hinted = 0;
  /** Result lists that need a type of their own, in order. */
  readonly resultTypes = new Map<Uint8Array, number>();
  /** Functions that `ref.func` may name. */
  readonly declared = new Set<number>();
  /** Functions that it does name. */
  readonly referenced = new Set<number>();
  readonly features = new Set<Feature>();
  /** Why instantiation would trap; the first reason counts. */
  instantiationTrap: "table" | "memory" | null = null;
  /** Sealed content by section id, without the counts that are not known yet. */
  readonly sealed = {
    imports: new Writer(),
    tables: new Writer(64),
    globals: new Writer(),
    elements: new Writer(),
    code: new Writer(1 << 16),
    hints: new Writer(),
    data: new Writer(64),
  };
  /** Locals, and operands of calls, blocks and branches, so far: `Body.spend`. */
  operandWork = 0;
  /** See `ModuleInfo`. */
  blocks = 0;
  blocksInFunction = 0;
  operandBytes = 0;
  /** Weight of all functions so far: `Body.weight`. */
  weight = 0;

  constructor(bytes: Uint8Array, plan: Plan) {
    this.bytes = bytes;
    this.plan = plan;
  }
}
