import { describe, expect, it } from "vitest";
import { expectRunnable, stripCustomSections } from "./check.ts";
import { LIMITS } from "./limits.ts";

const MAGIC = [0x00, 0x61, 0x73, 0x6d];
const HEADER = [...MAGIC, 1, 0, 0, 0];
const name = (text: string) => [text.length, ...Buffer.from(text)];
const section = (id: number, ...content: number[]) => [id, content.length, ...content];
const TYPES = section(1, 1, 0x60, 0, 0);
const FUNCTIONS = section(3, 1, 0);
const EXPORTS = section(7, 1, ...name("_start"), 0, 0);
const CODE = section(10, 1, 2, 0, 0x0b);
const COMMAND = [...HEADER, ...TYPES, ...FUNCTIONS, ...EXPORTS, ...CODE];
const bytes = (...values: number[]) => new Uint8Array(values);

describe("modules that can be run", () => {
  it("a WASI command is one", () => expect(() => expectRunnable(bytes(...COMMAND))).not.toThrow());

  it.each<[string, Uint8Array, string]>([
    ["nothing", bytes(), ""],
    ["text", new TextEncoder().encode("int main(void) {}"), ""],
    ["a truncated module", bytes(...COMMAND.slice(0, -1)), ""],
    ["a component", bytes(...MAGIC, 0x0d, 0, 1, 0), "build for wasm32-wasip1, not wasm32-wasip2"],
    ["a library", bytes(...HEADER, ...TYPES, ...FUNCTIONS, ...CODE), "it exports no _start"],
    [
      "one with a foreign import",
      bytes(
        ...HEADER,
        ...TYPES,
        ...section(2, 1, ...name("env"), ...name("gettime"), 0, 0),
        ...FUNCTIONS,
        ...section(7, 1, ...name("_start"), 0, 1),
        ...CODE,
      ),
      '"gettime" from "env"',
    ],
    ["one that is too large", new Uint8Array(LIMITS.module_bytes_max + 1), "it has more than 16 MiB"],
  ])("%s is not", (_what, module, why) => {
    expect(() => expectRunnable(module)).toThrow(expect.objectContaining({ code: "bad_module" }));
    expect(() => expectRunnable(module)).toThrow(why);
  });
});

describe("custom sections", () => {
  it("go, but for the names of functions", () => {
    const custom = (title: string) => section(0, ...name(title), 1, 2, 3);
    const names = custom("name");
    const noisy = bytes(
      ...HEADER,
      ...custom("a"),
      ...TYPES,
      ...FUNCTIONS,
      ...EXPORTS,
      ...CODE,
      ...custom("producers"),
      ...names,
      ...custom("target_features"),
    );
    expect(stripCustomSections(noisy)).toEqual(bytes(...COMMAND, ...names));
  });
});
