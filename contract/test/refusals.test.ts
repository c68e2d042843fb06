// Every refusal that depends on what is stored, word for word; and no sentence in the source without a test that has it.
import { readdirSync, readFileSync } from "node:fs";
import { sha256Hex } from "@near-offshore/protocol";
import { beforeEach, expect, test } from "vitest";
import { EMBEDDED } from "./support/chain.ts";
import {
  ALICE,
  attest,
  createNetwork,
  MODULE,
  type Network,
  OPERATOR,
  OWNER,
  WORKER_ACCOUNT,
  WORKERS,
} from "./support/network.ts";

const KEY = WORKERS[6]!.public_key;
const WINDOW = 1_000;

let network: Network;

beforeEach(async () => {
  network = await createNetwork();
});

test("a request that there is not", async () => {
  const sentence = "unknown_request: there is no open request 5";
  const failure = { request_id: 5, code: "unavailable", message: "" };
  expect((await network.call(OPERATOR, "fail_execution", failure)).error).toBe(sentence);
  for (const method of ["cancel_stale_execution", "resolve_compilation"])
    expect((await network.call(ALICE, method, { request_id: 5 })).error).toBe(sentence);
});

test("settlements", async () => {
  const { view } = await network.request();
  const good = await network.settlement(view);
  const resolve = async (change: object) =>
    (await network.call(OPERATOR, "resolve_execution", { ...good, ...change })).error;
  expect(await resolve({ rules_version: 2 })).toBe("wrong_rules_version: the request follows rules 1, not 2");
  const [first] = good.attestations;
  expect(await resolve({ attestations: [first, first] })).toBe(
    `duplicate_key: ${first!.worker} attests twice`,
  );
  expect(await resolve({ instructions: 1 })).toBe(
    `bad_signature: the signature of ${first!.worker} is not one of this outcome of this request`,
  );
  network.mustSucceed(await network.call(WORKER_ACCOUNT, "unregister_worker", { public_key: KEY }));
  const left = await network.settlement(view, {}, [WORKERS[0]!, WORKERS[6]!]);
  expect(await resolve(left)).toBe(`worker_inactive: ${KEY} is not active`);
});

test.skipIf(!EMBEDDED)("a settlement after another (embedded chain only: both in one block)", async () => {
  const { view, request_id } = await network.request();
  const good = await network.settlement(view);
  const sent = [];
  for (let i = 0; i < 2; i++)
    sent.push(await network.session.send(OPERATOR, "offshore", "resolve_execution", good));
  await network.session.settle();
  expect((await network.session.result(sent[1]!)).error).toBe(
    `already_settled: request ${request_id} is settled already`,
  );
});

test("stakes and storage", async () => {
  const of_key = { public_key: KEY };
  expect((await network.call(ALICE, "add_stake", of_key)).error).toBe(
    "insufficient_deposit: attach what is to be added to the stake",
  );
  expect((await network.call(ALICE, "deposit_storage")).error).toBe(
    "insufficient_deposit: attach what is to be prepaid",
  );
  network.mustSucceed(await network.call(OWNER, "set_limits", { fault_window_blocks: WINDOW }));
  const left = network.mustSucceed(await network.call(WORKER_ACCOUNT, "unregister_worker", of_key));
  const height = await network.session.heightOf(left.hash);
  const early = await network.call(ALICE, "withdraw_stake", of_key);
  expect(early.error).toBe(
    `too_early: the stake of ${KEY} is held until block ${height + WINDOW + 250}, this is ${await network.session.heightOf(early.hash)}`,
  );
  const inactive = `worker_inactive: ${KEY} is not active`;
  expect((await network.call(ALICE, "add_stake", of_key, 1n)).error).toBe(inactive);
  expect((await network.call(WORKER_ACCOUNT, "unregister_worker", of_key)).error).toBe(inactive);
});

test("faults", async () => {
  network.mustSucceed(await network.call(OWNER, "set_limits", { fault_window_blocks: WINDOW }));
  const { view, request_id } = await network.request();
  network.mustSucceed(await network.resolve(view));
  const settled = (await network.view<{ block_height: number }>("get_receipt", { request_id })).block_height;
  const lie = {
    module_sha256: MODULE,
    status: "ok",
    output_sha256: sha256Hex(Buffer.of(1)),
    instructions: 1,
  };
  const [fault] = await attest(view.task_digest, lie, [WORKERS[0]!]);
  const report = async (change: object) =>
    (await network.call(ALICE, "report_fault", { request_id, ...lie, ...fault, ...change })).error;
  expect(await report({ instructions: 2 })).toBe(
    `bad_signature: the signature of ${fault!.worker} is not one of this outcome of this request`,
  );
  await network.session.skip(WINDOW);
  expect(await report({})).toBe(
    `too_late: faults of request ${request_id} could be reported until block ${settled + WINDOW}`,
  );
});

test("every sentence of the source is in a test", () => {
  const read = (folder: string, ending: string) =>
    readdirSync(new URL(folder, import.meta.url))
      .filter((name) => name.endsWith(ending))
      .map((name) => readFileSync(new URL(`${folder}/${name}`, import.meta.url), "utf8"));
  const tests = read(".", ".test.ts").join("\n");
  const sentences = read("../src", ".ts").flatMap((source) =>
    [...source.matchAll(/refuse\(\s*"[a-z_]+",\s*(?:`([^`]*)`|"([^"]*)")/g)].map(([, a, b]) => a ?? b ?? ""),
  );
  expect(sentences.length).toBeGreaterThan(50);
  const longest = (sentence: string) =>
    sentence
      .split(/\$\{[^}]*\}/)
      .reduce((best, part) => (part.trim().length > best.length ? part.trim() : best), "");
  expect(sentences.filter((sentence) => !tests.includes(longest(sentence)))).toEqual([]);
});
