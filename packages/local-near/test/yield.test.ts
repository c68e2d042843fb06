// NEP-519: a call that answers later.
import { beforeEach, expect, test } from "vitest";
import { callAction, failureOf, returned, Session } from "./support/session.ts";
import { contract } from "./support/wat.ts";

type Sender = Awaited<ReturnType<Session["account"]>>;

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

/** `ask` yields and keeps the token; `resume` sends its input as payload and returns what the host answered. */
const RESUME = `(call $input (i64.const 0))
  (drop (call $storage_read (i64.const 5) (i64.const 32) (i64.const 1)))
  (call $read_register (i64.const 1) (i64.const 64))
  (call $read_register (i64.const 0) (i64.const 1024))
  (i32.store8 (i32.const 0) (i32.add (i32.const 48)
    (call $promise_yield_resume (i64.const 32) (i64.const 64) (call $register_len (i64.const 0)) (i64.const 1024))))`;
const ASK = `(local $p i64)
  (local.set $p (call $promise_yield_create (i64.const 8) (i64.const 16) (i64.const 0) (i64.const 0)
    (i64.const 20000000000000) (i64.const 0) (i64.const 0)))
  (drop (call $storage_write (i64.const 5) (i64.const 32) (i64.const -1) (i64.const 0) (i64.const 1)))
  (call $promise_return (local.get $p))`;
const CODE = contract(
  {
    ask: ASK,
    resume: `${RESUME} (call $value_return (i64.const 1) (i64.const 0))`,
    ask_and_resume: `${ASK} ${RESUME}`,
    // "ok:" and the payload, or "timeout".
    callback: `(if (i64.eq (call $promise_result (i64.const 0) (i64.const 0)) (i64.const 1))
      (then
        (call $read_register (i64.const 0) (i64.const 2051))
        (i32.store (i32.const 2048) (i32.const 0x3a6b6f))
        (i32.store8 (i32.const 2050) (i32.const 0x3a))
        (call $read_register (i64.const 0) (i64.const 2051))
        (call $value_return (i64.add (i64.const 3) (call $register_len (i64.const 0))) (i64.const 2048)))
      (else (call $value_return (i64.const 7) (i64.const 40))))`,
  },
  { 16: "callback", 32: "token", 40: "timeout" },
);

const payload = (content: string) => Buffer.from(content);

let session: Session;
let user: Sender;
let operator: Sender;

beforeEach(async () => {
  session = new Session();
  await session.account("service", CODE);
  user = await session.account("user");
  operator = await session.account("operator");
});

const ask = () => session.send(user, "service.local", [callAction("ask")]);
const resume = (bytes: Uint8Array) => session.send(operator, "service.local", [callAction("resume", bytes)]);
const blocks = (count: number) => {
  for (let i = 0; i < count; i++) session.chain.produceBlock();
};

/** Yields; returns the transaction and the height of the block that `ask` ran in. */
async function yielded() {
  const hash = await ask();
  session.chain.settle();
  return { hash, height: session.result(hash).receipts[0]!.block_height };
}

test("resuming runs the callback with the payload and answers the caller", async () => {
  const { hash } = await yielded();
  expect(session.result(hash).status).toHaveProperty("SuccessReceiptId");
  const resumed = await resume(payload("hello"));
  session.chain.settle();
  expect(text(returned(session.result(resumed)))).toBe("1");
  expect(text(returned(session.result(hash)))).toBe("ok:hello");
});

test("a payload is at most 1,024 bytes", async () => {
  const { hash } = await yielded();
  const long = await resume(new Uint8Array(1_025).fill(120));
  session.chain.settle();
  expect(failureOf(session.result(long))).toContain(
    "Yield resume payload is 1025 bytes which exceeds the 1024 byte limit",
  );
  await resume(new Uint8Array(1_024).fill(120));
  session.chain.settle();
  expect(returned(session.result(hash))).toHaveLength(3 + 1_024);
});

test("after 200 blocks the callback sees a failure, and resuming is too late", async () => {
  const { hash, height } = await yielded();
  blocks(height + 200 - session.chain.head.height);
  expect(session.result(hash).status).toHaveProperty("SuccessReceiptId");
  blocks(1);
  expect(text(returned(session.result(hash)))).toBe("timeout");
  const late = await resume(payload("late"));
  session.chain.settle();
  expect(text(returned(session.result(late)))).toBe("0");
});

test("a resume that runs in the 200th block still wins", async () => {
  const { hash, height } = await yielded();
  blocks(height + 198 - session.chain.head.height);
  const last = await resume(payload("last"));
  session.chain.settle();
  expect(session.result(last).receipts[0]!.block_height).toBe(height + 200);
  expect(text(returned(session.result(last)))).toBe("1");
  expect(text(returned(session.result(hash)))).toBe("ok:last");
});

test("a resume that is told 1 wins, even in the block in which the timeout arrives", async () => {
  const { hash, height } = await yielded();
  blocks(height + 199 - session.chain.head.height);
  const last = await resume(payload("last"));
  session.chain.settle();
  expect(session.result(last).receipts[0]!.block_height).toBe(height + 201);
  expect(text(returned(session.result(last)))).toBe("1");
  expect(text(returned(session.result(hash)))).toBe("ok:last");
});

test("a resume in the next block is told 0 and loses to the timeout", async () => {
  const { hash, height } = await yielded();
  blocks(height + 200 - session.chain.head.height);
  const last = await resume(payload("last"));
  session.chain.settle();
  expect(session.result(last).receipts[0]!.block_height).toBe(height + 202);
  expect(text(returned(session.result(last)))).toBe("0");
  expect(text(returned(session.result(hash)))).toBe("timeout");
});

test("another call can resume in the yield's own block (nearcore#14904, case 2)", async () => {
  const asked = await ask();
  const resumed = await resume(payload("early"));
  session.chain.settle();
  const heights = [asked, resumed].map((hash) => session.result(hash).receipts[0]!.block_height);
  expect(heights[0]).toBe(heights[1]);
  expect(text(returned(session.result(resumed)))).toBe("1");
  expect(text(returned(session.result(asked)))).toBe("ok:early");
});

test("so can the next action of the same receipt (nearcore#14904, case 4)", async () => {
  const list = [callAction("ask"), callAction("resume", payload("next"))];
  const { status, receipts } = await session.run(user, "service.local", list);
  expect(text(returned({ status } as never))).toBe("1");
  const callback = receipts.find(
    ({ status }) => "SuccessValue" in status && text(status.SuccessValue) === "ok:next",
  );
  expect(callback).toBeDefined();
});

test("a resume of a call that fails afterwards is undone: the yield still waits", async () => {
  const { hash } = await yielded();
  const list = [callAction("resume", payload("lost")), callAction("no_such_method")];
  const { status } = await session.run(operator, "service.local", list);
  expect(status).toHaveProperty("Failure");
  session.chain.fastForward(200);
  session.chain.settle();
  expect(text(returned(session.result(hash)))).toBe("timeout");
});

test("a call can resume the yield that it made itself", async () => {
  const result = await session.call(user, "service.local", "ask_and_resume", payload("self"));
  expect(text(returned(result))).toBe("ok:self");
});

test("resume may succeed more than once; the first payload wins and the callback runs once", async () => {
  const { hash } = await yielded();
  const first = await resume(payload("first"));
  const second = await resume(payload("second"));
  session.chain.settle();
  expect(text(returned(session.result(first)))).toBe("1");
  expect(text(returned(session.result(second)))).toBe("1");
  expect(text(returned(session.result(hash)))).toBe("ok:first");
  const third = await resume(payload("third"));
  session.chain.settle();
  expect(text(returned(session.result(third)))).toBe("0");
});

test("only the contract that yielded can resume", async () => {
  const { hash } = await yielded();
  await session.account("thief", CODE);
  const token = session.chain.data.world.contract_data.get("service.local")!.get("token")!;
  session.chain.data.world.contract_data.set("thief.local", new Map([["token", token]]));
  const stolen = await session.call(operator, "thief.local", "resume", payload("mine"));
  expect(text(returned(stolen))).toBe("0");
  expect(session.result(hash).status).toHaveProperty("SuccessReceiptId");
});

test("a fast-forward times yields out as well", async () => {
  const { hash } = await yielded();
  session.chain.fastForward(200);
  session.chain.settle();
  expect(text(returned(session.result(hash)))).toBe("timeout");
});
