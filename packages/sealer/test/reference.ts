/**
 * The reference counter: slow and obvious, written from docs/metering.md and sharing no code with the sealer. It puts an
 * addition to one global before every operator. No index changes but that of locals and globals added at the end.
 */

const I32 = 0x7f;
const I64 = 0x7e;
const FREE = new Set([0x00, 0x01, 0x02, 0x03, 0x05, 0x0b, 0x0f, 0x1a]);

/** Name of the exported i64 global with the count, and of the i32 global that says the count passed the bound. */
export const COUNT = "reference-count";

class Cursor {
  readonly bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  u32(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.at++]!;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }

  /** Passes over bytes with their number before them. */
  skipCounted(): number {
    const count = this.u32();
    this.at += count;
    return count;
  }
}

function leb(value: number): number[] {
  const out: number[] = [];
  let rest = value;
  do {
    const byte = rest % 128;
    rest = Math.floor(rest / 128);
    out.push(rest > 0 ? byte | 0x80 : byte);
  } while (rest > 0);
  return out;
}

function signedLeb(value: bigint): number[] {
  const out: number[] = [];
  let rest = value;
  for (;;) {
    const byte = Number(rest & 0x7fn);
    rest >>= 7n;
    if ((rest === 0n && byte < 64) || (rest === -1n && byte >= 64)) return [...out, byte];
    out.push(byte | 0x80);
  }
}

/** Passes over one operator and says what it is; `second` is the number behind a prefix. */
function skipOperator(cursor: Cursor): { opcode: number; second: number } {
  const opcode = cursor.bytes[cursor.at++]!;
  let second = -1;
  const numbers = (count: number) => {
    for (let i = 0; i < count; i++) cursor.u32();
  };
  if (opcode === 0x02 || opcode === 0x03 || opcode === 0x04) numbers(1);
  else if (opcode === 0x0c || opcode === 0x0d || opcode === 0x10 || opcode === 0x12) numbers(1);
  else if (opcode === 0x0e) numbers(cursor.u32() + 1);
  else if (opcode === 0x11 || opcode === 0x13) numbers(2);
  else if (opcode === 0x1c) numbers(cursor.u32());
  else if (opcode >= 0x20 && opcode <= 0x26) numbers(1);
  else if (opcode >= 0x28 && opcode <= 0x3e) numbers(2);
  else if (opcode === 0x3f || opcode === 0x40 || opcode === 0x41 || opcode === 0x42) numbers(1);
  else if (opcode === 0x43) cursor.at += 4;
  else if (opcode === 0x44) cursor.at += 8;
  else if (opcode === 0xd0 || opcode === 0xd2) numbers(1);
  else if (opcode === 0xfc) {
    second = cursor.u32();
    numbers([0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 1, 2, 1, 2, 1, 1, 1][second]!);
  } else if (opcode === 0xfd) {
    second = cursor.u32();
    if (second <= 11 || second === 92 || second === 93) numbers(2);
    else if (second === 12 || second === 13) cursor.at += 16;
    else if (second >= 21 && second <= 34) cursor.at += 1;
    else if (second >= 84 && second <= 91) {
      numbers(2);
      cursor.at += 1;
    }
  }
  return { opcode, second };
}

/** Type of the result that may be a NaN with bits of the machine's choice, or null. */
function nanResult(opcode: number, second: number): "f32" | "f64" | "f32x4" | "f64x2" | null {
  if ((opcode >= 0x8d && opcode <= 0x97) || opcode === 0xb6) return "f32";
  if ((opcode >= 0x9b && opcode <= 0xa5) || opcode === 0xbb) return "f64";
  if (opcode !== 0xfd) return null;
  if ([94, 103, 104, 105, 106, 227, 228, 229, 230, 231, 232, 233].includes(second)) return "f32x4";
  if ([95, 116, 117, 122, 148, 239, 240, 241, 242, 243, 244, 245].includes(second)) return "f64x2";
  return null;
}

interface Places {
  count: number;
  /** First of five locals: i32, f32, f64, v128. */
  locals: number;
  countMax: bigint;
}

function add(places: Places, value: number[]): number[] {
  const { count } = places;
  return [0x23, ...leb(count), ...value, 0x7c, 0x24, ...leb(count)];
}

/** Counting of one operator, and the end of a run that goes on for too long. */
function before(opcode: number, second: number, places: Places): number[] {
  const { count, locals, countMax } = places;
  const out: number[] = [];
  if (!FREE.has(opcode)) out.push(...add(places, [0x42, 1]));
  if (opcode === 0x40 || (opcode === 0xfc && second >= 8 && ![9, 13, 16].includes(second))) {
    const n = [0x20, ...leb(locals), 0xad];
    out.push(0x22, ...leb(locals));
    if (opcode === 0x40) out.push(...add(places, [...n, 0x42, ...signedLeb(8192n), 0x7e]));
    else if (second <= 11) out.push(...add(places, [...n, 0x42, 3, 0x88]));
    else out.push(...add(places, n));
  }
  if (opcode === 0x0c || opcode === 0x0d || opcode === 0x0e || (opcode >= 0x10 && opcode <= 0x13)) {
    out.push(0x23, ...leb(count), 0x42, ...signedLeb(countMax), 0x55, 0x04, 0x40, 0x00, 0x0b);
  }
  return out;
}

/** x -> x == x ? x : NaN. */
function canonical(type: "f32" | "f64" | "f32x4" | "f64x2", places: Places): number[] {
  const single = [0, 0, 0xc0, 0x7f];
  const double = [0, 0, 0, 0, 0, 0, 0xf8, 0x7f];
  const [place, nan, equal, choose] = {
    f32: [1, [0x43, ...single], [0x5b], [0x1b]] as const,
    f64: [2, [0x44, ...double], [0x61], [0x1b]] as const,
    f32x4: [3, [0xfd, 12, ...single, ...single, ...single, ...single], [0xfd, 65], [0xfd, 82]] as const,
    f64x2: [3, [0xfd, 12, ...double, ...double], [0xfd, 71], [0xfd, 82]] as const,
  }[type];
  const local = leb(places.locals + place);
  return [0x22, ...local, ...nan, 0x20, ...local, 0x20, ...local, ...equal, ...choose];
}

function rewriteBody(
  bytes: Uint8Array,
  start: number,
  end: number,
  paramCount: number,
  places: Places,
  nan: boolean,
): number[] {
  const cursor = new Cursor(bytes, start);
  const groups = cursor.u32();
  let locals = paramCount;
  const groupsStart = cursor.at;
  for (let i = 0; i < groups; i++) {
    locals += cursor.u32();
    cursor.u32();
  }
  const own = { ...places, locals };
  const out = [
    ...leb(groups + 4),
    ...bytes.subarray(groupsStart, cursor.at),
    1,
    I32,
    1,
    0x7d,
    1,
    0x7c,
    1,
    0x7b,
  ];
  out.push(...add(own, [0x42, 1]));
  while (cursor.at < end) {
    const from = cursor.at;
    const { opcode, second } = skipOperator(cursor);
    out.push(...before(opcode, second, own), ...bytes.subarray(from, cursor.at));
    const type = nan ? nanResult(opcode, second) : null;
    if (type) out.push(...canonical(type, own));
  }
  return [...leb(out.length), ...out];
}

interface Section {
  id: number;
  start: number;
  end: number;
}

function sectionsOf(bytes: Uint8Array): Section[] {
  const sections: Section[] = [];
  const cursor = new Cursor(bytes, 8);
  while (cursor.at < bytes.length) {
    const id = bytes[cursor.at++]!;
    const size = cursor.u32();
    sections.push({ id, start: cursor.at, end: cursor.at + size });
    cursor.at += size;
  }
  return sections.filter((section) => section.id !== 0);
}

function paramCounts(bytes: Uint8Array, section: Section): number[] {
  const cursor = new Cursor(bytes, section.start);
  return Array.from({ length: cursor.u32() }, () => {
    cursor.at++;
    const params = cursor.skipCounted();
    cursor.skipCounted();
    return params;
  });
}

function importedGlobals(bytes: Uint8Array, section: Section): number {
  const cursor = new Cursor(bytes, section.start);
  let globals = 0;
  for (let left = cursor.u32(); left > 0; left--) {
    cursor.skipCounted();
    cursor.skipCounted();
    const kind = bytes[cursor.at++]!;
    if (kind === 0) cursor.u32();
    else if (kind === 3) {
      globals++;
      cursor.at += 2;
    } else {
      if (kind === 1) cursor.at++;
      if (cursor.u32() === 1) cursor.u32();
      cursor.u32();
    }
  }
  return globals;
}

/** The module with a counter in it. It stops with `unreachable` soon after the count has passed `countMax`. */
export function withReferenceCounter(
  bytes: Uint8Array,
  countMax: bigint,
  canonicalNans = false,
): Uint8Array<ArrayBuffer> {
  const sections = sectionsOf(bytes);
  const find = (id: number) => sections.find((section) => section.id === id);
  const types = paramCounts(bytes, find(1)!);
  const imports = find(2);
  const globals = find(6);
  const ownGlobals = globals ? new Cursor(bytes, globals.start).u32() : 0;
  const count = (imports ? importedGlobals(bytes, imports) : 0) + ownGlobals;
  const places = { count, locals: 0, countMax };
  const contents = new Map<number, Uint8Array>();
  for (const { id, start, end } of sections) contents.set(id, bytes.subarray(start, end));
  const appendItem = (id: number, item: number[]) => {
    const old = contents.get(id) ?? Uint8Array.of(0);
    const cursor = new Cursor(old);
    const items = cursor.u32();
    contents.set(id, joined([leb(items + 1), old.subarray(cursor.at), item]));
  };
  appendItem(6, [I64, 1, 0x42, 0, 0x0b]);
  const name = [...new TextEncoder().encode(COUNT)];
  appendItem(7, [...leb(name.length), ...name, 3, ...leb(count)]);
  const code = find(10);
  if (code) contents.set(10, rewriteCode(bytes, code, find(3)!, types, places, canonicalNans));
  const out: ArrayLike<number>[] = [bytes.subarray(0, 8)];
  for (const id of [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 10, 11]) {
    const content = contents.get(id);
    if (content) out.push([id, ...leb(content.length)], content);
  }
  return joined(out);
}

function joined(parts: ArrayLike<number>[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function rewriteCode(
  bytes: Uint8Array,
  code: Section,
  functions: Section,
  types: number[],
  places: Places,
  nan: boolean,
): Uint8Array {
  const cursor = new Cursor(bytes, code.start);
  const typeIndices = new Cursor(bytes, functions.start);
  const bodies = cursor.u32();
  typeIndices.u32();
  const out: ArrayLike<number>[] = [leb(bodies)];
  for (let i = 0; i < bodies; i++) {
    const size = cursor.u32();
    const params = types[typeIndices.u32()]!;
    out.push(Uint8Array.from(rewriteBody(bytes, cursor.at, cursor.at + size, params, places, nan)));
    cursor.at += size;
  }
  return joined(out);
}
