// Blocks, determinism, forks and saved chains.
import { actions } from "near-api-js";
import { expect, test } from "vitest";
import { Chain } from "../src/index.ts";
import { NEAR, Session } from "./support/session.ts";
import { contract } from "./support/wat.ts";

test("the same seed and the same transactions give the same blocks", async () => {
  const first = new Session({ seed: "same" });
  const second = new Session({ seed: "same" });
  for (let i = 0; i < 3; i++) {
    const bytes = await first.sign(first.root, "ab".repeat(32), [actions.transfer(NEAR)]);
    for (const { chain } of [first, second]) {
      chain.sendTransaction(bytes);
      chain.settle();
    }
  }
  expect(second.chain.head).toEqual(first.chain.head);
  expect(second.chain.data).toEqual(first.chain.data);
  expect(new Session({ seed: "other" }).chain.head.hash).not.toBe(
    new Session({ seed: "same" }).chain.head.hash,
  );
});

test("a fork and its origin do not see each other", async () => {
  const session = new Session();
  const fork = session.chain.fork();
  const bytes = await session.sign(session.root, "ab".repeat(32), [actions.transfer(NEAR)]);
  fork.sendTransaction(bytes);
  fork.settle();
  expect(fork.account("ab".repeat(32))?.amount).toBe(NEAR);
  expect(session.chain.account("ab".repeat(32))).toBeUndefined();
  expect(session.chain.head.height).toBe(1);
});

test("a saved chain goes on where it was, with what was under way", async () => {
  const session = new Session();
  const code = contract({ get: "(call $value_return (i64.const 1) (i64.const 0))" }, { 0: "x" });
  await session.account("contract", code);
  await session.send(session.root, "ab".repeat(32), [actions.transfer(NEAR)]);
  session.chain.produceBlock();
  const loaded = Chain.load(session.chain.save());
  loaded.settle();
  expect(loaded.account("ab".repeat(32))?.amount).toBe(NEAR);
  expect(Buffer.from(loaded.view("contract.local", "get").result).toString()).toBe("x");
});

test("genesis accounts have their balance and key", () => {
  const public_key = "ed25519:8RazSLHvzj4TBSKGUo5appP7wVeqZNQYjP9hvhF4ZKS2";
  const { chain } = new Session({
    genesis_accounts: [{ account_id: "alice.local", public_key, balance_yocto: 5n }],
  });
  expect(chain.account("alice.local")).toMatchObject({ amount: 5n, storage_usage: 182 });
  expect(chain.data.world.access_keys.get("alice.local")?.has(public_key)).toBe(true);
  expect(
    () => new Session({ genesis_accounts: [{ account_id: "Alice", public_key, balance_yocto: 5n }] }),
  ).toThrow();
});

test("time passes by the block, also through heights that were skipped", () => {
  const { chain } = new Session({ block_time_ms: 600 });
  const start = chain.head.timestamp_ns;
  chain.produceBlock();
  chain.fastForward(100);
  expect(chain.head.height).toBe(102);
  expect(chain.head.prev_height).toBe(2);
  expect(chain.data.blocks.has(50)).toBe(false);
  expect(chain.head.timestamp_ns - start).toBe(101n * 600_000_000n);
});

test("a full block leaves the rest for the next one", async () => {
  const session = new Session();
  await session.account("contract", contract({ spin: "(loop $l (br $l))" }));
  const spin = () =>
    session.send(session.root, "contract.local", [actions.functionCall("spin", {}, 300n * 10n ** 12n, 0n)]);
  for (let i = 0; i < 5; i++) await spin();
  session.chain.settle();
  const executed = [...session.chain.data.outcomes.values()].filter(
    ({ executor_id }) => executor_id === "contract.local",
  );
  const heights = executed.slice(-5).map(({ block_height }) => block_height);
  expect(new Set(heights).size).toBe(2);
  expect(heights.filter((height) => height === heights[0])).toHaveLength(4);
});
