// How near-sandbox is started and stopped. The binary itself cannot be had everywhere: `fake-sandbox.mjs` takes its place,
// so what is tested here is this side only.
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Account } from "near-api-js";
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import { startChain } from "../src/index.ts";

const folder = mkdtempSync(join(tmpdir(), "fake-sandbox-"));
/** An executable that runs the fake with the Node that runs this test. */
const FAKE = join(folder, "near-sandbox");
const script = new URL("./support/fake-sandbox.mjs", import.meta.url).href;
writeFileSync(FAKE, `#!${process.execPath}\nimport(${JSON.stringify(script)});\n`);
chmodSync(FAKE, 0o755);

afterAll(() => rmSync(folder, { recursive: true }));
// Whatever else runs on this machine makes its temporary folders elsewhere.
beforeEach(() => void vi.stubEnv("TMPDIR", folder));
afterEach(() => vi.unstubAllEnvs());

const homes = () => readdirSync(folder).filter((name) => name.startsWith("near-sandbox-"));

test("local-near is the chain unless another is asked for", async () => {
  vi.stubEnv("OFFSHORE_CHAIN", "");
  const chain = await startChain();
  expect(chain.name).toBe("local-near-rpc");
  await chain.stop();
  await expect(startChain("mainnet")).rejects.toThrow(
    "OFFSHORE_CHAIN is embedded, local-near-rpc or near-sandbox, not mainnet",
  );
});

test("without the binary it says what to set", async () => {
  vi.stubEnv("NEAR_SANDBOX_BIN_PATH", "");
  await expect(startChain("near-sandbox")).rejects.toThrow("set NEAR_SANDBOX_BIN_PATH to the binary");
  vi.stubEnv("NEAR_SANDBOX_BIN_PATH", "/no/such/file");
  await expect(startChain("near-sandbox")).rejects.toThrow(
    "NEAR_SANDBOX_BIN_PATH: there is no file /no/such/file",
  );
});

test("starts the binary on a home and ports of its own, and cleans up", { timeout: 60_000 }, async () => {
  vi.stubEnv("NEAR_SANDBOX_BIN_PATH", FAKE);
  vi.stubEnv("OFFSHORE_CHAIN", "near-sandbox");
  const chain = await startChain();
  expect(chain).toMatchObject({ name: "near-sandbox", root: { account_id: "test.near" } });
  expect(homes()).toHaveLength(1);
  const root = new Account("test.near", chain.rpc_url, chain.root.secret_key as `ed25519:${string}`);
  await root.transfer({ receiverId: "test.near", amount: 1n });
  await chain.stop();
  await expect(fetch(chain.rpc_url)).rejects.toThrow();
  expect(homes()).toEqual([]);
});

test.each(["init", "run"])("what it prints is told when %s fails", { timeout: 60_000 }, async (command) => {
  vi.stubEnv("NEAR_SANDBOX_BIN_PATH", FAKE);
  vi.stubEnv("FAKE_SANDBOX_FAULT", command);
  await expect(startChain("near-sandbox")).rejects.toThrow(`fault in ${command}`);
  expect(homes()).toEqual([]);
});

test("without the key of the account that has the money, the program does not stay behind", {
  timeout: 60_000,
}, async () => {
  vi.stubEnv("NEAR_SANDBOX_BIN_PATH", FAKE);
  vi.stubEnv("FAKE_SANDBOX_FAULT", "key");
  const asked: string[] = [];
  const real = globalThis.fetch;
  vi.stubGlobal("fetch", (url: string, init?: RequestInit) => {
    asked.push(url);
    return real(url, init);
  });
  await expect(startChain("near-sandbox")).rejects.toThrow("validator_key.json");
  vi.unstubAllGlobals();
  await expect(fetch(asked[0]!)).rejects.toThrow();
  expect(homes()).toEqual([]);
});
