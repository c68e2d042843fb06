// Why the chain refuses to run a contract at all.

/** The code is not a contract; `kind` is nearcore's `PrepareError`. */
export class PrepareError extends Error {
  override name = "PrepareError";
  readonly kind: string;

  constructor(kind: string) {
    super(`contract cannot be prepared: ${kind}`);
    this.kind = kind;
  }
}

/** The module imports what the chain does not have. */
export class LinkError extends Error {
  override name = "LinkError";
}
