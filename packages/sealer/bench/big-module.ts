/** A real module of several megabytes to seal: LLVM, cut to size. */

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const LLVM = new URL("./llvm.core.wasm", import.meta.resolve("@yowasp/clang"));
const CODE = 10;
const DATA = 11;
/** No locals, `unreachable`, `end`. */
const EMPTY_BODY = [3, 0x00, 0x00, 0x0b];

/** The compiler's own module with some `code_bytes` of its functions; the rest of them are empty, and so are its data segments. */
export async function bigModule(code_bytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(await readFile(fileURLToPath(LLVM)));
  const parts = [bytes.subarray(0, 8)];
  const reader = { bytes, position: 8 };
  while (reader.position < bytes.length) {
    const start = reader.position;
    const id = bytes[reader.position++]!;
    const length = readU32(reader);
    const end = reader.position + length;
    if (id === CODE) parts.push(section(CODE, cutCode(reader, code_bytes)));
    else if (id === DATA) parts.push(section(DATA, emptyData(reader)));
    else parts.push(bytes.subarray(start, end));
    reader.position = end;
  }
  return join(parts);
}

interface Reader {
  bytes: Uint8Array;
  position: number;
}

function cutCode(reader: Reader, code_bytes: number): Uint8Array {
  const functions = readU32(reader);
  const start = reader.position;
  let kept = 0;
  while (kept < functions && reader.position - start < code_bytes) {
    const length = readU32(reader);
    reader.position += length;
    kept++;
  }
  const empty = new Uint8Array((functions - kept) * EMPTY_BODY.length).map((_, i) => EMPTY_BODY[i % 4]!);
  return join([u32(functions), reader.bytes.subarray(start, reader.position), empty]);
}

/** As many passive segments of nothing. */
function emptyData(reader: Reader): Uint8Array {
  const segments = readU32(reader);
  return join([u32(segments), new Uint8Array(segments * 2).map((_, i) => (i % 2 ? 0 : 1))]);
}

function section(id: number, content: Uint8Array): Uint8Array {
  return join([Uint8Array.of(id), u32(content.length), content]);
}

function readU32(reader: Reader): number {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = reader.bytes[reader.position++]!;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return value >>> 0;
  }
}

function u32(value: number): Uint8Array {
  const bytes: number[] = [];
  do bytes.push((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
  while ((value >>>= 7) > 0);
  return Uint8Array.from(bytes);
}

function join(parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let position = 0;
  for (const part of parts) {
    whole.set(part, position);
    position += part.length;
  }
  return whole;
}
