import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FrameReader } from "./frames.ts";

function frame(stream: number, text: string): Buffer {
  const bytes = Buffer.from(text);
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
}

function read(bytes: Buffer, cuts: number[]): Record<1 | 2, string> {
  const said = { 1: "", 2: "" };
  const reader = new FrameReader((stream, piece) => {
    said[stream] += piece.toString("latin1");
  });
  const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  for (const [index, end] of at.slice(1).entries()) reader.read(bytes.subarray(at[index], end));
  return said;
}

describe("an attached container's stream", () => {
  it("is the same however its bytes are cut", () => {
    const frames = fc.array(fc.tuple(fc.constantFrom(1, 2), fc.string({ unit: "grapheme-ascii" })));
    fc.assert(
      fc.property(frames, fc.array(fc.nat()), (list, cuts) => {
        const bytes = Buffer.concat(list.map(([stream, text]) => frame(stream, text)));
        const of = (stream: number) => list.map(([to, text]) => (to === stream ? text : "")).join("");
        expect(read(bytes, cuts)).toEqual({ 1: of(1), 2: of(2) });
      }),
    );
  });
});
