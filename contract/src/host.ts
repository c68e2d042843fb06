// The chain's host functions that the contract uses: near-sdk-js's, and what the build adds to them (build/c).
import * as near from "near-sdk-js/lib/api";

declare const env: {
  promise_yield_create(
    method: string,
    args: Uint8Array,
    gas: bigint,
    gas_weight: bigint,
    register: number,
  ): bigint;
  promise_yield_resume(data_id: Uint8Array, payload: Uint8Array): number;
  ed25519_verify(signature: Uint8Array, message: Uint8Array, public_key: Uint8Array): number;
  is_utf8(bytes: Uint8Array): boolean;
  json_depth(text: Uint8Array): number;
  is_json(text: Uint8Array, depth_max: number): boolean;
  json_quote(text: Uint8Array): Uint8Array;
  hex_encode(bytes: Uint8Array): string;
  hex_decode(text: string): Uint8Array | null;
  base64_decode(text: string): Uint8Array | null;
  base58_encode(bytes: Uint8Array): string;
  base58_decode(text: string, length: number): Uint8Array | null;
  promise_result(index: number, register: number): bigint;
  read_register(register: number): Uint8Array;
  panic_utf8(message: Uint8Array): never;
  utf8_string_to_uint8array(text: string): Uint8Array;
  uint8array_to_utf8_string(bytes: Uint8Array): string;
};

const REGISTER = 0;
const PROMISE_SUCCEEDED = 1n;

export { near };

/** UTF-8 bytes of a string. QuickJS has no TextEncoder. */
export function encodeText(text: string): Uint8Array {
  return env.utf8_string_to_uint8array(text);
}

/** Text of UTF-8 bytes; what is not UTF-8 becomes U+FFFD. */
export function decodeText(bytes: Uint8Array): string {
  return env.uint8array_to_utf8_string(bytes);
}

/** Whether bytes are UTF-8. QuickJS takes and makes more than that: halves of surrogate pairs. */
export function isUtf8(bytes: Uint8Array): boolean {
  return env.is_utf8(bytes);
}

/** How deep brackets outside strings nest in UTF-8 text. `JSON.parse` recurses as deep as it is told to. */
export function jsonDepth(text: Uint8Array): number {
  return env.json_depth(text);
}

/** Whether bytes are one JSON value in UTF-8 (RFC 8259) that nests at most `depth_max` deep (64 at most). */
export function isJson(text: Uint8Array, depth_max: number): boolean {
  return env.is_json(text, depth_max);
}

/** UTF-8 text as a JSON string; what is not UTF-8 becomes U+FFFD. */
export function quoteJson(text: Uint8Array): Uint8Array {
  return env.json_quote(text);
}

/** Lowercase hexadecimal text of bytes. */
export function encodeHex(bytes: Uint8Array): string {
  return env.hex_encode(bytes);
}

/** Bytes of lowercase hexadecimal text, or null. */
export function decodeHex(text: string): Uint8Array | null {
  return env.hex_decode(text);
}

/** Bytes of base64 text with padding, or null unless it is the one way to write them. */
export function decodeBase64(text: string): Uint8Array | null {
  return env.base64_decode(text);
}

/** Base58 text of at most 64 bytes. */
export function encodeBase58(bytes: Uint8Array): string {
  return env.base58_encode(bytes);
}

/** Bytes of base58 text, or null unless it is the one way to write exactly `length_bytes` (at most 64) bytes. */
export function decodeBase58(text: string, length_bytes: number): Uint8Array | null {
  return env.base58_decode(text, length_bytes);
}

/** Ends the call and undoes what it did. Unlike an exception's, the message has no stack trace. */
export function panic(message: string): never {
  return env.panic_utf8(encodeText(message));
}

/** Creates a yield: `method` of this contract is called when it is resumed, or after 200 blocks. */
export function yieldCreate(
  method: string,
  args: unknown,
  gas: bigint,
): { promise: bigint; data_id: Uint8Array } {
  const gas_weight = 1n;
  const promise = env.promise_yield_create(
    method,
    encodeText(JSON.stringify(args)),
    gas,
    gas_weight,
    REGISTER,
  );
  return { promise, data_id: env.read_register(REGISTER) };
}

/** Resumes a yield. False where there is none to resume: it was made in this very block, or it is over. */
export function yieldResume(data_id: Uint8Array): boolean {
  return env.promise_yield_resume(data_id, encodeText("{}")) === 1;
}

/** Whether `signature` (64 bytes) is one of `public_key` (32 bytes) over `message`, by the chain's own rules. */
export function ed25519Verify(signature: Uint8Array, message: Uint8Array, public_key: Uint8Array): boolean {
  return env.ed25519_verify(signature, message, public_key) === 1;
}

/** What the first promise that a callback waited for answered; null where it failed. */
export function promiseAnswer(): Uint8Array | null {
  return env.promise_result(0, REGISTER) === PROMISE_SUCCEEDED ? env.read_register(REGISTER) : null;
}
