import { expect, test } from "vitest";
import { decode, encode } from "./wire.ts";

test("every kind of value comes out as it went in", () => {
  const value = {
    text: "žluť\u0000",
    numbers: [0, -0, 1.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    count: 2n ** 70n,
    nothing: [null, undefined, true],
    bytes: [new Uint8Array([1, 2, 3]), new Uint8Array(), new Uint8Array(50_000).fill(7)],
  };
  expect(decode(encode(value))).toEqual(value);
  expect(decode(encode(undefined))).toBe(undefined);
  expect(decode(encode(new Uint8Array([9]).subarray(0)))).toEqual(new Uint8Array([9]));
});

test("a value that looks like a tag is refused, not mistaken", () => {
  expect(() => encode({ $: "bytes", length: 1 })).toThrow(TypeError);
});
