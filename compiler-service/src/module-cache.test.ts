import { mkdtempSync, readdirSync, rmSync, truncateSync, utimesSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ModuleCache } from "./module-cache.ts";

const KEY = {
  repo: "https://x/y",
  commit: "a".repeat(40),
  build_target: "wasm32-wasip1",
  toolchains: ["t 1"],
};
const entry = (bytes: number) => ({ module: new Uint8Array(bytes).fill(bytes), toolchain: "t 1" });
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "cache-test-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("module cache", () => {
  it("gives back what was put, to this service and the next", async () => {
    await new ModuleCache(folder, 10_000).put(KEY, entry(100));
    expect(await new ModuleCache(folder, 10_000).get(KEY)).toEqual(entry(100));
  });

  it.each([
    { repo: "https://x/z" },
    { commit: "b".repeat(40) },
    { build_target: "other" },
    { toolchains: ["t 2"] },
  ])("has nothing for another source or toolchain: %j", async (change) => {
    const cache = new ModuleCache(folder, 10_000);
    await cache.put(KEY, entry(100));
    expect(await cache.get({ ...KEY, ...change })).toBeNull();
  });

  it("does not give damaged bytes", async () => {
    const cache = new ModuleCache(folder, 10_000);
    await cache.put(KEY, entry(100));
    truncateSync(path.join(folder, readdirSync(folder)[0]!), 150);
    expect(await cache.get(KEY)).toBeNull();
  });

  it("deletes the least recently used over its bound", async () => {
    const cache = new ModuleCache(folder, 2_000);
    const key = (commit: string) => ({ ...KEY, commit });
    await cache.put(key("1"), entry(700));
    await cache.put(key("2"), entry(700));
    const long_ago = new Date(0);
    for (const name of readdirSync(folder)) utimesSync(path.join(folder, name), long_ago, long_ago);
    await cache.get(key("1"));
    await cache.put(key("3"), entry(700));
    expect(await cache.get(key("1"))).not.toBeNull();
    expect(await cache.get(key("2"))).toBeNull();
    expect(await cache.get(key("3"))).not.toBeNull();
  });
});
