import fc from "fast-check";
import { expect, test } from "vitest";
import { BlockStore } from "./block-store.ts";

const SIZE_MAX = 20_000;
const position = fc.nat(SIZE_MAX);
const step = fc.oneof(
  fc.record({ do: fc.constant("resize" as const), size: position }),
  fc.record({
    do: fc.constant("write" as const),
    at: position,
    length: fc.nat(9_000),
    value: fc.integer({ min: 1, max: 255 }),
  }),
  fc.record({ do: fc.constant("read" as const), at: position, length: fc.nat(9_000) }),
);

test("reads and writes as one array of bytes would", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const store = new BlockStore();
      let model = new Uint8Array(0);
      const resize = (size: number) => {
        const grown = new Uint8Array(size);
        grown.set(model.subarray(0, size));
        model = grown;
        store.resize(size);
      };
      for (const each of steps) {
        if (each.do === "resize") resize(each.size);
        if (each.do === "write") {
          const bytes = new Uint8Array(each.length).fill(each.value);
          if (each.at + each.length > model.length) resize(each.at + each.length);
          model.set(bytes, each.at);
          store.write(each.at, bytes);
        }
        if (each.do === "read") {
          const target = new Uint8Array(each.length).fill(7);
          const length = store.read(each.at, target);
          const expected = model.subarray(each.at, each.at + each.length);
          expect(length).toBe(expected.length);
          expect(Buffer.compare(target.subarray(0, length), expected)).toBe(0);
        }
      }
      expect(store.size).toBe(model.length);
    }),
  );
});
