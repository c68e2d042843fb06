// The wire: errors in a node's shape, wait levels, the sandbox's methods, the block feed.
import { Account, actions, KeyPair } from "near-api-js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LocalNear, startLocalNear } from "../src/index.ts";
import { type Answer, result, rpc } from "./support/rpc.ts";
import { contract } from "./support/wat.ts";

const NEAR = 10n ** 24n;
const KEEPER = contract(
  {
    set: `(call $log_utf8 (i64.const 5) (i64.const 32))
      (drop (call $storage_write (i64.const 3) (i64.const 16) (i64.const 5) (i64.const 32) (i64.const 0)))`,
    get: `(drop (call $storage_read (i64.const 3) (i64.const 16) (i64.const 0)))
      (call $value_return (i64.const -1) (i64.const 0))`,
    wait: `(call $promise_return (call $promise_yield_create (i64.const 3) (i64.const 40) (i64.const 0) (i64.const 0)
      (i64.const 10000000000000) (i64.const 0) (i64.const 0)))`,
    end: "",
  },
  { 16: "key", 32: "value", 40: "end" },
);

let near: LocalNear;
let root: Account;
let url: string;

beforeAll(async () => {
  near = await startLocalNear();
  url = near.rpc_url;
  root = new Account("local", url, near.root.secret_key as `ed25519:${string}`);
  await deploy("keeper.local", KEEPER);
});

afterAll(() => near.stop());

async function deploy(account_id: string, code: Uint8Array): Promise<void> {
  const key = KeyPair.fromRandom("ed25519");
  const list = [
    actions.createAccount(),
    actions.transfer(10n * NEAR),
    actions.addFullAccessKey(key.getPublicKey()),
    actions.deployContract(code),
  ];
  await root.signAndSendTransaction({ receiverId: account_id, actions: list });
}

async function signed(
  receiverId: string,
  list: Parameters<Account["createSignedTransaction"]>[0]["actions"],
) {
  const transaction = await root.createSignedTransaction({ receiverId, actions: list });
  return Buffer.from(transaction.encode()).toString("base64");
}

const call = (method: string) => actions.functionCall(method, {}, 50n * 10n ** 12n, 0n);

describe("errors", () => {
  const cases: [string, string, unknown, number, object][] = [
    [
      "an unknown method",
      "no_such",
      {},
      400,
      { name: "REQUEST_VALIDATION_ERROR", cause: { name: "METHOD_NOT_FOUND" }, code: -32601 },
    ],
    [
      "bad parameters",
      "query",
      { request_type: "view_account" },
      400,
      { name: "REQUEST_VALIDATION_ERROR", cause: { name: "PARSE_ERROR" }, code: -32700 },
    ],
    ["bad base64", "send_tx", { signed_tx_base64: "?" }, 400, { cause: { name: "PARSE_ERROR" } }],
    ["bad Borsh", "broadcast_tx_commit", ["AAAA"], 400, { cause: { name: "PARSE_ERROR" } }],
    [
      "an unknown account",
      "query",
      { request_type: "view_account", account_id: "no.local", finality: "final" },
      200,
      {
        name: "HANDLER_ERROR",
        cause: { name: "UNKNOWN_ACCOUNT", info: { requested_account_id: "no.local" } },
        code: -32000,
        message: "Server error",
        data: "account no.local does not exist while viewing",
      },
    ],
    ["an unknown block", "block", { block_id: 10 ** 9 }, 200, { cause: { name: "UNKNOWN_BLOCK" } }],
    [
      "an unknown chunk",
      "chunk",
      ["11111111111111111111111111111111"],
      200,
      { cause: { name: "UNKNOWN_CHUNK" } },
    ],
    [
      "an unknown receipt",
      "EXPERIMENTAL_receipt",
      { receipt_id: "x" },
      200,
      { cause: { name: "UNKNOWN_RECEIPT" } },
    ],
    [
      "an unknown transaction",
      "tx",
      { tx_hash: "11111111111111111111111111111111", sender_account_id: "local", wait_until: "NONE" },
      200,
      { cause: { name: "UNKNOWN_TRANSACTION" } },
    ],
    [
      "the state of an older block",
      "query",
      { request_type: "view_account", account_id: "local", block_id: 1 },
      200,
      { cause: { name: "GARBAGE_COLLECTED_BLOCK" } },
    ],
    [
      "a contract that is not there",
      "query",
      { request_type: "view_code", account_id: "local", finality: "final" },
      200,
      { cause: { name: "NO_CONTRACT_CODE" } },
    ],
  ];
  test.each(cases)("%s", async (_name, method, params, status, error) => {
    const answer = await rpc(url, method, params);
    expect(answer.status).toBe(status);
    expect(answer.body.error).toMatchObject(error);
  });

  test("an invalid transaction is named in data", async () => {
    const base64 = await signed("local", [actions.transfer(1n)]);
    const bytes = Buffer.from(base64, "base64");
    bytes[bytes.length - 1]! ^= 1;
    const answer = await rpc(url, "send_tx", { signed_tx_base64: bytes.toString("base64") });
    expect(answer.body.error).toMatchObject({
      cause: { name: "INVALID_TRANSACTION" },
      data: { TxExecutionError: { InvalidTxError: "InvalidSignature" } },
    });
  });

  test("what is not JSON-RPC is answered", async () => {
    for (const body of ["not json", "[]", '{"jsonrpc":"1.0","method":"status"}']) {
      const response = await fetch(url, { method: "POST", body });
      expect(response.status).toBe(400);
      expect(((await response.json()) as Answer["body"]).error).toMatchObject({
        cause: { name: "PARSE_ERROR" },
      });
    }
  });

  test("bodies are bounded", async () => {
    const response = await fetch(url, { method: "POST", body: "x".repeat(9 * 1024 * 1024) });
    expect(response.status).toBe(413);
  });
});

describe("wait levels", () => {
  type Status = { final_execution_status: string; status?: unknown; receipts_outcome?: unknown[] };

  test("NONE answers at once, FINAL when all receipts are executed", async () => {
    const signed_tx_base64 = await signed("keeper.local", [call("set")]);
    const none = await result<Status>(url, "send_tx", { signed_tx_base64, wait_until: "NONE" });
    expect(none).toEqual({ final_execution_status: "NONE" });
    const final = await result<Status>(url, "send_tx", { signed_tx_base64, wait_until: "FINAL" });
    expect(final.final_execution_status).toBe("FINAL");
    expect(final.receipts_outcome).toHaveLength(2);
  });

  test("a call that yields is included and started until it is resumed", async () => {
    const signed_tx_base64 = await signed("keeper.local", [call("wait")]);
    const included = await result<Status>(url, "send_tx", { signed_tx_base64, wait_until: "INCLUDED_FINAL" });
    expect(included.status).toBe("Started");
    await result(url, "sandbox_fast_forward", { delta_height: 200 });
    const done = await result<Status>(url, "tx", { signed_tx_base64, wait_until: "EXECUTED" });
    expect(done.status).toEqual({ SuccessValue: "" });
  });

  test("the old ways to send still work", async () => {
    const hash = await result<string>(url, "broadcast_tx_async", [
      await signed("local", [actions.transfer(1n)]),
    ]);
    const status = await result<Status>(url, "EXPERIMENTAL_tx_status", [hash, "local"]);
    expect(status).toHaveProperty("receipts");
    const commit = await result<Status>(url, "broadcast_tx_commit", [
      await signed("local", [actions.transfer(1n)]),
    ]);
    expect(commit.status).toEqual({ SuccessValue: "" });
  });
});

describe("sandbox", () => {
  test("fast_forward skips heights, which the feed answers with null", async () => {
    const before = near.chain.head.height;
    await result(url, "sandbox_fast_forward", { delta_height: 50 });
    expect(near.chain.head.height).toBe(before + 50);
    const skipped = await fetch(`${near.feed_url}/v0/block/${before + 1}`);
    expect(await skipped.json()).toBeNull();
    expect((await rpc(url, "sandbox_fast_forward", { delta_height: 0 })).body.error).toMatchObject({
      cause: { name: "PARSE_ERROR" },
    });
  });

  test("patch_state sets accounts, data and keys", async () => {
    const { public_key } = near.root;
    const records = [
      {
        Account: {
          account_id: "patched.local",
          account: {
            amount: "7",
            locked: "0",
            code_hash: "11111111111111111111111111111111",
            storage_usage: 182,
            version: "V1",
          },
        },
      },
      {
        AccessKey: {
          account_id: "patched.local",
          public_key,
          access_key: { nonce: 3, permission: "FullAccess" },
        },
      },
      { Data: { account_id: "keeper.local", data_key: "a2V5", value: "cGF0Y2hlZA==" } },
    ];
    await result(url, "sandbox_patch_state", { records });
    expect(near.chain.account("patched.local")?.amount).toBe(7n);
    const view = near.chain.view("keeper.local", "get");
    expect(Buffer.from(view.result).toString()).toBe("patched");
    const contract_record = { Contract: { account_id: "patched.local", code: "AA==" } };
    const answer = await rpc(url, "sandbox_patch_state", { records: [contract_record] });
    expect(answer.body.error).toMatchObject({ cause: { name: "PARSE_ERROR" } });
  });
});

describe("queries as old clients write them", () => {
  test.each([
    ["account/local", "", { code_hash: "11111111111111111111111111111111" }],
    ["access_key/local", "", { keys: [{ access_key: { permission: "FullAccess" } }] }],
    ["code/keeper.local", "", { code_base64: Buffer.from(KEEPER).toString("base64") }],
    ["contract/keeper.local", "", { values: expect.any(Array) }],
    ["call/keeper.local/get", "", { result: expect.any(Array) }],
    ["call/keeper.local/no_such", "", { error: expect.stringContaining("MethodNotFound") }],
  ])("%s", async (path, data, expected) => {
    expect(await result(url, "query", [path, data])).toMatchObject(expected);
  });

  test("a key is an Ed25519 key where it does not say", async () => {
    const key = near.root.public_key;
    for (const public_key of [key, key.replace("ed25519:", "")]) {
      const query = { request_type: "view_access_key", finality: "final", account_id: "local", public_key };
      expect(await result(url, "query", query)).toMatchObject({ permission: "FullAccess" });
      expect(await result(url, "query", [`access_key/local/${public_key}`, ""])).toMatchObject({
        permission: "FullAccess",
      });
    }
  });
});

describe("the block feed", () => {
  type FeedBlock = {
    block: { header: { height: number; hash: string } };
    shards: {
      chunk: { transactions: { transaction: { hash: string } }[]; receipts: object[] };
      state_changes: object[];
      receipt_execution_outcomes: {
        execution_outcome: {
          id: string;
          block_hash: string;
          outcome: { logs: string[]; status: object; executor_id: string };
        };
        receipt: { predecessor_id: string; receiver_id: string; receipt_id: string; receipt: object };
        tx_hash: string | null;
      }[];
    }[];
  };

  test("has what a call did: logs, outcome, receipt and the transaction it comes from", async () => {
    const raw = await root.callFunctionRaw({ contractId: "keeper.local", methodName: "set", args: {} });
    const height = near.chain.data.outcomes.get(raw.receipts_outcome[0]!.id)!.block_height;
    const block = (await (await fetch(`${near.feed_url}/v0/block/${height}`)).json()) as FeedBlock;
    expect(block.block.header.height).toBe(height);
    const [executed] = block.shards[0]!.receipt_execution_outcomes;
    expect(executed).toMatchObject({
      tx_hash: raw.transaction.hash,
      receipt: {
        predecessor_id: "local",
        receiver_id: "keeper.local",
        receipt: { Action: { signer_id: "local", actions: [{ FunctionCall: { method_name: "set" } }] } },
      },
      execution_outcome: {
        id: raw.receipts_outcome[0]!.id,
        block_hash: block.block.header.hash,
        outcome: { logs: ["value"], executor_id: "keeper.local", status: { SuccessValue: "" } },
      },
    });
    expect(block.shards[0]!.chunk.receipts).toContainEqual(executed!.receipt);
    expect(block.shards[0]!.state_changes).toContainEqual({
      cause: { type: "receipt_processing", receipt_hash: executed!.execution_outcome.id },
      type: "data_update",
      change: { account_id: "keeper.local", key_base64: "a2V5", value_base64: "dmFsdWU=" },
    });
    expect(await (await fetch(`${near.feed_url}/v0/block_opt/${height}`)).json()).toEqual(block);
    const previous = (await (await fetch(`${near.feed_url}/v0/block/${height - 1}`)).json()) as FeedBlock;
    expect(previous.shards[0]!.chunk.transactions[0]!.transaction.hash).toBe(raw.transaction.hash);
  });

  test("answers the last block, and says why it cannot answer others", async () => {
    const last = (await (await fetch(`${near.feed_url}/v0/last_block/final`)).json()) as FeedBlock;
    expect(last.block.header.height).toBe(near.chain.head.height);
    expect(await (await fetch(`${near.feed_url}/v0/last_block/optimistic`)).json()).toEqual(last);
    const first = (await (await fetch(`${near.feed_url}/v0/first_block`)).json()) as FeedBlock;
    expect(first.block.header.height).toBe(near.chain.data.config.genesis_height);
    const future = await fetch(`${near.feed_url}/v0/block/${near.chain.head.height + 1}`);
    expect([future.status, await future.json()]).toMatchObject([404, { type: "BLOCK_HEIGHT_TOO_HIGH" }]);
    expect((await fetch(`${near.feed_url}/v0/block/0`)).status).toBe(404);
    expect((await fetch(`${near.feed_url}/v0/block/x`)).status).toBe(400);
  });
});

test.each(["status", "health", "network_info"])("GET /%s answers what the method does", async (method) => {
  const response = await fetch(`${url}/${method}`);
  expect(response.status).toBe(200);
  const keys = Object.keys((await result<object | null>(url, method, [])) ?? {});
  expect(Object.keys((await response.json()) ?? {})).toEqual(keys);
});

test("any page may ask", async () => {
  const response = await fetch(url, {
    method: "OPTIONS",
    headers: { origin: "https://example.org", "access-control-request-method": "POST" },
  });
  expect(response.headers.get("access-control-allow-origin")).toBe("*");
});
