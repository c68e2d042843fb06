// The three ways things fail on the chain. Each carries nearcore's own JSON, so that clients parse it as they do a node's.
import type { ActionError } from "./types.ts";

/** The transaction is refused before anything happens: bad signature, nonce, balance... (`InvalidTxError`). */
export class InvalidTransaction extends Error {
  override name = "InvalidTransaction";
  readonly kind: unknown;

  /** @param kind nearcore's JSON, for instance `{InvalidNonce: {tx_nonce, ak_nonce}}` or `"InvalidSignature"`. */
  constructor(kind: unknown) {
    super(`invalid transaction: ${JSON.stringify(kind)}`);
    this.kind = kind;
  }
}

/** An action fails: the receipt's changes are undone and its deposits are refunded (`ActionErrorKind`). */
export class ActionFailure extends Error {
  override name = "ActionFailure";
  readonly kind: unknown;

  /** @param kind nearcore's JSON, for instance `{AccountDoesNotExist: {account_id}}`. */
  constructor(kind: unknown) {
    super(`action failed: ${JSON.stringify(kind)}`);
    this.kind = kind;
  }

  withIndex(index: number | null): ActionError {
    return { index, kind: this.kind };
  }
}

/** A host function refuses: the contract's execution ends (`HostError`). `message` is what nearcore prints. */
export class HostError extends Error {
  override name = "HostError";
  readonly kind: string;
  readonly fields: Record<string, string | number>;

  constructor(kind: string, message: string, fields: Record<string, string | number> = {}) {
    super(message);
    this.kind = kind;
    this.fields = fields;
  }
}
