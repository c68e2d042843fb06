import { ERRNO } from "./abi.ts";
import { fail } from "./errors.ts";

const EMPTY = new ArrayBuffer(0);

/**
 * The guest's memory as WASI calls see it. Every access is checked: one out of bounds makes the call return `EFAULT`,
 * and never throws anything that the engine would. A guest without memory has one of zero bytes.
 */
export class GuestMemory {
  #memory: WebAssembly.Memory | null = null;
  #view = new DataView(EMPTY);

  attach(memory: WebAssembly.Memory): void {
    this.#memory = memory;
  }

  /** The view that is valid now: a growth detaches the one before. */
  #current(): DataView {
    const buffer = this.#memory?.buffer ?? EMPTY;
    if (this.#view.buffer !== buffer) this.#view = new DataView(buffer);
    return this.#view;
  }

  /** Fails with `EFAULT` unless all of [pointer, pointer + length) is in memory. Do this before a call's first effect. */
  check(pointer: number, length: number): DataView {
    const view = this.#current();
    if (pointer + length > view.byteLength) fail(ERRNO.FAULT);
    return view;
  }

  /** A window onto the guest's bytes; good until the guest runs again. */
  bytes(pointer: number, length: number): Uint8Array {
    return new Uint8Array(this.check(pointer, length).buffer, pointer, length);
  }

  u8(pointer: number): number {
    return this.check(pointer, 1).getUint8(pointer);
  }

  u16(pointer: number): number {
    return this.check(pointer, 2).getUint16(pointer, true);
  }

  u32(pointer: number): number {
    return this.check(pointer, 4).getUint32(pointer, true);
  }

  u64(pointer: number): bigint {
    return this.check(pointer, 8).getBigUint64(pointer, true);
  }

  setU32(pointer: number, value: number): void {
    this.check(pointer, 4).setUint32(pointer, value, true);
  }

  setU64(pointer: number, value: bigint): void {
    this.check(pointer, 8).setBigUint64(pointer, value, true);
  }
}
