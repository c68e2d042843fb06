/** The sealer: makes a WebAssembly module metered and deterministic before it runs. See README.md and docs/metering.md. */

export { SealError, type SealErrorCode } from "./error.ts";
export type { Frames } from "./frames.ts";
export type { ExportInfo, Feature, ImportInfo, MemoryInfo, ModuleInfo } from "./info.ts";
export { inspect } from "./inspect.ts";
export { LIMITS } from "./limits.ts";
export { Meter, type MeterOptions, type RunEnd } from "./meter.ts";
export type { EngineName } from "./plan.ts";
export { type Prices, RULES_1_PRICES, RULES_VERSION } from "./prices.ts";
export { type SealedModule, type SealForm, type SealOptions, seal } from "./seal.ts";
export { type CallFault, TRAP_KINDS, type TrapKind } from "./traps.ts";
