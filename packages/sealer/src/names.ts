/** The names a sealed module has of its own. A module that uses one itself is refused. */

/** Import module of `refill`, and prefix of the exports. */
export const RESERVED = "near-offshore:seal";

/** Imported function (i64 remaining) -> i64: grants the next slice, or throws. */
export const REFILL_IMPORT = "refill";

/** Exported mutable i64 global: what is left of the slice. Exact while a host function runs. */
export const REMAINING_EXPORT = `${RESERVED}/remaining`;

/** Exported mutable i32 global: why the module stopped (`traps.ts`). */
export const STATE_EXPORT = `${RESERVED}/state`;

/** Exported function () -> (): the module's start function, if it has one. */
export const START_EXPORT = `${RESERVED}/start`;
