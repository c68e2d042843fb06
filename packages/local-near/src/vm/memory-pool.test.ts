// No call sees what another left in memory.
import binaryen from "binaryen";
import fc from "fast-check";
import { expect, test } from "vitest";
import { WIPER_BASE64, withMemory } from "./memory-pool.ts";

const BYTES = 1_024 * 65_536;

/** What `WIPER_BASE64` is compiled from. */
const WIPER_WAT = `(module
  (import "environment" "memory" (memory 1))
  (func (export "wipe") (param $end i32) (local $from i32) (local $at i32) (local $next i32) (local $seen v128)
    (loop $blocks
      (local.set $seen (v128.const i64x2 0 0))
      (local.set $at (local.get $from))
      (local.set $next (i32.add (local.get $from) (i32.const 4096)))
      (loop $block
        (local.set $seen (v128.or (local.get $seen) (v128.or
          (v128.or (v128.load (local.get $at)) (v128.load offset=16 (local.get $at)))
          (v128.or (v128.load offset=32 (local.get $at)) (v128.load offset=48 (local.get $at))))))
        (local.set $at (i32.add (local.get $at) (i32.const 64)))
        (br_if $block (i32.ne (local.get $at) (local.get $next))))
      (if (v128.any_true (local.get $seen))
        (then (memory.fill (local.get $from) (i32.const 0) (i32.const 4096))))
      (local.set $from (local.get $next))
      (br_if $blocks (i32.ne (local.get $from) (local.get $end))))))`;

const ZEROS = Buffer.alloc(BYTES);
const isZero = ({ buffer }: WebAssembly.Memory) => Buffer.compare(Buffer.from(buffer), ZEROS) === 0;

test("the wiper is what its text says", () => {
  const module = binaryen.parseText(WIPER_WAT);
  module.setFeatures(binaryen.Features.All);
  expect(Buffer.from(module.emitBinary()).toString("base64")).toBe(WIPER_BASE64);
});

test("whatever was written anywhere is gone when the same memory is lent again", () => {
  const used = withMemory((memory) => memory);
  const edges = [0, 1, 4_095, 4_096, 65_535, 65_536, BYTES - 65_536, BYTES - 1];
  const addresses = fc.array(fc.oneof(fc.constantFrom(...edges), fc.nat(BYTES - 1)), { minLength: 1 });
  fc.assert(
    fc.property(addresses, fc.integer({ min: 1, max: 255 }), (places, value) => {
      withMemory((memory) => {
        const bytes = new Uint8Array(memory.buffer);
        for (const place of places) bytes[place] = value;
      });
      return withMemory((memory) => memory === used && isZero(memory));
    }),
    { numRuns: 20 },
  );
  withMemory((memory) => new Uint8Array(memory.buffer).fill(255));
  expect(withMemory((memory) => memory === used && isZero(memory))).toBe(true);
});

test("a memory that grew, or that something went wrong with, is not lent again", () => {
  const grown = withMemory((memory) => {
    memory.grow(1);
    return memory;
  });
  const lent = withMemory((memory) => memory);
  expect(lent).not.toBe(grown);
  expect(() =>
    withMemory(() => {
      throw new Error("a fault of the host");
    }),
  ).toThrow("a fault of the host");
  expect(withMemory((memory) => memory !== lent && isZero(memory))).toBe(true);
});

test("a call within a call gets a memory of its own", () => {
  withMemory((outer) => {
    new Uint8Array(outer.buffer)[0] = 1;
    withMemory((inner) => expect(inner !== outer && isZero(inner)).toBe(true));
    expect(new Uint8Array(outer.buffer)[0]).toBe(1);
  });
});
