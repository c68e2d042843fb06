import { mkdtempSync, readdirSync, rmSync, truncateSync, utimesSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FileCache } from "./file-cache.ts";

const KEY = ["https://x/y", "a"];
const entry = (bytes: number) => ({ about: { name: "t 1" }, bytes: new Uint8Array(bytes).fill(bytes) });
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "cache-test-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("file cache", () => {
  it("gives back what was put, to this service and the next", async () => {
    await new FileCache(folder, 10_000).put(KEY, entry(100));
    expect(await new FileCache(folder, 10_000).get(KEY)).toEqual(entry(100));
  });

  it.each([[["https://x/z", "a"]], [["https://x/y", "b"]], [["https://x/y"]], [["https://x/y,a"]]])(
    "has nothing under another key: %j",
    async (key) => {
      const cache = new FileCache(folder, 10_000);
      await cache.put(KEY, entry(100));
      expect(await cache.get(key)).toBeNull();
    },
  );

  it("does not give damaged bytes", async () => {
    const cache = new FileCache(folder, 10_000);
    await cache.put(KEY, entry(100));
    truncateSync(path.join(folder, readdirSync(folder)[0]!), 150);
    expect(await cache.get(KEY)).toBeNull();
  });

  it("deletes the least recently used over its bound", async () => {
    const cache = new FileCache(folder, 2_000);
    await cache.put(["1"], entry(700));
    await cache.put(["2"], entry(700));
    const long_ago = new Date(0);
    for (const name of readdirSync(folder)) utimesSync(path.join(folder, name), long_ago, long_ago);
    await cache.get(["1"]);
    await cache.put(["3"], entry(700));
    expect(await cache.get(["1"])).not.toBeNull();
    expect(await cache.get(["2"])).toBeNull();
    expect(await cache.get(["3"])).not.toBeNull();
  });
});
