import { ERROR_CODES, type ErrorCode } from "./error-codes.ts";

/** What an error looks like on the wire: the body of every HTTP error, and an `error` frame's fields. */
export interface ErrorBody {
  error: { code: string; message: string; retryable: boolean };
}

/**
 * The one error class. `code` is stable and decides `status` (HTTP) and `retryable`; `message` says what was wrong and
 * what would be right.
 *
 * @example throw new OffshoreError("not_found", "no task 17: the newest is 12")
 */
export class OffshoreError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "OffshoreError";
    this.code = code;
  }

  get status(): (typeof ERROR_CODES)[ErrorCode]["status"] {
    return ERROR_CODES[this.code].status;
  }

  get retryable(): boolean {
    return ERROR_CODES[this.code].retryable;
  }

  /** Wire form: `{error: {code, message, retryable}}`. */
  toBody(): ErrorBody {
    return { error: { code: this.code, message: this.message, retryable: this.retryable } };
  }
}
