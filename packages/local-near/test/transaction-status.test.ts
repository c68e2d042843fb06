// What a node says of a transaction that is under way (nearcore: view_client_actor.rs, chain.rs).
import { actions } from "near-api-js";
import { expect, test } from "vitest";
import { localRpc, startLocalNear } from "../src/index.ts";
import { rpc } from "./support/rpc.ts";
import { callAction, Session } from "./support/session.ts";
import { contract } from "./support/wat.ts";

const TEXTS = { 100: "target.local", 140: "answer" };
const CREATE = `(drop (call $promise_create (i64.const 12) (i64.const 100) (i64.const 6) (i64.const 140)
  (i64.const 0) (i64.const 0) (i64.const 512) (i64.const 10000000000000)))`;
const TARGET = contract({ answer: "" });
const FORK = contract({ both: `${CREATE} ${CREATE}` }, TEXTS);

interface Answer {
  result: {
    final_execution_status: string;
    transaction_outcome: { outcome: { receipt_ids: string[] } };
    receipts_outcome: { id: string; outcome: { executor_id: string } }[];
    receipts: { receipt_id: string }[];
  };
  error?: { cause: { name: string } };
}

function statusOf({ chain }: Session, tx_hash: string): Promise<Answer> {
  const params = { tx_hash, sender_account_id: "user.local", wait_until: "NONE" };
  return localRpc(chain)("EXPERIMENTAL_tx_status", params) as Promise<Answer>;
}

test("each outcome is followed by what it led to, with the receipts that have run", async () => {
  const session = new Session();
  await session.account("target", TARGET);
  await session.account("fork", FORK);
  const user = await session.account("user");
  const hash = await session.send(user, "fork.local", [callAction("both")]);
  expect((await statusOf(session, hash)).error?.cause.name).toBe("UNKNOWN_TRANSACTION");
  const seen = [];
  for (let block = 0; block < 4; block++) {
    session.chain.produceBlock();
    const { final_execution_status, receipts_outcome, receipts } = (await statusOf(session, hash)).result;
    expect(receipts.map(({ receipt_id }) => receipt_id)).toEqual(receipts_outcome.map(({ id }) => id));
    seen.push([final_execution_status, receipts_outcome.map(({ outcome }) => outcome.executor_id)]);
  }
  const [fork, target, refund] = ["fork.local", "target.local", "user.local"];
  expect(seen).toEqual([
    ["INCLUDED_FINAL", []],
    ["INCLUDED_FINAL", [fork]],
    // The last receipt that a receipt makes is its refund, and need not have run.
    ["EXECUTED", [fork, target, target, refund]],
    ["FINAL", [fork, target, refund, target, refund, refund]],
  ]);
});

test("what an account sends to itself is not among the receipts", async () => {
  const session = new Session();
  const user = await session.account("user", FORK);
  await session.account("target", TARGET);
  const { hash } = await session.run(user, "user.local", [callAction("both"), actions.transfer(1n)]);
  const { result } = await statusOf(session, hash);
  const [own, ...others] = result.receipts_outcome.map(({ id }) => id);
  expect(result.transaction_outcome.outcome.receipt_ids).toEqual([own]);
  expect(others.length).toBeGreaterThan(0);
  expect(result.receipts.map(({ receipt_id }) => receipt_id)).toEqual(others);
});

test("a transaction that nobody has sent is waited for", async () => {
  const near = await startLocalNear({ rpc_wait_ms: 50 });
  const params = { tx_hash: "11111111111111111111111111111111", sender_account_id: "local" };
  const answer = await rpc(near.rpc_url, "tx", params);
  expect(answer.status).toBe(408);
  expect(answer.body.error).toMatchObject({ cause: { name: "TIMEOUT_ERROR" } });
  await near.stop();
});
