// A random integer, uniform in [min, max]. Input and output are JSON; see README.md for the exact rules.

const INPUT_BYTES_MAX = 1024;
const INTEGER_MAX: i64 = 9007199254740991; // 2^53 - 1: every JSON reader holds it exactly

const input = new Uint8Array(INPUT_BYTES_MAX + 1); // ends with a zero
let at = 0;

function fail(message: string): void {
  process.stderr.write(`get-random: ${message}\n`);
  process.exit(1);
}

function char(text: string): u8 {
  return <u8>text.charCodeAt(0);
}

function isDigit(byte: u8): bool {
  return byte >= char("0") && byte <= char("9");
}

function skipSpace(): void {
  while (input[at] == 0x20 || input[at] == 0x09 || input[at] == 0x0a || input[at] == 0x0d) at++;
}

function expect(character: string): void {
  skipSpace();
  if (input[at] != char(character)) {
    fail(`expected '${character}' at byte ${at.toString()} of the input`);
  }
  at++;
}

// Leaves out escapes: the two names that are allowed need none.
function readName(): string {
  expect('"');
  const start = at;
  while (input[at] != char('"')) {
    if (input[at] == 0 || input[at] == char("\\") || at - start == 15)
      fail("expected only the fields min and max");
    at++;
  }
  return String.UTF8.decode(input.buffer.slice(start, at++));
}

function readInteger(name: string): i64 {
  skipSpace();
  const negative = input[at] == char("-");
  if (negative) at++;
  if (!isDigit(input[at]) || (input[at] == char("0") && isDigit(input[at + 1])))
    fail(`${name} is not an integer`);
  let value: i64 = 0;
  for (; isDigit(input[at]); at++) {
    value = value * 10 + <i64>(input[at] - char("0"));
    if (value > INTEGER_MAX) fail(`${name} is beyond +-(2^53 - 1)`);
  }
  if (input[at] == char(".") || input[at] == char("e") || input[at] == char("E"))
    fail(`${name} is not an integer`);
  return negative ? -value : value;
}

let min: i64 = 0;
let max: i64 = 0;

function readRange(): void {
  let hasMin = false;
  let hasMax = false;
  expect("{");
  for (let field = 0; field < 2; field++) {
    if (field > 0) expect(",");
    const name = readName();
    expect(":");
    if (name == "min" && !hasMin) {
      min = readInteger("min");
      hasMin = true;
    } else if (name == "max" && !hasMax) {
      max = readInteger("max");
      hasMax = true;
    } else {
      fail("expected only the fields min and max");
    }
  }
  expect("}");
  skipSpace();
  if (input[at] != 0) fail("something follows the JSON object");
  if (min > max) fail("min is greater than max");
}

function readInput(): void {
  const chunk = new ArrayBuffer(INPUT_BYTES_MAX + 1);
  let length = 0;
  while (true) {
    const read = process.stdin.read(chunk);
    if (read == 0) break;
    if (length + read > INPUT_BYTES_MAX) fail(`the input is longer than ${INPUT_BYTES_MAX.toString()} bytes`);
    input.set(Uint8Array.wrap(chunk, 0, read), length);
    length += read;
  }
}

function randomU64(): u64 {
  const bytes = new Uint8Array(8);
  crypto.getRandomValues(bytes);
  return load<u64>(bytes.dataStart); // WebAssembly is little-endian
}

// Rejection sampling: the plain remainder would favour small numbers.
function randomBelow(count: u64): u64 {
  const rejected = (0 - count) % count; // 2^64 mod count
  let value = randomU64();
  while (value < rejected) value = randomU64();
  return value % count;
}

readInput();
readRange();
const number = min + <i64>randomBelow(<u64>(max - min) + 1);
process.stdout.write(`{"random_number":${number.toString()}}`);
