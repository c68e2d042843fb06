// The part of the protocol that the contract imports too: no hashing, no platform, no dependency but Borsh.
export * from "./borsh-schemas.ts";
export { DOMAINS } from "./domains.ts";
export * from "./failures.ts";
export { LIMITS, RULES_VERSION, STORAGE_BYTE_YOCTO, STORAGE_BYTES } from "./limits.ts";
export * from "./preimages.ts";
export * from "./quorum.ts";
export * from "./refs.ts";
export * from "./statuses.ts";
export type * from "./types.ts";
