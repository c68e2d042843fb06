// Every answer against the published schemas of the JSON-RPC: the published client parses requests and answers with them.
import * as client from "@near-js/jsonrpc-client";
import {
  AccessKeyListSchema,
  AccessKeyViewSchema,
  AccountViewSchema,
  ActionErrorSchema,
  CallResultSchema,
  ContractCodeViewSchema,
  InvalidTxErrorSchema,
  RpcErrorSchema,
  RpcTransactionResponseSchema,
  ViewStateResultSchema,
} from "@near-js/jsonrpc-types";
import { Account, actions, KeyPair } from "near-api-js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LocalNear, startLocalNear } from "../src/index.ts";
import { RPC_METHODS } from "../src/rpc/dispatch.ts";
import { rpc } from "./support/rpc.ts";
import { contract } from "./support/wat.ts";

const NEAR = 10n ** 24n;
const CODE = contract(
  {
    set: `(call $log_utf8 (i64.const 5) (i64.const 32))
      (drop (call $storage_write (i64.const 3) (i64.const 16) (i64.const 5) (i64.const 32) (i64.const 0)))`,
    get: "(call $value_return (i64.const 5) (i64.const 32))",
    fail: "(call $panic_utf8 (i64.const 5) (i64.const 32))",
    hop: `(call $promise_return (call $promise_create (i64.const 12) (i64.const 50) (i64.const 3) (i64.const 64)
      (i64.const 0) (i64.const 0) (i64.const 0) (i64.const 10000000000000)))`,
    wait: `(call $promise_return (call $promise_yield_create (i64.const 3) (i64.const 64) (i64.const 0) (i64.const 0)
      (i64.const 10000000000000) (i64.const 0) (i64.const 0)))`,
  },
  { 16: "key", 32: "value", 50: "keeper.local", 64: "set" },
);
const KEEPER = "keeper.local";
const NEWEST = { finality: "final" } as const;

let near: LocalNear;
let root: Account;
let node: client.NearRpcClient;
let hop: { hash: string; receipt_ids: string[] };
let deployed_in: string;

beforeAll(async () => {
  near = await startLocalNear({ rpc_wait_ms: 50 });
  node = new client.NearRpcClient(near.rpc_url);
  root = new Account("local", near.rpc_url, near.root.secret_key as `ed25519:${string}`);
  const deployment = await root.signAndSendTransaction({
    receiverId: KEEPER,
    actions: [
      actions.createAccount(),
      actions.transfer(10n * NEAR),
      actions.addFullAccessKey(newKey()),
      actions.addFunctionCallAccessKey(newKey(), KEEPER, ["get"], NEAR),
      actions.deployContract(CODE),
    ],
  });
  deployed_in = deployment.receipts_outcome[0]!.block_hash;
  await root.callFunction({ contractId: KEEPER, methodName: "set", args: {} });
  const { transaction, transaction_outcome } = await root.callFunctionRaw({
    contractId: KEEPER,
    methodName: "hop",
    args: {},
  });
  hop = { hash: transaction.hash, receipt_ids: transaction_outcome.outcome.receipt_ids };
});

afterAll(() => near.stop());

const newKey = () => KeyPair.fromRandom("ed25519").getPublicKey();

const ASKED = new Set<string>();

/** As the schemas are written: camel case, as the published client makes of an answer. */
function camelCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCase);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => {
    return [key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()), camelCase(inner)];
  });
  return Object.fromEntries(entries);
}

async function ask(method: string, params: unknown) {
  ASKED.add(method);
  return (await rpc(near.rpc_url, method, params)).body;
}

const id = () => ({ tx_hash: hop.hash, sender_account_id: "local" });

describe("the published client accepts the answer of", () => {
  const CASES: Record<string, () => Promise<unknown>> = {
    status: () => client.status(node),
    health: () => client.health(node),
    block: () => client.block(node, NEWEST),
    "block by height": () => client.block(node, { blockId: 2 }),
    "block by hash": () => client.block(node, { blockId: near.chain.head.hash }),
    chunk: () => client.chunk(node, { chunkId: near.chain.head.chunk_hash }),
    "chunk of a block": () => client.chunk(node, { blockId: near.chain.head.height, shardId: 0 }),
    gas_price: () => client.gasPrice(node, { blockId: null }),
    validators: () => client.validators(node, "latest"),
    block_effects: () => client.blockEffects(node, NEWEST),
    EXPERIMENTAL_changes_in_block: () => client.experimentalChangesInBlock(node, NEWEST),
    EXPERIMENTAL_protocol_config: () => client.experimentalProtocolConfig(node, NEWEST),
    genesis_config: () => client.genesisConfig(node),
    EXPERIMENTAL_genesis_config: () => client.experimentalGenesisConfig(node),
    network_info: () => client.networkInfo(node),
    maintenance_windows: () => client.maintenanceWindows(node, { accountId: "local" }),
    EXPERIMENTAL_maintenance_windows: () =>
      client.experimentalMaintenanceWindows(node, { accountId: "local" }),
    EXPERIMENTAL_validators_ordered: () => client.experimentalValidatorsOrdered(node, { blockId: null }),
    EXPERIMENTAL_congestion_level: () =>
      client.experimentalCongestionLevel(node, { blockId: near.chain.head.height, shardId: 0 }),
    tx: () => client.tx(node, { txHash: hop.hash, senderAccountId: "local", waitUntil: "FINAL" }),
    EXPERIMENTAL_tx_status: () =>
      client.experimentalTxStatus(node, { txHash: hop.hash, senderAccountId: "local", waitUntil: "FINAL" }),
    EXPERIMENTAL_receipt: () => client.experimentalReceipt(node, { receiptId: hop.receipt_ids[0]! }),
  };
  for (const [name, run] of Object.entries(CASES)) {
    test(name, async () => {
      ASKED.add(name.split(" ")[0]!);
      await run();
    });
  }

  test.each(["account_changes", "all_access_key_changes", "contract_code_changes"] as const)(
    "changes: %s",
    async (changesType) => {
      ASKED.add("changes");
      const request = { changesType, accountIds: [KEEPER], blockId: deployed_in };
      const { changes } = await client.changes(node, request as Parameters<typeof client.changes>[1]);
      expect(changes.length).toBeGreaterThan(0);
    },
  );

  test("changes: data_changes, and of a single key", async () => {
    ASKED.add("EXPERIMENTAL_changes");
    const keys = [{ accountId: "local", publicKey: near.root.public_key }];
    for (let height = 2; height <= near.chain.head.height; height++) {
      await client.experimentalChanges(node, {
        changesType: "data_changes",
        accountIds: [KEEPER],
        keyPrefixBase64: "",
        blockId: height,
      });
      await client.changes(node, { changesType: "single_access_key_changes", keys, blockId: height });
    }
  });

  const public_key = () => near.root.public_key;
  const QUERIES = [
    ["view_account", AccountViewSchema(), () => ({ account_id: KEEPER })],
    ["view_code", ContractCodeViewSchema(), () => ({ account_id: KEEPER })],
    ["view_state", ViewStateResultSchema(), () => ({ account_id: KEEPER, prefix_base64: "" })],
    ["view_access_key_list", AccessKeyListSchema(), () => ({ account_id: KEEPER })],
    ["view_access_key", AccessKeyViewSchema(), () => ({ account_id: "local", public_key: public_key() })],
    [
      "call_function",
      CallResultSchema(),
      () => ({ account_id: KEEPER, method_name: "get", args_base64: "" }),
    ],
  ] as const;
  test.each(QUERIES)("query: %s", async (request_type, schema, params) => {
    const { result } = await ask("query", { request_type, finality: "optimistic", ...params() });
    schema.parse(camelCase(result));
    expect(result).toMatchObject({ block_height: near.chain.head.height, block_hash: near.chain.head.hash });
    // The same by a method of its own, which the published schemas do not have yet.
    const own = request_type.replace(/^(call|view)/, "EXPERIMENTAL_$1");
    const same = await ask(own, { finality: "optimistic", ...params() });
    expect(same.result).toEqual(result);
  });
});

describe("transactions", () => {
  const call = (method: string) => [actions.functionCall(method, {}, 50n * 10n ** 12n, 0n)];

  async function signed(receiverId: string, list: ReturnType<typeof call>) {
    const transaction = await root.createSignedTransaction({ receiverId, actions: list });
    return Buffer.from(transaction.encode()).toString("base64");
  }

  const LEVELS = ["NONE", "INCLUDED", "EXECUTED_OPTIMISTIC", "INCLUDED_FINAL", "EXECUTED", "FINAL"];
  test.each(LEVELS)("send_tx and tx, waiting until %s", async (wait_until) => {
    const signed_tx_base64 = await signed(KEEPER, call("hop"));
    const { result } = await ask("send_tx", { signed_tx_base64, wait_until });
    if (wait_until !== "NONE") RpcTransactionResponseSchema().parse(camelCase(result));
    else expect(result).toEqual({ final_execution_status: "NONE" });
    const again = await ask("tx", { signed_tx_base64, wait_until: "FINAL" });
    RpcTransactionResponseSchema().parse(camelCase(again.result));
  });

  test("broadcast_tx_commit and broadcast_tx_async", async () => {
    const { result } = await ask("broadcast_tx_commit", [await signed(KEEPER, call("get"))]);
    RpcTransactionResponseSchema().parse(camelCase(result));
    const { result: hash } = await ask("broadcast_tx_async", [await signed(KEEPER, call("get"))]);
    const status = await ask("EXPERIMENTAL_tx_status", [hash, "local"]);
    RpcTransactionResponseSchema().parse(camelCase(status.result));
  });

  const FAILURES: [string, string, ReturnType<typeof call>][] = [
    ["a panic", KEEPER, call("fail")],
    ["no such method", KEEPER, call("no_such_method")],
    ["no contract", "local", call("get")],
    ["no such account", "nobody.local", [actions.transfer(1n)]],
    ["an account that exists", KEEPER, [actions.createAccount()]],
    ["somebody else's key", KEEPER, [actions.addFullAccessKey(KeyPair.fromRandom("ed25519").getPublicKey())]],
    ["no such key", "local", [actions.deleteKey(KeyPair.fromRandom("ed25519").getPublicKey())]],
    [
      "no money for what is stored",
      "poor.local",
      [actions.createAccount(), actions.deployContract(new Uint8Array(1_000))],
    ],
  ];
  test.each(FAILURES)("that fail: %s", async (_name, receiver_id, list) => {
    const { result } = await ask("send_tx", { signed_tx_base64: await signed(receiver_id, list) });
    RpcTransactionResponseSchema().parse(camelCase(result));
    const { status } = result as { status: { Failure: { ActionError: unknown } } };
    ActionErrorSchema().parse(camelCase(status.Failure.ActionError));
  });

  test("that wait for a yield time out as on a node", async () => {
    const signed_tx_base64 = await signed(KEEPER, call("wait"));
    const { status, body } = await rpc(near.rpc_url, "send_tx", { signed_tx_base64 });
    expect(status).toBe(408);
    RpcErrorSchema().parse(camelCase(body.error));
    expect(body.error).toMatchObject({ name: "HANDLER_ERROR", cause: { name: "TIMEOUT_ERROR" } });
    const started = await ask("tx", { signed_tx_base64, wait_until: "INCLUDED" });
    RpcTransactionResponseSchema().parse(camelCase(started.result));
  });

  test("that are refused", async () => {
    const nonce = await signed(KEEPER, call("get"));
    await ask("send_tx", { signed_tx_base64: nonce });
    const poor = await signed("rich.local", [actions.transfer(10n ** 40n)] as never);
    const bytes = Buffer.from(await signed(KEEPER, call("get")), "base64");
    bytes[bytes.length - 1]! ^= 1;
    for (const [signed_tx_base64, kind] of [
      [poor, "NotEnoughBalance"],
      [bytes.toString("base64"), "InvalidSignature"],
    ] as const) {
      const { error } = await ask("send_tx", { signed_tx_base64 });
      RpcErrorSchema().parse(camelCase(error));
      const { TxExecutionError } = error!.data as { TxExecutionError: { InvalidTxError: unknown } };
      InvalidTxErrorSchema().parse(camelCase(TxExecutionError.InvalidTxError));
      expect(JSON.stringify(TxExecutionError.InvalidTxError)).toContain(kind);
    }
  });
});

const NO_HASH = "11111111111111111111111111111111";
const ERRORS: [string, unknown][] = [
  ["no_such_method", {}],
  ["block", { block_id: 10 ** 9 }],
  ["block", { block_id: NO_HASH }],
  ["block", { finality: "no_such" }],
  ["chunk", { chunk_id: NO_HASH }],
  ["query", { request_type: "view_account", finality: "final", account_id: "nobody.local" }],
  ["query", { request_type: "view_account", finality: "final", account_id: "Not An Account" }],
  ["query", { request_type: "view_code", finality: "final", account_id: "local" }],
  ["query", { request_type: "view_account", block_id: 10 ** 9, account_id: "local" }],
  ["tx", { tx_hash: NO_HASH, sender_account_id: "local" }],
  ["EXPERIMENTAL_receipt", { receipt_id: NO_HASH }],
  ["send_tx", { signed_tx_base64: "AAAA" }],
];
test.each(ERRORS)("an error of %s has the published form", async (method, params) => {
  const { error, result } = await ask(method, params);
  expect(result).toBeUndefined();
  RpcErrorSchema().parse(camelCase(error));
});

test.each([
  ["EXPERIMENTAL_view_account", { account_id: "nobody.local" }, "UNKNOWN_ACCOUNT"],
  ["EXPERIMENTAL_view_code", { account_id: "local" }, "NO_CONTRACT_CODE"],
  [
    "EXPERIMENTAL_call_function",
    { account_id: KEEPER, method_name: "fail", args_base64: "" },
    "CONTRACT_EXECUTION_ERROR",
  ],
  [
    "EXPERIMENTAL_view_access_key",
    { account_id: KEEPER, public_key: "ed25519:11111111111111111111111111111111" },
    "UNKNOWN_ACCESS_KEY",
  ],
])("%s names its failures as errors", async (method, params, name) => {
  const { error } = await ask(method, { finality: "final", ...params });
  expect(error).toMatchObject({
    name: "HANDLER_ERROR",
    cause: { name, info: { block_height: expect.any(Number) } },
  });
  if (name === "CONTRACT_EXECUTION_ERROR")
    expect(error).toMatchObject({
      cause: { info: { vm_error: { ExecutionError: "Smart contract panicked: value" } } },
    });
});

test("EXPERIMENTAL_receipt_to_tx finds the transaction of a receipt", async () => {
  const { result } = await ask("EXPERIMENTAL_receipt_to_tx", { receipt_id: hop.receipt_ids[0] });
  expect(result).toEqual({ transaction_hash: hop.hash, sender_account_id: "local" });
  const { error } = await ask("EXPERIMENTAL_receipt_to_tx", { receipt_id: NO_HASH });
  expect(error).toMatchObject({ cause: { name: "UNKNOWN_RECEIPT" } });
});

test("nothing that is answered was left out", async () => {
  await ask("EXPERIMENTAL_tx_status", id());
  const own = RPC_METHODS.filter((method) => !method.startsWith("sandbox_"));
  expect(own.filter((method) => !ASKED.has(method))).toEqual([]);
});
