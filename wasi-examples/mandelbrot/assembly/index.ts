// The Mandelbrot set as an image. See README.md.

import { grayscaleBitmap } from "./bitmap";

const SIZE_MAX = 1024;
const ITERATIONS_MAX = 10_000;
const INPUT_BYTES_MAX = 256;

function fail(message: string): void {
  process.stderr.write(`mandelbrot: ${message}\n`);
  process.exit(1);
}

function readInput(): string {
  const buffer = new ArrayBuffer(INPUT_BYTES_MAX + 1);
  const length = process.stdin.read(buffer);
  if (length > INPUT_BYTES_MAX) fail(`the input is longer than ${INPUT_BYTES_MAX.toString()} bytes`);
  return String.UTF8.decode(buffer.slice(0, length));
}

function readNumber(words: string[], index: i32, what: string): f64 {
  const value = parseFloat(words[index]);
  if (!(Math.abs(value) < Infinity)) fail(`${what} is not a number: ${words[index]}`);
  return value;
}

/** Steps until the point's orbit leaves the circle of radius 2; `max` where it has not by then. */
function escapeTime(x: f64, y: f64, max: i32): i32 {
  let re = 0.0;
  let im = 0.0;
  for (let step = 0; step < max; step++) {
    const re2 = re * re;
    const im2 = im * im;
    if (re2 + im2 > 4.0) return step;
    im = 2.0 * re * im + y;
    re = re2 - im2 + x;
  }
  return max;
}

const words = readInput().trim().split(" ");
if (words.length != 5) fail("expected five numbers: x y width size iterations");
const centerX = readNumber(words, 0, "x");
const centerY = readNumber(words, 1, "y");
const width = readNumber(words, 2, "width");
const size = <i32>readNumber(words, 3, "size");
const iterations = <i32>readNumber(words, 4, "iterations");
if (size < 1 || size > SIZE_MAX) fail(`size is not from 1 to ${SIZE_MAX.toString()}`);
if (iterations < 1 || iterations > ITERATIONS_MAX)
  fail(`iterations is not from 1 to ${ITERATIONS_MAX.toString()}`);

const pixels = new Uint8Array(size * size);
const step = width / <f64>size;
for (let row = 0; row < size; row++) {
  for (let column = 0; column < size; column++) {
    const x = centerX + (<f64>column + 0.5) * step - width / 2.0;
    const y = centerY + (<f64>row + 0.5) * step - width / 2.0;
    const time = escapeTime(x, y, iterations);
    pixels[row * size + column] = time == iterations ? 0 : <u8>(255 - (time * 255) / iterations);
  }
}
process.stdout.write(grayscaleBitmap(pixels, size).buffer);
