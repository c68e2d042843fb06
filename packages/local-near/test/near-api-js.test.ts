// The chain as near-api-js sees it: the published client, unchanged, over HTTP.
import { Account, actions, KeyPair, type Provider } from "near-api-js";
import * as errors from "near-api-js/rpc-errors";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalNear, startLocalNear } from "../src/index.ts";
import { contract } from "./support/wat.ts";

const NEAR = 10n ** 24n;

const COUNTER = contract(
  {
    add: `(local $n i64)
      (local.set $n (i64.const 0))
      (if (i64.eq (call $storage_read (i64.const 1) (i64.const 0) (i64.const 0)) (i64.const 1))
        (then (call $read_register (i64.const 0) (i64.const 16)) (local.set $n (i64.load (i32.const 16)))))
      (i64.store (i32.const 16) (i64.add (local.get $n) (i64.const 1)))
      (drop (call $storage_write (i64.const 1) (i64.const 0) (i64.const 8) (i64.const 16) (i64.const 0)))
      (call $log_utf8 (i64.const 5) (i64.const 8))
      (call $value_return (i64.const 2) (i64.const 30))`,
    get: `(if (i64.eq (call $storage_read (i64.const 1) (i64.const 0) (i64.const 0)) (i64.const 1))
        (then (call $value_return (i64.const -1) (i64.const 0))))`,
    fail: `(call $panic_utf8 (i64.const 5) (i64.const 8))`,
  },
  { 0: "n", 8: "added", 30: "42" },
);

let near: LocalNear;
let root: Account;
let provider: Provider;

beforeAll(async () => {
  near = await startLocalNear();
  root = new Account(near.root.account_id, near.rpc_url, near.root.secret_key as `ed25519:${string}`);
  provider = root.provider;
});

afterAll(() => near.stop());

/** An account made from the root account, with its own key. */
async function newAccount(account_id: string, near_amount = 10n): Promise<Account> {
  const key = KeyPair.fromRandom("ed25519");
  const nearToTransfer = near_amount * NEAR;
  await root.createAccount({ newAccountId: account_id, publicKey: key.getPublicKey(), nearToTransfer });
  return new Account(account_id, near.rpc_url, key.toString());
}

test("creates an account, deploys, calls and views", async () => {
  const counter = await newAccount("counter.local");
  await counter.deployContract(COUNTER);
  const result = await root.callFunction({ contractId: "counter.local", methodName: "add", args: {} });
  expect(result).toBe(42);
  const view = await provider.callFunctionRaw({ contractId: "counter.local", method: "get", args: {} });
  expect(view.result).toEqual([1, 0, 0, 0, 0, 0, 0, 0]);
  const { values } = await counter.getContractState();
  expect(values).toEqual([{ key: "bg==", value: "AQAAAAAAAAA=" }]);
  const { code } = await counter.getContractCode();
  expect(Buffer.compare(code, COUNTER)).toBe(0);
  const state = await counter.getState();
  expect(state.storageUsage).toBe(182 + COUNTER.length + 1 + 8 + 40);
});

test("reports logs, gas and tokens in the outcome", async () => {
  const raw = await root.callFunctionRaw({ contractId: "counter.local", methodName: "add", args: {} });
  const [outcome] = raw.receipts_outcome;
  expect(outcome?.outcome.logs).toEqual(["added"]);
  expect(outcome?.outcome.executor_id).toBe("counter.local");
  expect(BigInt(outcome!.outcome.tokens_burnt)).toBe(BigInt(outcome!.outcome.gas_burnt) * 100_000_000n);
  const status = await provider.viewTransactionStatusWithReceipts({
    txHash: raw.transaction.hash,
    accountId: "local",
    waitUntil: "FINAL",
  });
  expect(status.final_execution_status).toBe("FINAL");
  expect("receipts" in status && status.receipts[0]?.receiver_id).toBe("counter.local");
  const receipt = await provider.viewTransactionReceipt(raw.transaction_outcome.outcome.receipt_ids[0]!);
  expect(receipt.predecessor_id).toBe("local");
});

test("a panicking call fails with the contract's message and leaves the balance but for gas", async () => {
  const before = (await root.getState()).balance.total;
  const call = root.callFunction({
    contractId: "counter.local",
    methodName: "fail",
    args: {},
    deposit: NEAR,
  });
  await expect(call).rejects.toThrow("Smart contract panicked: added");
  expect(before - (await root.getState()).balance.total).toBeLessThan(NEAR / 100n);
});

test("adds, uses and deletes keys", async () => {
  const alice = await newAccount("alice.local");
  const limited = KeyPair.fromRandom("ed25519");
  await alice.addFunctionCallAccessKey({
    publicKey: limited.getPublicKey(),
    contractId: "counter.local",
    methodNames: ["add"],
    allowance: NEAR,
  });
  expect((await alice.getAccessKeyList()).keys).toHaveLength(2);
  const by_key = new Account("alice.local", near.rpc_url, limited.toString());
  await by_key.callFunction({ contractId: "counter.local", methodName: "add", args: {} });
  const forbidden = by_key.callFunction({ contractId: "counter.local", methodName: "fail", args: {} });
  await expect(forbidden).rejects.toThrow(errors.AccessKeyMethodNameMismatchActionError);
  const { permission } = await alice.getAccessKey(limited.getPublicKey());
  const allowance = permission !== "FullAccess" ? BigInt(permission.FunctionCall.allowance!) : 0n;
  expect(allowance).toBeLessThan(NEAR);
  expect(allowance).toBeGreaterThan(NEAR - NEAR / 100n);
  await alice.deleteKey(limited.getPublicKey());
  await expect(alice.getAccessKey(limited.getPublicKey())).rejects.toThrow(errors.AccessKeyDoesNotExistError);
});

test("runs a batch of actions as one, and undoes all when one fails", async () => {
  const bob = await newAccount("bob.local");
  await root.signAndSendTransaction({
    receiverId: "counter.local",
    actions: [actions.transfer(NEAR), actions.functionCall("add", {}, 30_000_000_000_000n, 0n)],
  });
  const before = (await bob.getState()).balance.total;
  const failing = bob.signAndSendTransaction({
    receiverId: "bob.local",
    actions: [
      actions.addFullAccessKey(KeyPair.fromRandom("ed25519").getPublicKey()),
      actions.createAccount(),
    ],
  });
  await expect(failing).rejects.toThrow(errors.AccountAlreadyExistsActionError);
  expect((await bob.getAccessKeyList()).keys).toHaveLength(1);
  expect(before - (await bob.getState()).balance.total).toBeLessThan(NEAR / 100n);
});

test("transfers create implicit accounts, whose key then signs", async () => {
  const key = KeyPair.fromRandom("ed25519");
  const account_id = Buffer.from(key.getPublicKey().data).toString("hex");
  await root.transfer({ receiverId: account_id, amount: NEAR });
  const implicit = new Account(account_id, near.rpc_url, key.toString());
  await implicit.transfer({ receiverId: "local", amount: NEAR / 2n });
  expect((await implicit.getState()).balance.total).toBeLessThan(NEAR / 2n);
});

test("deletes an account and pays its beneficiary", async () => {
  const carol = await newAccount("carol.local", 5n);
  await carol.deleteAccount("local");
  await expect(carol.getState()).rejects.toThrow(errors.AccountDoesNotExistError);
});

test("sends many transactions at once from one key", async () => {
  const dave = await newAccount("dave.local");
  const transfers = Array.from({ length: 10 }, () => dave.transfer({ receiverId: "local", amount: 1n }));
  const results = await Promise.all(transfers);
  expect(results.every(({ status }) => typeof status === "object" && "SuccessValue" in status)).toBe(true);
});

test("names its errors as a node does", async () => {
  const view = (method: string, contractId = "counter.local") =>
    provider.callFunction({ contractId, method, args: {} });
  await expect(view("fail")).rejects.toThrow('HostError(GuestPanic { panic_msg: "added" })');
  await expect(view("add")).rejects.toThrow('HostError(ProhibitedInView { method_name: "storage_write" })');
  await expect(view("missing")).rejects.toThrow(errors.ContractMethodNotFoundError);
  await expect(view("get", "alice.local")).rejects.toThrow(errors.ContractCodeDoesNotExistError);
  await expect(view("get", "nobody.local")).rejects.toThrow(errors.AccountDoesNotExistError);
  await expect(provider.viewBlock({ blockId: 999_999 })).rejects.toThrow(errors.UnknownBlockError);
  const unknown = { txHash: near.chain.head.hash, accountId: "local", waitUntil: "NONE" } as const;
  await expect(provider.viewTransactionStatus(unknown)).rejects.toThrow(errors.UnknownTransactionError);
  const signed = await root.createSignedTransaction({ receiverId: "local", actions: [actions.transfer(1n)] });
  signed.transaction.nonce += 1n;
  await expect(provider.sendTransaction(signed)).rejects.toThrow(errors.InvalidSignatureError);
});

test("shows blocks, chunks, gas price, status and configuration", async () => {
  const block = await provider.viewBlock({ finality: "final" });
  expect((await provider.viewBlock({ blockId: block.header.hash })).header.height).toBe(block.header.height);
  expect((await provider.viewChunk(block.chunks[0]!.chunk_hash)).header.height_created).toBe(
    block.header.height,
  );
  expect((await provider.viewGasPrice()).gas_price).toBe("100000000");
  expect((await provider.viewNodeStatus()).chain_id).toBe("local");
  expect((await provider.viewValidators()).current_validators).toEqual([]);
  expect((await provider.experimental_protocolConfig({ finality: "final" })).chain_id).toBe("local");
});

test("shows what a block changed", async () => {
  const raw = await root.callFunctionRaw({ contractId: "counter.local", methodName: "add", args: {} });
  const [outcome] = raw.receipts_outcome;
  const at = { blockId: outcome!.block_hash };
  const { changes } = await provider.contractStateChanges(["counter.local"], at, "");
  expect(changes).toMatchObject([
    {
      type: "data_update",
      change: { account_id: "counter.local", key_base64: "bg==" },
      cause: { receipt_hash: outcome!.id },
    },
  ]);
  const accounts = await provider.accountChanges(["counter.local"], at);
  expect(accounts.changes.at(-1)).toMatchObject({
    type: "account_update",
    change: { account_id: "counter.local" },
  });
  const touched = await provider.blockChanges(at);
  expect(touched.changes).toContainEqual({ type: "data_touched", account_id: "counter.local" });
});
