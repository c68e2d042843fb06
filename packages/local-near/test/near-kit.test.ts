// The chain as near-kit sees it: the published client, unchanged, over HTTP.
import { FunctionCallError, generateKey, Near, NearError, type PrivateKey } from "near-kit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalNear, startLocalNear } from "../src/index.ts";
import { contract } from "./support/wat.ts";

const GUEST_BOOK = contract(
  {
    sign: `(call $input (i64.const 0))
      (drop (call $storage_write (i64.const 4) (i64.const 16) (i64.const -1) (i64.const 0) (i64.const 1)))
      (call $log_utf8 (i64.const 6) (i64.const 32))
      (call $attached_deposit (i64.const 64))
      (call $value_return (i64.const 4) (i64.const 40))`,
    read: `(if (i64.eq (call $storage_read (i64.const 4) (i64.const 16) (i64.const 0)) (i64.const 1))
        (then (call $value_return (i64.const -1) (i64.const 0)))
        (else (call $value_return (i64.const 4) (i64.const 48))))`,
    refuse: "(call $panic_utf8 (i64.const 6) (i64.const 32))",
    ask: `(local $p i64)
      (local.set $p (call $promise_yield_create (i64.const 6) (i64.const 56) (i64.const 0) (i64.const 0)
        (i64.const 20000000000000) (i64.const 0) (i64.const 0)))
      (drop (call $storage_write (i64.const 5) (i64.const 80) (i64.const -1) (i64.const 0) (i64.const 1)))
      (call $promise_return (local.get $p))`,
    answer: `(drop (call $storage_read (i64.const 5) (i64.const 80) (i64.const 1)))
      (call $read_register (i64.const 1) (i64.const 128))
      (drop (call $promise_yield_resume (i64.const 32) (i64.const 128) (i64.const 4) (i64.const 40)))`,
    finish: `(drop (call $promise_result (i64.const 0) (i64.const 0)))
      (call $value_return (i64.const -1) (i64.const 0))`,
  },
  { 16: "book", 32: "signed", 40: "true", 48: "null", 56: "finish", 80: "token" },
);

let local: LocalNear;

beforeAll(async () => {
  local = await startLocalNear({ rpc_wait_ms: 100 });
});

afterAll(() => local.stop());

function as(account_id: string, key: string): Near {
  return new Near({
    network: { rpcUrl: local.rpc_url, networkId: "local" },
    privateKey: key as PrivateKey,
    defaultSignerId: account_id,
  });
}

const root = () => as("local", local.root.secret_key);

/** What a call returned: near-kit hands out the whole outcome. */
async function answer(outcome: ReturnType<Near["call"]>): Promise<unknown> {
  const { status } = (await outcome) as { status: { SuccessValue: string } };
  return JSON.parse(Buffer.from(status.SuccessValue, "base64").toString());
}

async function newAccount(account_id: string, code?: Uint8Array): Promise<Near> {
  const key = generateKey();
  const transaction = root().transaction("local").createAccount(account_id).transfer(account_id, "10 NEAR");
  const with_key = transaction.addKey(key.publicKey.toString(), { type: "fullAccess" });
  await (code ? with_key.deployContract(account_id, code) : with_key).send();
  return as(account_id, key.secretKey);
}

test("creates an account with a contract in one transaction, calls it and views it", async () => {
  await newAccount("book.local", GUEST_BOOK);
  expect(await root().view("book.local", "read")).toBe(null);
  const signed = root().call("book.local", "sign", { name: "Ada" }, { attachedDeposit: "1 NEAR" });
  expect(await answer(signed)).toBe(true);
  expect(await root().view("book.local", "read")).toEqual({ name: "Ada" });
  expect(await root().accountExists("book.local")).toBe(true);
  expect(await root().accountExists("nobody.local")).toBe(false);
  expect((await root().getAccount("book.local")).balance).toContain("11.0");
  const [entry] = (await root().viewState("book.local")).values;
  expect(Buffer.from(entry!.key, "base64").toString()).toBe("book");
});

test("sends money, and asks for the status of the transaction", async () => {
  const alice = await newAccount("alice.local");
  const sent = await root().send("alice.local", "2.5 NEAR");
  expect(await alice.getBalance("alice.local")).toMatch(/^12\.(5|49)/);
  const status = await root().getTransactionStatus(sent.transaction!.hash, "local", "FINAL");
  expect(status.final_execution_status).toBe("FINAL");
  expect(status.status).toEqual({ SuccessValue: "" });
  expect((await root().getStatus()).chain_id).toBe("local");
});

test("adds and deletes keys; a function-call key may call and no more", async () => {
  const bob = await newAccount("bob.local");
  const key = generateKey();
  const permission = { type: "functionCall" as const, receiverId: "book.local", methodNames: ["sign"] };
  await bob.transaction("bob.local").addKey(key.publicKey.toString(), permission).send();
  expect((await bob.getAccessKeys("bob.local")).keys).toHaveLength(2);
  const limited = as("bob.local", key.secretKey);
  expect(await answer(limited.call("book.local", "sign", { name: "Bob" }))).toBe(true);
  await expect(limited.send("alice.local", "1 NEAR")).rejects.toThrow(NearError);
  await bob.transaction("bob.local").deleteKey("bob.local", key.publicKey.toString()).send();
  expect(await bob.getAccessKey("bob.local", key.publicKey.toString())).toBe(null);
});

test("a batch happens whole or not at all", async () => {
  const carol = await newAccount("carol.local");
  const batch = carol
    .transaction("carol.local")
    .functionCall("book.local", "sign", { name: "Carol" })
    .functionCall("book.local", "refuse");
  await expect(batch.send()).rejects.toThrow(FunctionCallError);
  expect(await carol.view("book.local", "read")).toEqual({ name: "Bob" });
});

test("a contract's refusal is told in its words", async () => {
  await expect(root().call("book.local", "refuse")).rejects.toMatchObject({
    name: "FunctionCallError",
    panic: expect.stringContaining("signed"),
  });
  await expect(root().view("book.local", "no_such")).rejects.toThrow(/MethodNotFound|MethodResolveError/);
});

test("a call that yields is answered when it is resumed, even past the RPC's patience", async () => {
  const resumer = await newAccount("resumer.local");
  const asked = root().call("book.local", "ask");
  const resumed = setTimeout(() => void resumer.call("book.local", "answer"), 400);
  expect(await answer(asked)).toBe(true);
  clearTimeout(resumed);
});

test("deletes an account, and its money goes to the beneficiary", async () => {
  const dave = await newAccount("dave.local");
  await dave.transaction("dave.local").deleteAccount({ beneficiary: "alice.local" }).send();
  expect(await root().accountExists("dave.local")).toBe(false);
  expect(Number(await root().getBalance("alice.local"))).toBeGreaterThan(22);
});
