// Accounts, keys, storage and what transactions are refused for.
import { actions, KeyPair } from "near-api-js";
import { beforeEach, expect, test } from "vitest";
import { InvalidTransaction } from "../src/index.ts";
import { failureOf, NEAR, Session } from "./support/session.ts";
import { contract } from "./support/wat.ts";

type Sender = Awaited<ReturnType<Session["account"]>>;

let session: Session;
let user: Sender;

beforeEach(async () => {
  session = new Session();
  user = await session.account("user");
});

const newKey = () => KeyPair.fromRandom("ed25519");

/** What a transaction is refused for, in nearcore's JSON. */
async function refusal(send: Promise<unknown>): Promise<unknown> {
  const error = await send.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof InvalidTransaction) return error.kind;
  throw error ?? new Error("the transaction was accepted");
}

test("accounts are created under their own parent only", async () => {
  const create = (sender: Sender, account_id: string) =>
    session.run(sender, account_id, [actions.createAccount()]);
  expect("SuccessValue" in (await create(user, "a.user.local")).status).toBe(true);
  expect(failureOf(await create(user, "b.local"))).toContain("CreateAccountNotAllowed");
  expect(failureOf(await create(user, "b.a.user.local"))).toContain("CreateAccountNotAllowed");
  expect(failureOf(await create(user, "toplevel"))).toContain("CreateAccountOnlyByRegistrar");
  expect(failureOf(await create(user, "a.user.local"))).toContain("AccountAlreadyExists");
  expect(failureOf(await create(user, "a".repeat(64)))).toContain("OnlyImplicitAccountCreationAllowed");
});

test("money for an account that does not exist comes back", async () => {
  const before = session.chain.account("user.local")!.amount;
  expect(failureOf(await session.run(user, "nobody.local", [actions.transfer(NEAR)]))).toContain(
    "AccountDoesNotExist",
  );
  expect(before - session.chain.account("user.local")!.amount).toBeLessThan(NEAR / 100n);
});

test("a transfer creates an implicit account, an action with it does not", async () => {
  const account_id = "ab".repeat(32);
  const both = [actions.transfer(NEAR), actions.addFullAccessKey(newKey().getPublicKey())];
  expect(failureOf(await session.run(user, account_id, both))).toContain("AccountDoesNotExist");
  await session.run(user, account_id, [actions.transfer(NEAR)]);
  expect(session.chain.account(account_id)).toMatchObject({ amount: NEAR, storage_usage: 182 });
});

test("an account's keys and code are its own affair", async () => {
  const list = [actions.addFullAccessKey(newKey().getPublicKey())];
  expect(failureOf(await session.run(user, "local", list))).toContain("ActorNoPermission");
  expect(failureOf(await session.run(user, "local", [actions.deployContract(Uint8Array.of(0))]))).toContain(
    "ActorNoPermission",
  );
});

test("a balance must cover the storage of the account", async () => {
  const code = new Uint8Array(100_000);
  const poor = await session.account("poor", undefined, 1n);
  const result = await session.run(poor, "poor.local", [actions.deployContract(code)]);
  expect(failureOf(result)).toContain("LackBalanceForState");
  expect(session.chain.account("poor.local")!.storage_usage).toBe(182);
  const rich = await session.account("rich", undefined, 2n);
  await session.run(rich, "rich.local", [actions.deployContract(code)]);
  expect(session.chain.account("rich.local")!.storage_usage).toBe(100_182);
  expect(await refusal(session.send(rich, "local", [actions.transfer(NEAR)]))).toHaveProperty(
    "LackBalanceForState",
  );
});

test("ten deployments are the most that one transaction may have", async () => {
  const deployer = await session.account("deployer");
  const deployments = (count: number) =>
    Array.from({ length: count }, () => actions.deployContract(Uint8Array.of(0)));
  expect(await refusal(session.send(deployer, "deployer.local", deployments(11)))).toEqual({
    ActionsValidation: { TotalNumberOfDeployActionsExceeded: { number_of_deploy_actions: 11, limit: 10 } },
  });
  expect("SuccessValue" in (await session.run(deployer, "deployer.local", deployments(10))).status).toBe(
    true,
  );
});

test("a contract's writes must be covered too", async () => {
  const write = contract({
    run: "(drop (call $storage_write (i64.const 1) (i64.const 0) (i64.const 200000) (i64.const 0) (i64.const 0)))",
  });
  await session.account("contract", write, 1n);
  const result = await session.call(user, "contract.local", "run", {}, { tgas: 200n });
  expect(failureOf(result)).toContain("LackBalanceForState");
  expect(session.chain.data.world.contract_data.get("contract.local")?.size ?? 0).toBe(0);
  const paid = await session.call(user, "contract.local", "run", {}, { tgas: 200n, deposit: 2n * NEAR });
  expect("SuccessValue" in paid.status).toBe(true);
});

test("deploying again counts the new code's bytes instead of the old", async () => {
  const owner = await session.account("owner", new Uint8Array(1_000));
  await session.run(owner, "owner.local", [actions.deployContract(new Uint8Array(10))]);
  expect(session.chain.account("owner.local")!.storage_usage).toBe(182 + 10);
});

test("keys take storage, have their nonce set by the chain, and are deleted once", async () => {
  const key = newKey().getPublicKey();
  await session.run(user, "user.local", [actions.addFullAccessKey(key)]);
  expect(session.chain.account("user.local")!.storage_usage).toBe(182 + 82);
  const { nonce } = session.chain.data.world.access_keys.get("user.local")!.get(key.toString())!;
  expect(nonce % 1_000_000n).toBe(0n);
  expect(failureOf(await session.run(user, "user.local", [actions.addFullAccessKey(key)]))).toContain(
    "AddKeyAlreadyExists",
  );
  await session.run(user, "user.local", [actions.deleteKey(key)]);
  expect(session.chain.account("user.local")!.storage_usage).toBe(182);
  expect(failureOf(await session.run(user, "user.local", [actions.deleteKey(key)]))).toContain(
    "DeleteKeyDoesNotExist",
  );
});

test("function-call keys call what they may, without money, within their allowance", async () => {
  await session.account("contract", contract({ a: "", b: "" }));
  const add = async (allowance: bigint) => {
    const key = newKey();
    const list = [actions.addFunctionCallAccessKey(key.getPublicKey(), "contract.local", ["a"], allowance)];
    await session.run(user, "user.local", list);
    return { account_id: "user.local", key };
  };
  const limited = await add(NEAR);
  const call = (method: string, deposit = 0n) => actions.functionCall(method, {}, 10n ** 13n, deposit);
  const refused = async (sender: Sender, receiver_id: string, list: ReturnType<typeof call>[]) =>
    refusal(session.send(sender, receiver_id, list));
  expect("SuccessValue" in (await session.run(limited, "contract.local", [call("a")])).status).toBe(true);
  const key_error = (kind: unknown) => ({ InvalidAccessKeyError: kind });
  expect(await refused(limited, "contract.local", [call("b")])).toEqual(
    key_error({ MethodNameMismatch: { method_name: "b" } }),
  );
  expect(await refused(limited, "contract.local", [call("a", 1n)])).toEqual(
    key_error("DepositWithFunctionCall"),
  );
  expect(await refused(limited, "contract.local", [call("a"), call("a")])).toEqual(
    key_error("RequiresFullAccess"),
  );
  expect(await refused(limited, "local", [call("a")])).toEqual(
    key_error({ ReceiverMismatch: { tx_receiver: "local", ak_receiver: "contract.local" } }),
  );
  expect(await refused(await add(1n), "contract.local", [call("a")])).toMatchObject(
    key_error({ NotEnoughAllowance: {} }),
  );
});

test("transactions with a bad nonce, key, hash, balance or signature are refused", async () => {
  const transfer = [actions.transfer(1n)];
  expect(await refusal(session.send(user, "local", transfer, 1n))).toHaveProperty("InvalidNonce");
  expect(await refusal(session.send(user, "local", transfer, 10n ** 12n))).toHaveProperty("NonceTooLarge");
  expect(await refusal(session.send({ ...user, key: newKey() }, "local", transfer))).toHaveProperty(
    "InvalidAccessKeyError",
  );
  expect(await refusal(session.send({ ...user, account_id: "no.local" }, "local", transfer))).toHaveProperty(
    "SignerDoesNotExist",
  );
  expect(await refusal(session.send(user, "local", [actions.transfer(1_000n * NEAR)]))).toHaveProperty(
    "NotEnoughBalance",
  );
  expect(await refusal(session.send(user, "BAD", transfer))).toHaveProperty("InvalidReceiverId");
  const bytes = await session.sign(user, "local", transfer);
  const changed = Uint8Array.from(bytes);
  changed[changed.length - 70]! ^= 1;
  expect(() => session.chain.sendTransaction(changed)).toThrow(InvalidTransaction);
  expect(() => session.chain.sendTransaction(Uint8Array.of(...bytes, 0))).toThrow();
  const other = new Session({ seed: "another chain" });
  await other.account("user");
  expect(() => other.chain.sendTransaction(bytes)).toThrow("Expired");
});

test("a transaction that was sent twice happens once", async () => {
  const bytes = await session.sign(user, "local", [actions.transfer(NEAR)]);
  session.chain.sendTransaction(bytes);
  session.chain.sendTransaction(bytes);
  session.chain.settle();
  session.chain.sendTransaction(bytes);
  session.chain.settle();
  expect(session.chain.account("user.local")!.amount).toBeGreaterThan(98n * NEAR);
});

test("of two transactions with one nonce the first is included", async () => {
  const first = await session.sign(user, "local", [actions.transfer(1n)]);
  const second = await session.sign(user, "local", [actions.transfer(2n)]);
  session.chain.sendTransaction(first);
  const refused = session.chain.sendTransaction(second);
  session.chain.settle();
  expect(session.chain.data.transactions.has(refused)).toBe(false);
  expect(session.chain.data.refused.get(refused)).toHaveProperty("InvalidNonce");
});

test("deleting an account removes its keys and data, and burns what its beneficiary cannot receive", async () => {
  const code = contract({
    run: "(drop (call $storage_write (i64.const 1) (i64.const 0) (i64.const 1) (i64.const 0) (i64.const 0)))",
  });
  const owner = await session.account("owner", code);
  await session.call(user, "owner.local", "run");
  const { world } = session.chain.data;
  await session.run(owner, "owner.local", [actions.deleteAccount("nobody.local")]);
  expect(world.accounts.has("owner.local")).toBe(false);
  expect(world.contract_data.get("owner.local")?.size).toBe(0);
  expect(world.access_keys.get("owner.local")?.size).toBe(0);
});

test("secp256k1 keys sign too", async () => {
  const key = KeyPair.fromRandom("secp256k1");
  await session.run(user, "user.local", [actions.addFullAccessKey(key.getPublicKey())]);
  const by_key = { account_id: "user.local", key };
  expect("SuccessValue" in (await session.run(by_key, "local", [actions.transfer(1n)])).status).toBe(true);
  const bytes = await session.sign(by_key, "local", [actions.transfer(1n)]);
  bytes[bytes.length - 20]! ^= 1;
  expect(() => session.chain.sendTransaction(bytes)).toThrow("InvalidSignature");
});

test("staking is refused, not ignored", async () => {
  const list = [actions.stake(NEAR, newKey().getPublicKey())];
  expect(JSON.stringify(await refusal(session.send(user, "user.local", list)))).toContain(
    "UnsupportedProtocolFeature",
  );
});
