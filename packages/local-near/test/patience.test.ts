// A call that yields takes as long as its answer: a request that waits too long is answered 408, and near-api-js asks again.
import { Account, actions, KeyPair } from "near-api-js";
import { expect, test } from "vitest";
import { startLocalNear } from "../src/index.ts";
import { contract } from "./support/wat.ts";

const SERVICE = contract(
  {
    ask: `(local $p i64)
      (local.set $p (call $promise_yield_create (i64.const 6) (i64.const 56) (i64.const 0) (i64.const 0)
        (i64.const 20000000000000) (i64.const 0) (i64.const 0)))
      (drop (call $storage_write (i64.const 5) (i64.const 80) (i64.const -1) (i64.const 0) (i64.const 1)))
      (call $promise_return (local.get $p))`,
    answer: `(call $input (i64.const 0))
      (drop (call $storage_read (i64.const 5) (i64.const 80) (i64.const 1)))
      (call $read_register (i64.const 1) (i64.const 128))
      (call $read_register (i64.const 0) (i64.const 256))
      (drop (call $promise_yield_resume (i64.const 32) (i64.const 128) (call $register_len (i64.const 0)) (i64.const 256)))`,
    finish: `(if (i64.eq (call $promise_result (i64.const 0) (i64.const 0)) (i64.const 1))
      (then (call $value_return (i64.const -1) (i64.const 0)))
      (else (call $value_return (i64.const 9) (i64.const 90))))`,
  },
  { 56: "finish", 80: "token", 90: "\\22timeout\\22" },
);

async function service(options: { rpc_wait_ms?: number; block_ms?: number }) {
  const near = await startLocalNear(options);
  const root = new Account("local", near.rpc_url, near.root.secret_key as `ed25519:${string}`);
  const key = KeyPair.fromRandom("ed25519");
  const list = [
    actions.createAccount(),
    actions.transfer(10n ** 25n),
    actions.addFullAccessKey(key.getPublicKey()),
  ];
  await root.signAndSendTransaction({
    receiverId: "service.local",
    actions: [...list, actions.deployContract(SERVICE)],
  });
  const operator = new Account("service.local", near.rpc_url, key.toString());
  const ask = () => root.callFunction({ contractId: "service.local", methodName: "ask", args: {} });
  const answer = (args: object) =>
    operator.callFunction({ contractId: "service.local", methodName: "answer", args });
  return { near, ask, answer };
}

test.each([10_000, 50])("is answered when it is resumed, with %i ms of patience", async (rpc_wait_ms) => {
  const { near, ask, answer } = await service({ rpc_wait_ms });
  const asked = ask();
  // Long enough for a few answers of 408.
  await new Promise((resolve) => setTimeout(resolve, 300));
  await answer({ number: 42 });
  expect(await asked).toEqual({ number: 42 });
  const calls = [...near.chain.data.transactions.values()].filter(({ signed }) =>
    signed.transaction.actions.some(
      (action) => action.type === "FunctionCall" && action.method_name === "ask",
    ),
  );
  expect(calls).toHaveLength(1);
  await near.stop();
});

test("is answered by its timeout when nobody resumes it", async () => {
  const { near, ask } = await service({ rpc_wait_ms: 50, block_ms: 5 });
  expect(await ask()).toBe("timeout");
  await near.stop();
});
