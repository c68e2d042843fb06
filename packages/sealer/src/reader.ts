/** Reads the binary format (WebAssembly core specification, section 5). Every read is bounded; every fault is a SealError. */

import { malformed } from "./error.ts";

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export class Reader {
  readonly bytes: Uint8Array;
  position: number;
  end: number;

  constructor(bytes: Uint8Array, position = 0, end = bytes.length) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }

  byte(): number {
    if (this.position >= this.end) malformed("unexpected end", this.position);
    return this.bytes[this.position++]!;
  }

  /** An unsigned 32-bit number, LEB128. */
  u32(): number {
    const first = this.byte();
    return first < 0x80 ? first : this.#longU32(first & 0x7f);
  }

  #longU32(first: number): number {
    let value = first;
    for (let shift = 7; shift < 28; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    const last = this.byte();
    if (last > 0x0f) malformed("number too long", this.position - 1);
    return (value | (last << 28)) >>> 0;
  }

  /** A signed 32-bit number, LEB128. */
  s32(): number {
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (value << (25 - shift)) >> (25 - shift);
    }
    const last = this.byte();
    if (last > 0x07 && (last < 0x78 || last > 0x7f)) malformed("number too long", this.position - 1);
    return value | (last << 28);
  }

  /** A signed 33-bit number, LEB128: a block type. */
  s33(): number {
    const start = this.position;
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (value << (25 - shift)) >> (25 - shift);
    }
    const last = this.byte();
    if (last <= 0x0f) return value + (last & 0x0f) * 2 ** 28;
    if (last < 0x70 || last > 0x7f) malformed("number too long", start);
    return value + ((last & 0x1f) - 32) * 2 ** 28;
  }

  /** Passes over a signed 64-bit number, LEB128. */
  skipS64(): void {
    for (let count = 0; count < 9; count++) if (this.byte() < 0x80) return;
    const last = this.byte();
    if (last !== 0x00 && last !== 0x7f) malformed("number too long", this.position - 1);
  }

  skip(count: number): void {
    if (count > this.end - this.position) malformed("unexpected end", this.end);
    this.position += count;
  }

  /** A name: UTF-8 with its length in bytes before it. */
  name(bytesMax: number): string {
    const length = this.u32();
    const start = this.position;
    if (length > bytesMax) malformed("name too long", start);
    this.skip(length);
    try {
      return UTF8.decode(this.bytes.subarray(start, this.position));
    } catch {
      return malformed("name is not UTF-8", start);
    }
  }
}
