// Just enough of the WebAssembly binary format to check and rewrite a contract's imports, memory and exports.

/** Reads LEB128 numbers, names and vectors from a module's bytes. Reading past the end throws a `RangeError`. */
export class WasmReader {
  readonly bytes: Uint8Array;
  offset: number;
  readonly end: number;

  constructor(bytes: Uint8Array, offset = 0, end = bytes.length) {
    this.bytes = bytes;
    this.offset = offset;
    this.end = end;
  }

  get done(): boolean {
    return this.offset >= this.end;
  }

  byte(): number {
    if (this.done) throw new RangeError("unexpected end of module");
    return this.bytes[this.offset++]!;
  }

  u32(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if ((byte & 0x80) === 0) return value;
    }
    throw new RangeError("number is too long");
  }

  take(length: number): Uint8Array {
    if (this.offset + length > this.end) throw new RangeError("unexpected end of module");
    const slice = this.bytes.subarray(this.offset, this.offset + length);
    this.offset += length;
    return slice;
  }

  name(): string {
    return new TextDecoder("utf-8", { fatal: true }).decode(this.take(this.u32()));
  }

  /** What `read` returns, without moving on. */
  peek<T>(read: () => T): T {
    const { offset } = this;
    const value = read();
    this.offset = offset;
    return value;
  }

  /** A vector that is all there is. */
  whole<T>(read: () => T): T[] {
    const items = this.vector(read);
    if (!this.done) throw new RangeError("section is longer than its content");
    return items;
  }

  vector<T>(read: () => T): T[] {
    return Array.from({ length: this.u32() }, read);
  }
}

export const FUNCREF = 0x70;

const VALUE_TYPES: Readonly<Record<number, string>> = {
  127: "i",
  126: "I",
  125: "f",
  124: "F",
  [FUNCREF]: "r",
};

/** A value type of those that the chain has: i32, i64, f32, f64, funcref as i, I, f, F, r. */
export function readValueType(reader: WasmReader): string {
  const type = VALUE_TYPES[reader.byte()];
  if (type === undefined) throw new RangeError("unknown value type");
  return type;
}

/** Their names by those letters. */
export const VALUE_NAMES: Readonly<Record<string, string>> = {
  i: "i32",
  I: "i64",
  f: "f32",
  F: "f64",
  r: "funcref",
};

export function encodeU32(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest ? low | 0x80 : low);
  } while (rest);
  return Uint8Array.from(bytes);
}

export function encodeName(name: string): Uint8Array {
  const bytes = new TextEncoder().encode(name);
  return Uint8Array.of(...encodeU32(bytes.length), ...bytes);
}
