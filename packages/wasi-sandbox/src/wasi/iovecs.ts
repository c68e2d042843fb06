import { SANDBOX_LIMITS } from "../limits.ts";
import { ERRNO } from "./abi.ts";
import { fail } from "./errors.ts";
import type { GuestMemory } from "./memory.ts";
import type { Wasi } from "./wasi.ts";

/** The buffers of a read or write, all within memory. */
export interface Iovecs {
  readonly buffers: readonly { readonly pointer: number; readonly length: number }[];
  /** Sum of the lengths; fits an u32. */
  readonly total: number;
}

/**
 * Reads an array of `iovec` or `ciovec`. Those beyond `iovecs_max` are left for another call: it is a short read or write. Fails with
 * `EINVAL` if there are too many bytes to be counted.
 */
export function readIovecs(wasi: Wasi, pointer: number, given: number): Iovecs {
  const count = Math.min(given, SANDBOX_LIMITS.iovecs_max);
  const { memory } = wasi;
  const view = memory.check(pointer, count * 8);
  wasi.chargeItems(count);
  const buffers = [];
  let total = 0;
  for (let at = pointer; at < pointer + count * 8; at += 8) {
    const buffer = { pointer: view.getUint32(at, true), length: view.getUint32(at + 4, true) };
    memory.check(buffer.pointer, buffer.length);
    buffers.push(buffer);
    total += buffer.length;
  }
  if (total > 0xffffffff) fail(ERRNO.INVAL);
  return { buffers, total };
}

/** Visits the first `limit` bytes of the buffers in order, as windows onto memory. */
export function visitIovecs(
  memory: GuestMemory,
  { buffers }: Iovecs,
  limit: number,
  visit: (bytes: Uint8Array, done: number) => void,
): void {
  let done = 0;
  for (const { pointer, length } of buffers) {
    const part = Math.min(length, limit - done);
    if (part > 0) visit(memory.bytes(pointer, part), done);
    done += part;
  }
}
