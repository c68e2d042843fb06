// Promises: receipts between contracts, callbacks, results, refunds and gas weights.
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { actions, KeyPair } from "near-api-js";
import { beforeEach, expect, test } from "vitest";
import { publicKeyToBytes } from "../src/encoding/keys.ts";
import { failureOf, NEAR, returned, Session, TGAS } from "./support/session.ts";
import { contract } from "./support/wat.ts";

type Sender = Awaited<ReturnType<Session["account"]>>;

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();
const u64 = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);

/** Names in every contract's memory, as "(i64.const length) (i64.const offset)". */
const NAMES = {
  100: "target.local",
  120: "caller.local",
  140: "answer",
  150: "collect",
  160: "fail",
  170: "pay",
  180: "new.caller.local",
};
const at = (offset: keyof typeof NAMES) => `(i64.const ${NAMES[offset].length}) (i64.const ${offset})`;
const NO_ARGS = "(i64.const 0) (i64.const 0)";
/** 16 zero bytes, and 1 NEAR, for amounts. */
const NOTHING = "(i64.const 512)";
const ONE_NEAR = "(i64.const 528)";
const GAS = `(i64.const ${10n * TGAS})`;
const STORE_ONE_NEAR = `(i64.store (i32.const 528) (i64.const ${NEAR & (2n ** 64n - 1n)}))
  (i64.store (i32.const 536) (i64.const ${NEAR >> 64n}))`;

const TARGET = contract(
  {
    answer: "(call $value_return (i64.const 2) (i64.const 200))",
    fail: "(call $panic)",
    pay: "",
    gas: "(i64.store (i32.const 0) (call $prepaid_gas)) (call $value_return (i64.const 8) (i64.const 0))",
    forward: `(call $promise_return (call $promise_create ${at(100)} ${at(140)} ${NO_ARGS} ${NOTHING} ${GAS}))`,
  },
  { ...NAMES, 200: "42" },
);

/** Returns, for each promise result, its status as a byte and its value. */
const COLLECT = `(local $i i64) (local $out i64) (local $status i64)
  (local.set $out (i64.const 2048))
  (block $done (loop $next
    (br_if $done (i64.ge_u (local.get $i) (call $promise_results_count)))
    (local.set $status (call $promise_result (local.get $i) (i64.const 5)))
    (i64.store8 (i32.wrap_i64 (local.get $out)) (i64.add (local.get $status) (i64.const 48)))
    (local.set $out (i64.add (local.get $out) (i64.const 1)))
    (if (i64.eq (local.get $status) (i64.const 1)) (then
      (call $read_register (i64.const 5) (local.get $out))
      (local.set $out (i64.add (local.get $out) (call $register_len (i64.const 5))))))
    (local.set $i (i64.add (local.get $i) (i64.const 1)))
    (br $next)))
  (call $value_return (i64.sub (local.get $out) (i64.const 2048)) (i64.const 2048))`;

let session: Session;
let user: Sender;

beforeEach(async () => {
  session = new Session();
  await session.account("target", TARGET);
  user = await session.account("user");
});

/** Deploys `caller.local` with a method `run`, and calls it. */
async function run(body: string, deposit = 0n) {
  await session.account("caller", contract({ run: body, collect: COLLECT }, NAMES));
  return session.call(user, "caller.local", "run", {}, { tgas: 300n, deposit });
}

const create = (method: keyof typeof NAMES, amount = NOTHING) =>
  `(call $promise_create ${at(100)} ${at(method)} ${NO_ARGS} ${amount} ${GAS})`;
const thenCollect = (promise: string) =>
  `(call $promise_then ${promise} ${at(120)} ${at(150)} ${NO_ARGS} ${NOTHING} ${GAS})`;

test("a returned promise's result is the caller's result", async () => {
  expect(text(returned(await run(`(call $promise_return ${create(140)})`)))).toBe("42");
});

test("results pass through contracts that return promises themselves", async () => {
  await session.account("middle", TARGET);
  const result = await session.call(user, "middle.local", "forward", {}, { tgas: 100n });
  expect(text(returned(result))).toBe("42");
});

test("a callback sees the result of the promise before it", async () => {
  expect(text(returned(await run(`(call $promise_return ${thenCollect(create(140))})`)))).toBe("142");
});

test("a callback sees a failure, and what failed is undone", async () => {
  const result = await run(`(call $promise_return ${thenCollect(create(160))})`);
  expect(text(returned(result))).toBe("2");
  expect(result.receipts.some((outcome) => "Failure" in outcome.status)).toBe(true);
});

test("a joint promise gives all results in order", async () => {
  const body = `(i64.store (i32.const 600) ${create(140)}) (i64.store (i32.const 608) ${create(160)})
    (i64.store (i32.const 616) ${create(140)})
    (call $promise_return ${thenCollect("(call $promise_and (i64.const 600) (i64.const 3))")})`;
  expect(text(returned(await run(body)))).toBe("1422142");
});

test("joint promises can be neither returned nor acted on", async () => {
  const joint = `(i64.store (i32.const 600) ${create(140)})
    (local.set $p (call $promise_and (i64.const 600) (i64.const 1)))`;
  const returning = await run(`(local $p i64) ${joint} (call $promise_return (local.get $p))`);
  expect(failureOf(returning)).toContain("Returning joint promise is currently prohibited.");
  const acting = contract(
    { run: `(local $p i64) ${joint} (call $promise_batch_action_transfer (local.get $p) ${NOTHING})` },
    NAMES,
  );
  const { account_id } = await session.account("acting", acting);
  expect(failureOf(await session.call(user, account_id, "run"))).toContain(
    "Actions can only be appended to non-joint promise.",
  );
});

test("each hop takes one block", async () => {
  const { transaction, receipts } = await run(`(call $promise_return ${thenCollect(create(140))})`);
  const contracts = receipts.filter(
    ({ executor_id, tokens_burnt }) => executor_id !== "user.local" && tokens_burnt > 0n,
  );
  const delays = contracts.map(({ block_height }) => block_height - transaction.block_height);
  // The call, the target, and the callback a block after the data receipt left the target.
  expect(delays).toEqual([1, 2, 3]);
});

test("a deposit that the promise could not deliver comes back to the contract that sent it", async () => {
  await run(`${STORE_ONE_NEAR} (drop ${create(160, ONE_NEAR)})`, 0n);
  const balance = session.chain.account("caller.local")!.amount;
  expect(balance).toBeGreaterThanOrEqual(100n * NEAR);
  expect(balance).toBeLessThan(100n * NEAR + NEAR / 100n);
});

test("a deposit that was delivered stays", async () => {
  await run(`${STORE_ONE_NEAR} (drop ${create(170, ONE_NEAR)})`);
  expect(session.chain.account("target.local")!.amount).toBeGreaterThanOrEqual(101n * NEAR);
  expect(session.chain.account("caller.local")!.amount).toBeLessThan(99n * NEAR + NEAR / 100n);
});

test("a contract cannot send more than it has", async () => {
  const much = `(i64.store (i32.const 536) (i64.const -1)) (drop ${create(170, ONE_NEAR)})`;
  expect(failureOf(await run(much))).toContain("Exceeded the account balance.");
});

test("promises of a call that fails never leave", async () => {
  const result = await run(`(drop ${create(170)}) (call $panic)`);
  expect(result.receipts.map(({ executor_id }) => executor_id)).toEqual(["caller.local", "user.local"]);
});

test("a batch creates an account with money, a key and code, and calls it", async () => {
  const key = KeyPair.fromRandom("ed25519").getPublicKey().toString();
  const code = contract({ ping: "(call $value_return (i64.const 4) (i64.const 0))" }, { 0: "pong" });
  const bytes = (data: Uint8Array) =>
    [...data].map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join("");
  const body = `(local $p i64) ${STORE_ONE_NEAR}
    (local.set $p (call $promise_batch_create ${at(180)}))
    (call $promise_batch_action_create_account (local.get $p))
    (call $promise_batch_action_transfer (local.get $p) ${ONE_NEAR})
    (call $promise_batch_action_add_key_with_full_access (local.get $p) (i64.const 33) (i64.const 700) (i64.const 0))
    (call $promise_batch_action_deploy_contract (local.get $p) (i64.const ${code.length}) (i64.const 4096))
    (call $promise_batch_action_function_call (local.get $p) (i64.const 4) (i64.const 192) ${NO_ARGS} ${NOTHING} ${GAS})
    (call $promise_return (local.get $p))`;
  const data = { ...NAMES, 200: "ping", 700: bytes(publicKeyToBytes(key)), 4096: bytes(code) };
  await session.account(
    "caller",
    contract({ run: body.replace("(i64.const 192)", "(i64.const 200)") }, data),
  );
  const result = await session.call(user, "caller.local", "run", {}, { tgas: 300n });
  expect(text(returned(result))).toBe("pong");
  expect(session.chain.data.world.access_keys.get("new.caller.local")?.has(key)).toBe(true);
  expect(session.chain.account("new.caller.local")!.amount).toBeGreaterThanOrEqual(NEAR);
});

test("keys and accounts are deleted by promises of their own contract only", async () => {
  const body = (
    account: keyof typeof NAMES,
  ) => `(call $promise_return (call $promise_batch_create ${at(account)}))
    (call $promise_batch_action_delete_account (i64.const 0) ${at(100)})`;
  expect(failureOf(await run(body(100)))).toContain("ActorNoPermission");
  const own = contract({ run: body(120) }, NAMES);
  await session.run({ account_id: "caller.local", key: await keyOf("caller.local") }, "caller.local", [
    actions.deployContract(own),
  ]);
  const before = session.chain.account("target.local")!.amount;
  await session.call(user, "caller.local", "run");
  expect(session.chain.account("caller.local")).toBeUndefined();
  expect(session.chain.account("target.local")!.amount).toBeGreaterThan(before + 99n * NEAR);
});

test("unused gas is shared by weight, to the last unit", async () => {
  const call = (
    weight: number,
  ) => `(call $promise_batch_action_function_call_weight (call $promise_batch_create ${at(100)})
    (i64.const 3) (i64.const 210) ${NO_ARGS} ${NOTHING} (i64.const 0) (i64.const ${weight}))`;
  await session.account("caller", contract({ run: call(1) + call(3) }, { ...NAMES, 210: "gas" }));
  const result = await session.call(user, "caller.local", "run", {}, { tgas: 100n });
  const [caller, ...callees] = result.receipts.filter(({ executor_id }) => executor_id !== "user.local");
  const [small, large] = callees.map((outcome) =>
    u64((outcome.status as { SuccessValue: Uint8Array }).SuccessValue),
  );
  expect(large! - 3n * small!).toBeLessThan(4n);
  const send_and_execute = 2n * (108_059_500_000n + 780_000_000_000n + 3n * 2_235_934n);
  expect(small! + large!).toBe(
    100n * TGAS -
      (BigInt(caller!.gas_burnt) - 108_059_500_000n - 780_000_000_000n - perByte("run")) -
      send_and_execute,
  );
});

test("promises need gas that was attached", async () => {
  const greedy = `(drop (call $promise_create ${at(100)} ${at(140)} ${NO_ARGS} ${NOTHING} (i64.const ${400n * TGAS})))`;
  const result = await run(greedy);
  expect(failureOf(result)).toContain("Exceeded the prepaid gas.");
});

/** What executing a function call costs for its method name and the arguments `{}`. */
function perByte(method: string): bigint {
  return BigInt(method.length + utf8ToBytes("{}").length) * 2_235_934n;
}

async function keyOf(account_id: string): Promise<KeyPair> {
  const key = KeyPair.fromRandom("ed25519");
  const world = session.chain.data.world;
  world.access_keys
    .get(account_id)!
    .set(key.getPublicKey().toString(), { nonce: 0n, permission: "FullAccess" });
  return key;
}
