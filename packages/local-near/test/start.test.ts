// Starting and stopping: at a pace, from a file, as a process.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Account } from "near-api-js";
import { expect, onTestFinished, test } from "vitest";
import { startLocalNear } from "../src/index.ts";
import { result } from "./support/rpc.ts";

const NEAR = 10n ** 24n;
const IMPLICIT = "ab".repeat(32);

async function scratchFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "local-near-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test("makes blocks at a pace, without work", async () => {
  const near = await startLocalNear({ block_ms: 10 });
  onTestFinished(() => near.stop());
  const root = new Account("local", near.rpc_url, near.root.secret_key as `ed25519:${string}`);
  await root.transfer({ receiverId: IMPLICIT, amount: NEAR });
  const height = near.chain.head.height;
  await expect.poll(() => near.chain.head.height).toBeGreaterThan(height + 2);
  expect(near.chain.data.config.block_time_ms).toBe(10);
});

test("writes its state when it stops and goes on from it", async () => {
  const state_file = path.join(await scratchFolder(), "chain.bin");
  const first = await startLocalNear({ state_file, seed: "kept" });
  const root = new Account("local", first.rpc_url, first.root.secret_key as `ed25519:${string}`);
  await root.transfer({ receiverId: IMPLICIT, amount: NEAR });
  const { hash } = first.chain.head;
  await first.stop();
  const second = await startLocalNear({ state_file });
  onTestFinished(() => second.stop());
  expect(second.chain.head.hash).toBe(hash);
  expect(second.root).toEqual(first.root);
  expect(second.chain.account(IMPLICIT)?.amount).toBe(NEAR);
});

test("runs as a process, prints one line when ready, and stops on SIGTERM", async () => {
  const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
  const child = spawn("node", ["--disable-warning=ExperimentalWarning", main, "--seed", "process"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  onTestFinished(() => void child.kill("SIGKILL"));
  const [line] = await new Promise<string[]>((resolve) =>
    createInterface(child.stdout).once("line", (first) => resolve([first])),
  );
  const { rpc_url, root } = JSON.parse(line!) as { rpc_url: string; root: { account_id: string } };
  expect(root.account_id).toBe("local");
  expect(await result(rpc_url, "status", [])).toMatchObject({ chain_id: "local" });
  child.kill("SIGTERM");
  expect(await exited).toBe(0);
});
