// Strings that contracts hand over: UTF-8 and UTF-16, with a length or up to a nul.
import { isValidAccountId } from "../encoding/account-id.ts";
import { HostError } from "../errors.ts";
import { CHAIN_LIMITS } from "../parameters.ts";
import { type HostState, U64_MAX } from "./host-state.ts";

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function badUtf8(): HostError {
  return new HostError("BadUTF8", "String encoding is bad UTF-8 sequence.");
}

function badUtf16(): HostError {
  return new HostError("BadUTF16", "String encoding is bad UTF-16 sequence.");
}

export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    throw badUtf8();
  }
}

export function totalLogLengthExceeded(host: HostState, added: bigint | number): HostError {
  const limit = CHAIN_LIMITS.max_total_log_length;
  const length = BigInt(host.total_log_length) + BigInt(added);
  const message = `The length of a log message ${length} exceeds the limit ${limit}`;
  return new HostError("TotalLogLengthExceeded", message, { length: `${length}`, limit });
}

/** A log or panic message; `len` is the largest u64 when it ends with a nul byte. */
export function readUtf8(host: HostState, len: bigint, ptr: bigint): string {
  host.gas.payBase("utf8_decoding_base");
  const max = CHAIN_LIMITS.max_total_log_length - host.total_log_length;
  let bytes: Uint8Array;
  if (len === U64_MAX) {
    bytes = readUntilNul(host, ptr, max);
  } else {
    if (len > BigInt(max)) throw totalLogLengthExceeded(host, len);
    bytes = host.memory.read(ptr, len);
  }
  host.gas.payPer("utf8_decoding_byte", bytes.length);
  return decodeUtf8(bytes);
}

function readUntilNul(host: HostState, ptr: bigint, max: number): Uint8Array {
  const bytes: number[] = [];
  for (let i = 0; ; i++) {
    const byte = host.memory.readU8(ptr + BigInt(i));
    if (byte === 0) return Uint8Array.from(bytes);
    if (i === max) throw totalLogLengthExceeded(host, max + 1);
    bytes.push(byte);
  }
}

/** As `readUtf8`, in UTF-16; `len` is in bytes. */
export function readUtf16(host: HostState, len: bigint, ptr: bigint): string {
  host.gas.payBase("utf16_decoding_base");
  const max = BigInt(CHAIN_LIMITS.max_total_log_length - host.total_log_length);
  const until_nul = len === U64_MAX;
  const length = until_nul ? lengthUntilNul16(host, ptr, max) : len;
  const bytes = until_nul ? host.memory.viewForFree(ptr, length) : host.memory.read(ptr, length);
  if (length % 2n !== 0n) throw badUtf16();
  if (length > max) throw totalLogLengthExceeded(host, length);
  host.gas.payPer("utf16_decoding_byte", Number(length));
  const text = Buffer.from(bytes).toString("utf16le");
  if (!text.isWellFormed()) throw badUtf16();
  return text;
}

function lengthUntilNul16(host: HostState, ptr: bigint, max: bigint): bigint {
  for (let length = 0n; ; length += 2n) {
    if (length > max) throw totalLogLengthExceeded(host, length);
    if (host.memory.readU16(ptr + length) === 0) return length;
  }
}

/** An account id from memory or a register; refuses what is not one. */
export function readAccountId(host: HostState, len: bigint, ptr: bigint): string {
  const bytes = host.bytes(len, ptr);
  host.gas.payBase("utf8_decoding_base");
  host.gas.payPer("utf8_decoding_byte", bytes.length);
  const account_id = decodeUtf8(bytes);
  if (!isValidAccountId(account_id)) {
    throw new HostError("InvalidAccountId", "VM Logic returned an invalid account id");
  }
  return account_id;
}
