import { expect, it } from "vitest";
import { parseRange } from "./ranges.ts";

// RFC 9110, section 14.
it.each([
  [undefined, null],
  ["bytes=0-", { start: 0, end: 9 }],
  ["bytes=2-4", { start: 2, end: 4 }],
  ["bytes=2-99", { start: 2, end: 9 }],
  ["bytes=-3", { start: 7, end: 9 }],
  ["bytes=-99", { start: 0, end: 9 }],
  ["bytes=-0", "unsatisfiable"],
  ["bytes=10-", "unsatisfiable"],
  ["bytes=4-2", null],
  ["bytes=0-1,3-4", null],
  ["bytes=-", null],
  ["lines=1-2", null],
])("%s of 10 bytes", (header, range) => {
  expect(parseRange(header, 10)).toEqual(range);
});
