// The chain as near-cli sees it: the published command-line wallet, unchanged, as a user types.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalNear, startLocalNear } from "../src/index.ts";
import { contract } from "./support/wat.ts";

const CLI = createRequire(import.meta.url).resolve("near-cli/bin/near");
const TIMEOUT_MS = 120_000;
const KEY = "ed25519:5BGSaf6YjVm7565VzWQHNxoyEjwr3jUpRJSGjREvU9dB";
const ECHO = contract(
  {
    keep: `(call $input (i64.const 0))
      (drop (call $storage_write (i64.const 4) (i64.const 16) (i64.const -1) (i64.const 0) (i64.const 1)))`,
    kept: `(drop (call $storage_read (i64.const 4) (i64.const 16) (i64.const 0)))
      (call $value_return (i64.const -1) (i64.const 0))`,
    refuse: "(call $panic_utf8 (i64.const 10) (i64.const 32))",
  },
  { 16: "last", 32: "not today!" },
);

let near: LocalNear;
let home: string;

beforeAll(async () => {
  near = await startLocalNear();
  home = await mkdtemp(join(tmpdir(), "near-cli-"));
  const keys = join(home, ".near-credentials", "custom");
  await mkdir(keys, { recursive: true });
  const { account_id, public_key, secret_key: private_key } = near.root;
  await writeFile(join(keys, `${account_id}.json`), JSON.stringify({ account_id, public_key, private_key }));
  await writeFile(join(home, "echo.wasm"), ECHO);
});

afterAll(async () => {
  await near.stop();
  await rm(home, { recursive: true });
});

/** Runs `near ...`; what it printed. */
function cli(...args: string[]): Promise<string> {
  const url = near.rpc_url;
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    CI: "1",
    NEAR_ENV: "custom",
    NEAR_CUSTOM_RPC: url,
    NEAR_CUSTOM_WALLET: url,
    NEAR_CUSTOM_HELPER: url,
    NEAR_CUSTOM_TLA: near.root.account_id,
  };
  return new Promise((resolve) => {
    const options = { env, cwd: home, timeout: TIMEOUT_MS };
    const child = execFile(process.execPath, [CLI, ...args], options, (_error, out, errors) =>
      resolve(out + errors),
    );
    // Some commands ask whether they should.
    child.stdin?.end("y\n");
  });
}

test("creates an account, sends it money and shows its state", { timeout: TIMEOUT_MS }, async () => {
  await cli("create-account", "wallet.local", "--useAccount", "local", "--initialBalance", "10");
  expect(await cli("send", "local", "wallet.local", "1.5")).toContain("Transaction Id");
  const state = await cli("state", "wallet.local");
  expect(state).toContain("formattedAmount: '11.5'");
  expect(near.chain.account("wallet.local")?.amount).toBe(115n * 10n ** 23n);
});

test("deploys, calls and views; a refusal is told in the contract's words", {
  timeout: TIMEOUT_MS,
}, async () => {
  expect(await cli("deploy", "wallet.local", "echo.wasm")).toContain("Done deploying to wallet.local");
  await cli("call", "wallet.local", "keep", '{"word":"kept"}', "--useAccount", "local");
  expect(await cli("view", "wallet.local", "kept")).toContain("{ word: 'kept' }");
  const refused = await cli("call", "wallet.local", "refuse", "{}", "--useAccount", "local");
  expect(refused).toContain("not today!");
  const storage = await cli("storage", "wallet.local", "--finality", "final", "--utf8");
  expect(storage).toContain("last");
});

test("adds, lists and deletes keys", { timeout: TIMEOUT_MS }, async () => {
  await cli("add-key", "wallet.local", KEY);
  expect(await cli("list-keys", "wallet.local")).toContain(KEY);
  await cli("delete-key", "wallet.local", KEY);
  expect([...near.chain.data.world.access_keys.get("wallet.local")!.keys()]).not.toContain(KEY);
});

test("shows a transaction, and deletes the account", { timeout: TIMEOUT_MS }, async () => {
  const [hash] = near.chain.data.transactions.keys();
  expect(await cli("tx-status", hash!, "local")).toContain("wallet.local");
  await cli("delete-account", "wallet.local", "local", "--force");
  expect(near.chain.account("wallet.local")).toBeUndefined();
});
