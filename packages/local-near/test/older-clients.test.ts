// The chain as the clients see it that most programs on NEAR were written with: near-api-js 5, the @near-js packages that
// version 6 is made of, and FastNEAR's for pages. All as they are published.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createContext, runInContext } from "node:vm";
import * as near_js from "@near-js/accounts";
import { KeyPair } from "@near-js/crypto";
import { JsonRpcProvider } from "@near-js/providers";
import { KeyPairSigner } from "@near-js/signers";
import * as near_5 from "near-api-js-5";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LocalNear, startLocalNear } from "../src/index.ts";
import { contract } from "./support/wat.ts";

const NEAR = 10n ** 24n;
const GAS = 30n * 10n ** 12n;
const KEEPER = contract(
  {
    keep: `(call $input (i64.const 0))
      (drop (call $storage_write (i64.const 4) (i64.const 16) (i64.const -1) (i64.const 0) (i64.const 1)))`,
    kept: `(drop (call $storage_read (i64.const 4) (i64.const 16) (i64.const 0)))
      (call $value_return (i64.const -1) (i64.const 0))`,
    refuse: "(call $panic_utf8 (i64.const 10) (i64.const 32))",
  },
  { 16: "last", 32: "not today!" },
);
const WORDS = { word: "kept" };

interface Provider5 {
  txStatusReceipts(hash: string, account_id: string, wait_until: string): Promise<object>;
}

let near: LocalNear;

beforeAll(async () => {
  near = await startLocalNear();
});

afterAll(() => near.stop());

describe("near-api-js 5", () => {
  const app_id = "app-5.local";
  let root: near_5.Account;
  let app: near_5.Account;

  beforeAll(async () => {
    const { keyStores, KeyPair, connect } = near_5;
    const keyStore = new keyStores.InMemoryKeyStore();
    const key = KeyPair.fromRandom("ed25519");
    await keyStore.setKey("local", "local", KeyPair.fromString(near.root.secret_key as never));
    await keyStore.setKey("local", app_id, key);
    const connection = await connect({ networkId: "local", nodeUrl: near.rpc_url, keyStore });
    root = await connection.account("local");
    app = await connection.account(app_id);
    await root.createAccount(app_id, key.getPublicKey(), 10n * NEAR);
  });

  test("deploys, calls, views, and finds the transaction again", async () => {
    expect((await app.getAccountBalance()).total).toBe(`${10n * NEAR}`);
    await app.deployContract(KEEPER);
    const call = { contractId: app_id, methodName: "keep", args: WORDS, gas: GAS, attachedDeposit: 1n };
    const { transaction } = await root.functionCall(call);
    expect(await root.viewFunction({ contractId: app_id, methodName: "kept" })).toEqual(WORDS);
    expect((await app.viewState("")).map(({ key }) => key.toString())).toEqual(["last"]);
    // The types that npm gives near-api-js 5 here are those of an older provider.
    const hash = transaction.hash as string;
    const status = await (root.connection.provider as unknown as Provider5).txStatusReceipts(
      hash,
      "local",
      "FINAL",
    );
    expect(status).toMatchObject({ transaction: { hash }, receipts: [{ receiver_id: app_id }, {}] });
  });

  test("adds and deletes keys, sends money", async () => {
    const key = near_5.KeyPair.fromRandom("ed25519").getPublicKey();
    await app.addKey(key, "local", ["keep"], NEAR / 10n);
    expect(await app.getAccessKeys()).toHaveLength(2);
    await app.deleteKey(key);
    expect(await app.getAccessKeys()).toHaveLength(1);
    await root.sendMoney(app_id, 5n);
    expect(near.chain.account(app_id)!.amount).toBeGreaterThan(9n * NEAR);
  });

  const FAILURES: [string, () => Promise<unknown>, string][] = [
    [
      "a panic",
      () => root.functionCall({ contractId: app_id, methodName: "refuse", gas: GAS }),
      "ActionError",
    ],
    [
      "no such method",
      () => root.functionCall({ contractId: app_id, methodName: "no", gas: GAS }),
      "ActionError",
    ],
    [
      "too little gas",
      () => root.functionCall({ contractId: app_id, methodName: "keep", gas: 1_000n }),
      "ActionError",
    ],
    ["an account that exists", () => root.createAccount(app_id, app_key(), 1n), "AccountAlreadyExists"],
    ["nobody", () => root.sendMoney("nobody.local", 1n), "AccountDoesNotExist"],
    ["more money than there is", () => root.sendMoney(app_id, 10n ** 38n), "NotEnoughBalance"],
  ];
  const app_key = () => near_5.KeyPair.fromRandom("ed25519").getPublicKey();
  test.each(FAILURES)("knows the failure for what it is: %s", async (_, run, type) => {
    await expect(run()).rejects.toMatchObject({ type });
  });
});

describe("@near-js 2", () => {
  const app_id = "app-6.local";
  let provider: JsonRpcProvider;
  let root: near_js.Account;
  let app: near_js.Account;

  beforeAll(async () => {
    provider = new JsonRpcProvider({ url: near.rpc_url });
    root = new near_js.Account("local", provider, KeyPairSigner.fromSecretKey(near.root.secret_key as never));
    const key = KeyPair.fromRandom("ed25519");
    app = new near_js.Account(app_id, provider, new KeyPairSigner(key));
    await root.createAccount(app_id, key.getPublicKey(), 10n * NEAR);
  });

  test("deploys, calls, views, adds a key, shows blocks", async () => {
    await app.deployContract(KEEPER);
    await root.callFunction({ contractId: app_id, methodName: "keep", args: WORDS, gas: GAS, deposit: 1n });
    expect(await provider.callFunction(app_id, "kept", {})).toEqual(WORDS);
    const publicKey = KeyPair.fromRandom("ed25519").getPublicKey();
    await app.addFunctionCallAccessKey({
      publicKey,
      contractId: "local",
      methodNames: ["keep"],
      allowance: NEAR,
    });
    expect((await app.getAccessKeyList()).keys).toHaveLength(2);
    const { header } = await provider.viewBlock({ finality: "final" });
    expect((await provider.viewBlock({ blockId: header.hash })).header.height).toBe(header.height);
    expect((await provider.viewContractCode(app_id)).code).toEqual(KEEPER);
  });

  test("knows failures for what they are", async () => {
    const stranger = new near_js.Account(
      app_id,
      provider,
      KeyPairSigner.fromSecretKey(near.root.secret_key as never),
    );
    const FAILURES: [() => Promise<unknown>, string][] = [
      [
        () => root.callFunction({ contractId: app_id, methodName: "refuse", args: {}, gas: GAS }),
        "ActionError",
      ],
      [() => root.transfer({ receiverId: "nobody.local", amount: 1n }), "AccountDoesNotExist"],
      [() => new near_js.Account("nobody.local", provider).getState(), "AccountDoesNotExist"],
      [() => provider.callFunction(app_id, "no", {}), "MethodNotFound"],
      [() => stranger.transfer({ receiverId: "local", amount: 1n }), "AccessKeyDoesNotExist"],
    ];
    for (const [run, type] of FAILURES) await expect(run(), type).rejects.toMatchObject({ type });
  });
});

describe("@fastnear/api", () => {
  /** Its build for pages, with the little that it wants of one. It calls what the key in the page's storage may. */
  function openPage(stored: Record<string, string>) {
    const items = new Map(
      Object.entries(stored).map(([key, value]) => [`__fastnear_${key}`, JSON.stringify(value)]),
    );
    const localStorage = {
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, value: string) => items.set(key, value),
      removeItem: (key: string) => items.delete(key),
    };
    const page: Record<string, unknown> = {
      ...{ localStorage, fetch, crypto, TextEncoder, TextDecoder, atob, btoa, URL, setTimeout, clearTimeout },
      console: { ...console, log: () => {} },
      location: { href: "http://page.test/", search: "" },
      document: { addEventListener() {} },
      addEventListener() {},
      history: { replaceState() {} },
    };
    page.window = page;
    const file = createRequire(import.meta.url)
      .resolve("@fastnear/api")
      .replace("src/index.js", "dist/fastnear.js");
    runInContext(readFileSync(file, "utf8"), createContext(page));
    return page.near as FastNear;
  }

  interface FastNear {
    config(config: object): void;
    view(query: object): Promise<unknown>;
    account(query: object): Promise<{ amount: string }>;
    block(query: object): Promise<{ header: { height: number } }>;
    accessKey(query: object): Promise<{ permission: unknown }>;
    sendTx(call: object): Promise<string>;
    onTx(hear: (tx: { status: string; result?: { status: object } }) => void): void;
    actions: Record<string, (action: object) => object>;
  }

  test("views, shows, and sends a transaction that refers to the block before", async () => {
    const app_id = "app-6.local";
    const account = { accountId: "local", privateKey: near.root.secret_key, accessKeyContractId: app_id };
    const page = openPage(account);
    page.config({ nodeUrl: near.rpc_url });
    expect(await page.view({ contractId: app_id, methodName: "kept", args: {} })).toEqual(WORDS);
    expect(BigInt((await page.account({ accountId: "local" })).amount)).toBeGreaterThan(NEAR);
    expect((await page.block({ blockId: "final" })).header.height).toBe(near.chain.head.height);
    const publicKey = near.root.public_key;
    expect(await page.accessKey({ accountId: "local", publicKey })).toMatchObject({
      permission: "FullAccess",
    });
    const executed = new Promise((resolve) =>
      page.onTx((tx) => tx.status === "Executed" && resolve(tx.result?.status)),
    );
    const args = { word: "fast" };
    const call = page.actions.functionCall!({ methodName: "keep", gas: `${GAS}`, deposit: "1", args });
    await page.sendTx({ receiverId: app_id, actions: [call] });
    expect(await executed).toEqual({ SuccessValue: "" });
    expect(await page.view({ contractId: app_id, methodName: "kept", args: {} })).toEqual(args);
  });
});
