/** Why a module is refused. */

/**
 * `malformed`: not a module, or cut short. `invalid`: does not validate. `unsupported`: uses what the rules refuse, named in `feature`.
 * `limit`: larger than `LIMITS`. `reserved_name`: imports or exports a name of the sealer's own.
 */
export type SealErrorCode = "malformed" | "invalid" | "unsupported" | "limit" | "reserved_name";

/** A module was refused. `offset` is a byte offset into the original module. */
export class SealError extends Error {
  readonly code: SealErrorCode;
  readonly offset: number;
  readonly feature: string | undefined;

  constructor(code: SealErrorCode, message: string, offset: number, feature?: string) {
    super(`${message} (at byte 0x${offset.toString(16)})`);
    this.name = "SealError";
    this.code = code;
    this.offset = offset;
    this.feature = feature;
  }
}

/** Throws: the module does not validate. */
export function invalid(message: string, offset: number): never {
  throw new SealError("invalid", message, offset);
}

/** Throws: the bytes are not a module. */
export function malformed(message: string, offset: number): never {
  throw new SealError("malformed", message, offset);
}

/** Throws: the module uses a feature that the rules refuse. */
export function unsupported(feature: string, offset: number): never {
  throw new SealError("unsupported", `${feature} is not supported`, offset, feature);
}
