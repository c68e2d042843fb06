// The ABI and the documented calls are this contract's.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { isCurrent } from "../client/abi.ts";
import { METHODS } from "../client/methods.ts";

test("every exported method is described, and no other", async () => {
  const wasm = readFileSync(new URL("../dist/offshore.wasm", import.meta.url));
  const exported = WebAssembly.Module.exports(await WebAssembly.compile(wasm)).filter(
    ({ kind }) => kind === "function",
  );
  expect(exported.map(({ name }) => name).sort()).toEqual(Object.keys(METHODS).sort());
});

test.each(Object.entries(METHODS))("the example of %s fits its schema", (_, { args, example }) => {
  expect(args.parse(example)).toEqual(example);
});

test("abi.json and docs/contract.md are what `node contract/client/abi.ts` writes", () => {
  expect(isCurrent()).toBe(true);
});
