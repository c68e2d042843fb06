export * from "./digests.ts";
export { ERROR_CODES, type ErrorCode } from "./error-codes.ts";
export { type ErrorBody, OffshoreError } from "./errors.ts";
export * from "./keys.ts";
export * from "./pure/index.ts";
export * from "./schemas/api.ts";
export * from "./schemas/common.ts";
export * from "./schemas/contract.ts";
export * from "./schemas/worker-messages.ts";
