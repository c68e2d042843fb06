// Gas: prices by the published parameters, limits, refunds, and every yocto accounted for.
import { actions, KeyPair } from "near-api-js";
import { beforeEach, expect, test } from "vitest";
import { ACTION_FEES, GAS_PRICE_YOCTO, HOST_COSTS, WASM_REGULAR_OP_COST } from "../src/parameters.ts";
import { GasCounter } from "../src/vm/gas-counter.ts";
import { RegisterFile } from "../src/vm/register-file.ts";
import { failureOf, NEAR, type Run, Session, TGAS } from "./support/session.ts";
import { contract } from "./support/wat.ts";

type Sender = Awaited<ReturnType<Session["account"]>>;

let session: Session;
let user: Sender;

beforeEach(async () => {
  session = new Session();
  user = await session.account("user");
});

/** What the contract itself burnt in the first receipt of a call with no arguments. */
function contractGas({ receipts }: Run, method: string): number {
  const { action_receipt_creation, function_call, function_call_per_byte } = ACTION_FEES;
  const fees = action_receipt_creation.execution + function_call.execution;
  return receipts[0]!.gas_burnt - fees - (method.length + 2) * function_call_per_byte.execution;
}

const loading = (code: Uint8Array) =>
  HOST_COSTS.contract_loading_base + code.length * HOST_COSTS.contract_loading_bytes;

async function deployAndRun(body: string, tgas = 300n) {
  const code = contract({ run: body });
  const { account_id } = await session.account("contract", code);
  const result = await session.call(user, account_id, "run", {}, { tgas });
  return { result, gas: contractGas(result, "run") - loading(code), code };
}

test("a transfer burns what it burns on the live networks", async () => {
  const { transaction, receipts } = await session.run(user, "local", [actions.transfer(1n)]);
  // 0.00002231825625 NEAR twice, as every explorer shows for a plain transfer.
  expect(transaction.gas_burnt).toBe(223_182_562_500);
  expect(receipts[0]!.gas_burnt).toBe(223_182_562_500);
  expect(receipts[0]!.tokens_burnt).toBe(22_318_256_250_000_000_000n);
});

test("a new account costs what it costs on the live networks", async () => {
  const key = KeyPair.fromRandom("ed25519").getPublicKey();
  const list = [actions.createAccount(), actions.transfer(NEAR), actions.addFullAccessKey(key)];
  const { transaction, receipts } = await session.run(session.root, "fresh.local", list);
  const gas = 108_059_500_000 + 3_850_000_000_000 + 115_123_062_500 + 101_765_125_000;
  expect(transaction.gas_burnt).toBe(gas);
  expect(receipts[0]!.gas_burnt).toBe(gas);
});

test("registers cost what nearcore's own test says", () => {
  const gas = new GasCounter(10 ** 15, true);
  const registers = new RegisterFile(gas);
  registers.set(42n, Uint8Array.of(1, 2, 3));
  registers.get(42n);
  expect(gas.burnt).toBe(5_394_388_050);
});

test("instructions cost 822,756 gas each, function entries by their frame", async () => {
  // Entry: a frame of 64 bytes and one i32 is 9 operators. Before the loop: 2. Each round: 6.
  const body = `(local $i i32) (local.set $i (i32.const 1000))
    (loop $next (br_if $next (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))`;
  const { gas } = await deployAndRun(body);
  const entry = 9;
  const round = 6; // loop, local.get, i32.const, i32.sub, local.tee, br_if
  expect(gas).toBe((entry + 2 + 1000 * round) * WASM_REGULAR_OP_COST);
});

test("block, else and end are free", async () => {
  const { gas } = await deployAndRun("(block (block (if (i32.const 0) (then (nop)) (else (nop)))))");
  expect(gas).toBe((8 + 3) * WASM_REGULAR_OP_COST);
});

test("host calls are charged by their price list", async () => {
  const { gas } = await deployAndRun("(drop (call $block_index))");
  expect(gas).toBe((8 + 2) * WASM_REGULAR_OP_COST + HOST_COSTS.base);
});

test("an endless loop burns all that was attached and nothing more", async () => {
  const { result } = await deployAndRun("(loop $l (br $l))", 10n);
  expect(failureOf(result)).toContain("Exceeded the prepaid gas.");
  const fees = ACTION_FEES.action_receipt_creation.execution + ACTION_FEES.function_call.execution;
  expect(result.receipts[0]!.gas_burnt).toBe(
    fees + 5 * ACTION_FEES.function_call_per_byte.execution + Number(10n * TGAS),
  );
  expect(result.receipts).toHaveLength(1);
});

test("endless recursion ends at the chain's stack limit", async () => {
  const { result } = await deployAndRun("(call 0)");
  expect(failureOf(result)).toContain("Accessed memory outside the bounds.");
});

test("a view call has a limit of its own", async () => {
  const { account_id } = await session.account("contract", contract({ spin: "(loop $l (br $l))" }));
  expect(() => session.chain.view(account_id, "spin")).toThrow("HostError(GasLimitExceeded)");
});

test("more than 300 Tgas cannot be attached", async () => {
  const list = [
    actions.functionCall("a", {}, 200n * TGAS, 0n),
    actions.functionCall("b", {}, 101n * TGAS, 0n),
  ];
  await expect(session.send(user, "local", list)).rejects.toThrow("TotalPrepaidGasExceeded");
  await expect(session.send(user, "local", [actions.functionCall("a", {}, 0n, 0n)])).rejects.toThrow(
    "FunctionCallZeroAttachedGas",
  );
});

test("unspent gas comes back, and the contract earns three tenths of what it burnt", async () => {
  const before = { user: session.chain.account("user.local")!.amount, all: totalSupply() };
  const { result, code } = await deployAndRun("(drop (call $block_index))");
  const burnt = [result.transaction, ...result.receipts].reduce(
    (sum, { tokens_burnt }) => sum + tokens_burnt,
    0n,
  );
  expect(session.chain.account("user.local")!.amount).toBe(before.user - burnt);
  const reward = (BigInt(contractGas(result, "run")) * 3n) / 10n;
  expect(session.chain.account("contract.local")!.amount).toBe(100n * NEAR + reward * GAS_PRICE_YOCTO);
  expect(code.length).toBeGreaterThan(0);
});

test("no yocto appears or vanishes: what is gone was burnt", async () => {
  const code = contract({ run: "(call $panic)", ok: "(drop (call $block_index))" });
  const { account_id } = await session.account("contract", code);
  const before = totalSupply();
  const first_block = session.chain.head.height + 1;
  await session.call(user, account_id, "run", {}, { deposit: NEAR });
  await session.call(user, account_id, "ok", {}, { deposit: NEAR });
  await session.run(user, "nobody.local", [actions.transfer(NEAR)]);
  const { blocks, outcomes, transactions } = session.chain.data;
  let burnt = 0n;
  for (const block of blocks.values()) if (block.height >= first_block) burnt += block.tokens_burnt;
  let rewarded = 0n;
  for (const { id, executor_id, block_height, gas_burnt } of outcomes.values()) {
    if (executor_id !== account_id || block_height < first_block) continue;
    const method = methodOf(id);
    rewarded += (BigInt(contractGas({ receipts: [{ gas_burnt }] } as unknown as Run, method)) * 3n) / 10n;
  }
  expect(transactions.size).toBeGreaterThan(0);
  expect(before - totalSupply()).toBe(burnt - rewarded * GAS_PRICE_YOCTO);
});

function methodOf(receipt_id: string): string {
  const { body } = session.chain.data.receipts.get(receipt_id)!;
  const action = "action" in body ? body.action.actions[0] : undefined;
  return action?.type === "FunctionCall" ? action.method_name : "";
}

function totalSupply(): bigint {
  return [...session.chain.data.world.accounts.values()].reduce((sum, { amount }) => sum + amount, 0n);
}
