import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Engine, findEngines, openEngine } from "../src/index.ts";

const ENTRY = new URL("./entry.ts", import.meta.url);

describe.each(findEngines())("%s", (name) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine(name);
  }, 60_000);
  afterAll(() => engine?.close());

  test("says what it is", () => {
    expect(engine.name).toBe(name);
    expect(engine.version).toMatch(/^\d+\.\d+/);
  });

  test("values cross both ways as they are, megabytes included", async () => {
    const value = {
      bytes: new Uint8Array(12_000_000).map((_, index) => index % 251),
      count: 2n ** 63n,
      odd: [Number.NaN, -0, Number.NEGATIVE_INFINITY, null, undefined, "ž"],
    };
    const echoed = await engine.run<typeof value>(ENTRY, { do: "echo", value });
    expect(Buffer.compare(echoed.bytes, value.bytes)).toBe(0);
    expect({ ...echoed, bytes: 0 }).toEqual({ ...value, bytes: 0 });
  });

  test("the entry runs outside the page, with WebAssembly and shared memory", async () => {
    const { page, shared, is_isolated } = await engine.run<Record<string, unknown>>(ENTRY, { do: "about" });
    expect({ page, shared }).toEqual({ page: false, shared: "function" });
    if (name !== "node") expect(is_isolated).toBe(true);
    expect(await engine.run(ENTRY, { do: "wasm" })).toBe(true);
  });

  test("or in the page, where that is asked for", async () => {
    const { page } = await engine.run<Record<string, unknown>>(ENTRY, { do: "about" }, { in_page: true });
    expect(page).toBe(name !== "node");
    const thrown = engine.run(ENTRY, { do: "throw" }, { in_page: true });
    await expect(thrown).rejects.toThrow("on purpose");
  });

  test("what the entry throws arrives with its message", async () => {
    await expect(engine.run(ENTRY, { do: "throw" })).rejects.toThrow("on purpose");
  });

  test("an endless run is ended; others go on meanwhile and after", async () => {
    const endless = engine.run(ENTRY, { do: "hang" }, { timeout_ms: 500 });
    const rejected = expect(endless).rejects.toThrow("more than 500 ms");
    expect(await engine.run(ENTRY, { do: "echo", value: 1 })).toBe(1);
    await rejected;
    expect(await engine.run(ENTRY, { do: "echo", value: 2 })).toBe(2);
  });
});
