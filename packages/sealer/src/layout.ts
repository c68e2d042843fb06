/** Index spaces of the sealed module, once everything but the code is known. */

import type { Module } from "./module.ts";
import type { Layout } from "./plan.ts";
import { EXTERNREF, FUNCREF, type FunctionType, I32, I64 } from "./value-types.ts";

/** The sealer's own types, behind twice the module's. */
export const OWN_TYPES: readonly FunctionType[] = [
  { params: Uint8Array.of(I64), results: Uint8Array.of(I64) },
  { params: Uint8Array.of(I32), results: Uint8Array.of(I32) },
  { params: Uint8Array.of(FUNCREF, I32), results: Uint8Array.of(I32) },
  { params: Uint8Array.of(EXTERNREF, I32), results: Uint8Array.of(I32) },
];
export const OWN_TYPE = {
  refill: 0,
  growMemory: 1,
  growFunctions: 2,
  growExternals: 3,
} as const;

/** Globals behind the module's own: what remains, the stack left, the state. */
export const OWN_GLOBALS = 3;

/** Index of the first helper function. */
export function firstHelper(module: Module): number {
  return module.functions.length + module.importCount + 1;
}

/** Index of the first wrapper of an export. */
export function firstWrapper(module: Module): number {
  return firstHelper(module) + 1 + module.tables.length;
}

export function layoutOf(module: Module): Layout {
  const typeCount = module.types.length;
  const helpers = firstHelper(module);
  const globals = module.globals.length;
  return {
    typeCount,
    importCount: module.importCount,
    refill: module.importCount,
    growMemory: helpers,
    growTable: helpers + 1,
    remainingGlobal: globals,
    stackGlobal: globals + 1,
    stateGlobal: globals + 2,
    typeOfResults: (results) => {
      const index = module.resultTypes.get(results) ?? module.resultTypes.size;
      module.resultTypes.set(results, index);
      return 2 * typeCount + OWN_TYPES.length + index;
    },
  };
}
