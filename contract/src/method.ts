// What turns a function of arguments into a method of the contract.
import { type Json, object } from "./checks.ts";
import { refuse } from "./errors.ts";
import { decodeText, encodeText, jsonDepth, near } from "./host.ts";
import { JSON_DEPTH_MAX } from "./limits.ts";

/** A function from checked-to-be-an-object arguments to what the method returns (undefined: nothing). */
export type Handler = (args: Json) => unknown;

/** A method that only reads. */
export function view(handler: Handler): () => void {
  return () => answer(handler(readArguments()));
}

/** A method that changes state and takes no money. */
export function call(handler: Handler): () => void {
  return () => {
    const deposit = near.attachedDeposit();
    if (deposit !== 0n) refuse("not_payable", `this method takes no deposit, got ${deposit} yoctoNEAR`);
    answer(handler(readArguments()));
  };
}

/** A method that changes state and may take a deposit. */
export function payable(handler: Handler): () => void {
  return () => answer(handler(readArguments()));
}

/** A method that only this contract's own promises may call. */
export function callback(handler: Handler): () => void {
  return () => {
    if (near.predecessorAccountId() !== near.currentAccountId()) {
      refuse("not_private", "only the contract itself may call this method");
    }
    answer(handler(readArguments()));
  };
}

/** A value that is JSON text already, to be returned as it is. */
export class RawJson {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

function readArguments(): Json {
  const input = near.inputRaw();
  if (input.length === 0) return {};
  if (jsonDepth(input) > JSON_DEPTH_MAX) {
    refuse("invalid_argument", `the arguments nest deeper than ${JSON_DEPTH_MAX}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(decodeText(input));
  } catch {
    return refuse("invalid_argument", "the arguments are not JSON");
  }
  return object(value, "the arguments");
}

function answer(value: unknown): void {
  if (value instanceof RawJson) near.valueReturnRaw(value.bytes);
  else if (value !== undefined) near.valueReturnRaw(encodeText(JSON.stringify(value)));
}
