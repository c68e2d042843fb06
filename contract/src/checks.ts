// Checks of arguments. The sdk hands over whatever JSON the caller sent; every value is checked here, by a function that
// returns it typed or refuses it with `invalid_argument` and a sentence that names it.
import { refuse } from "./errors.ts";
import { decodeBase58, decodeBase64 } from "./host.ts";

export type Json = Record<string, unknown>;

const DESCRIBED_CHARS_MAX = 80;

/** Refuses an argument: what it should have been, and what it is. */
export function wrong(name: string, expected: string, value: unknown): never {
  if (value === undefined) return refuse("invalid_argument", `${name} is missing: expected ${expected}`);
  return refuse("invalid_argument", `${name} must be ${expected}, got ${describe(value)}`);
}

export function object(value: unknown, name: string): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return wrong(name, "an object", value);
  }
  return value as Json;
}

export function list(value: unknown, name: string, length_min: number, length_max: number): unknown[] {
  const fits = Array.isArray(value) && value.length >= length_min && value.length <= length_max;
  return fits ? value : wrong(name, `a list of ${length_min} to ${length_max} items`, value);
}

export function integer(value: unknown, name: string, min: number, max: number): number {
  const fits = typeof value === "number" && Number.isInteger(value) && value >= min && value <= max;
  return fits ? value : wrong(name, `an integer from ${min} to ${max}`, value);
}

/** A number above 0 and below 1. */
export function fraction(value: unknown, name: string): number {
  const fits = typeof value === "number" && value > 0 && value < 1;
  return fits ? value : wrong(name, "a number above 0 and below 1", value);
}

/** An amount of money: a decimal string of yoctoNEAR within bounds. */
export function yocto(value: unknown, name: string, min: bigint, max: bigint): bigint {
  const amount = typeof value === "string" && /^(0|[1-9][0-9]{0,38})$/.test(value) ? BigInt(value) : null;
  const fits = amount !== null && amount >= min && amount <= max;
  return fits ? amount : wrong(name, `a decimal string of ${min} to ${max} yoctoNEAR`, value);
}

export function boolean(value: unknown, name: string): boolean {
  return typeof value === "boolean" ? value : wrong(name, "true or false", value);
}

export function text(value: unknown, name: string, chars_max: number): string {
  const fits = typeof value === "string" && value.length <= chars_max;
  return fits ? value : wrong(name, `a string of at most ${chars_max} characters`, value);
}

/** A location: printable ASCII without spaces or quotes, so that it can neither forge a log nor a storage key. */
export function location(value: unknown, name: string, chars_max: number): string {
  const fits = typeof value === "string" && value.length <= chars_max && /^[!#-[\]-~]+$/.test(value);
  return fits ? value : wrong(name, `1 to ${chars_max} printable ASCII characters without spaces`, value);
}

export function oneOf<T extends string>(value: unknown, name: string, options: readonly T[]): T {
  return options.includes(value as T) ? (value as T) : wrong(name, `one of ${options.join(", ")}`, value);
}

/** 32 bytes as 64 lowercase hexadecimal characters. */
export function hex32(value: unknown, name: string): string {
  const fits = typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
  return fits ? value : wrong(name, "64 lowercase hexadecimal characters", value);
}

/** https://nomicon.io/DataStructures/Account#account-id-rules */
export function accountId(value: unknown, name: string): string {
  const fits =
    typeof value === "string" &&
    value.length >= 2 &&
    value.length <= 64 &&
    /^[a-z0-9]+([-_.][a-z0-9]+)*$/.test(value);
  return fits ? value : wrong(name, "a NEAR account id", value);
}

/** `ed25519:<base58 of 32 bytes>` and its bytes. */
export function publicKey(value: unknown, name: string): { text: string; bytes: Uint8Array } {
  return nearText(value, name, 32, "public key");
}

/** Bytes of `ed25519:<base58 of 64 bytes>`. */
export function signature(value: unknown, name: string): Uint8Array {
  return nearText(value, name, 64, "signature").bytes;
}

/** Bytes of canonical base64. */
export function base64(value: unknown, name: string, bytes_max: number): Uint8Array {
  const chars_max = Math.ceil(bytes_max / 3) * 4;
  const fits = typeof value === "string" && value.length <= chars_max;
  const bytes = fits ? decodeBase64(value) : null;
  if (bytes === null || bytes.length > bytes_max) {
    return wrong(name, `base64, with padding, of at most ${bytes_max} bytes`, value);
  }
  return bytes;
}

function nearText(value: unknown, name: string, length_bytes: number, what: string) {
  const bytes =
    typeof value === "string" && value.startsWith("ed25519:")
      ? decodeBase58(value.slice(8), length_bytes)
      : null;
  if (bytes === null)
    return wrong(name, `an Ed25519 ${what}, ed25519:<base58 of ${length_bytes} bytes>`, value);
  return { text: value as string, bytes };
}

/** A value for people, whatever it is. What JSON cannot say (1e999 is parsed to Infinity) is said as JavaScript does. */
function describe(value: unknown): string {
  const json = typeof value === "number" ? String(value) : JSON.stringify(value);
  if (json.length <= DESCRIBED_CHARS_MAX) return json;
  // Half of a surrogate pair is no text.
  const shown = json.slice(0, DESCRIBED_CHARS_MAX).replace(/[\ud800-\udbff]$/, "");
  return `${shown}... (${json.length} characters)`;
}
