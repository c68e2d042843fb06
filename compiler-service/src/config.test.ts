import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readConfig } from "./config.ts";

const SEED = "07".repeat(32);
const GOOD = { COORDINATOR_URL: "https://coordinator.example", COMPILER_TOKEN: "secret", BUILDER_SEED: SEED };
const folder = mkdtempSync(path.join(os.tmpdir(), "config-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("configuration", () => {
  it("needs three variables and has defaults for the rest", () => {
    const config = readConfig(GOOD);
    expect(config.coordinator_url.href).toBe("https://coordinator.example/");
    expect(config.builder_seed).toEqual(new Uint8Array(32).fill(7));
    expect(config.sources).toEqual({
      allowed_hosts: ["github.com", "gitlab.com", "codeberg.org"],
      allow_local: false,
    });
    expect(config.health_port).toBeNull();
  });

  it("reads the builder key from a file", () => {
    const file = path.join(folder, "seed");
    writeFileSync(file, `${SEED}\n`);
    expect(readConfig({ ...GOOD, BUILDER_SEED: file }).builder_seed).toEqual(new Uint8Array(32).fill(7));
  });

  it.each<[string, string | undefined, string]>([
    ["COORDINATOR_URL", undefined, "is not set"],
    ["COORDINATOR_URL", "coordinator", "is not an http(s) address"],
    ["COORDINATOR_URL", "ftp://coordinator", "is not an http(s) address"],
    ["COMPILER_TOKEN", " ", "is not set"],
    ["BUILDER_SEED", undefined, "is not set"],
    ["BUILDER_SEED", "0707", "has 4 hex characters; expected 64"],
    ["BUILDER_SEED", "/nowhere/seed", "cannot be read"],
    ["BUILDER_SEED", os.devNull, "does not hold 64 hex characters"],
    ["ALLOWED_SOURCES", "https://github.com", "is not a comma-separated list of host names"],
    ["ALLOW_LOCAL_SOURCES", "yes", "expected 1 or 0"],
    ["BACKEND", "podman", "expected auto, docker or wasm"],
    ["POLL_MS", "soon", "expected a whole number from 10"],
    ["POLL_MS", "0", "expected a whole number from 10"],
    ["PORT", "70000", "expected a whole number from 0 to 65535"],
  ])("refuses %s = %s", (name, value, problem) => {
    expect(() => readConfig({ ...GOOD, [name]: value })).toThrow(`${name} `);
    expect(() => readConfig({ ...GOOD, [name]: value })).toThrow(problem);
  });
});
