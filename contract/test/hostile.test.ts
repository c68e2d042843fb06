// What no honest client sends: each is refused in words, or means what JSON says that it means.
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { METHODS } from "../client/methods.ts";
import { EMBEDDED } from "./support/chain.ts";
import {
  ALICE,
  BOB,
  createNetwork,
  events,
  MODULE,
  type Network,
  OFFSHORE,
  OPERATOR,
  OWNER,
  WORKERS,
} from "./support/network.ts";
import { NEAR } from "./support/session.ts";

const SOURCE = `"source":{"Module":{"sha256":"${MODULE}"}}`;

let network: Network;

beforeEach(async () => {
  network = await createNetwork();
});

const ask = (text: string) =>
  network.session.call(ALICE, OFFSHORE, "request_execution", text, { deposit: NEAR });
const nest = (open: string, close: string, depth: number) => `${open.repeat(depth)}1${close.repeat(depth)}`;

describe("arguments that are refused", () => {
  const DEEP = "invalid_argument: the arguments nest deeper than 64";
  const NO_JSON = "invalid_argument: the arguments are not JSON";
  test.each([
    ["a prototype for the arguments", `{"__proto__":{${SOURCE}}}`, "source is missing: expected an object"],
    ["a prototype for the source", '{"source":{"__proto__":{}}}', "source must be an object with one key"],
    ["a source of every object", '{"source":{"constructor":{}}}', "source must be an object with one key"],
    ["a number that is infinite", `{${SOURCE},"params":{"quorum":1e999}}`, "from 1 to 7, got Infinity"],
    ["a number below zero by a sign only", `{${SOURCE},"params":{"quorum":-0}}`, "from 1 to 7, got 0"],
    [
      "a number that has no double",
      `{${SOURCE},"resource_limits":{"max_instructions":18446744073709551617}}`,
      "from 1 to 100000000000, got 18446744073709552000",
    ],
    ["half of a character", `{${SOURCE},"response_format":"\\ud83d"}`, 'Bytes, Text, Json, got "\\ud83d"'],
    [
      "a character where the value's text is cut",
      `{${SOURCE},"response_format":"${"a".repeat(78)}\u{1f600}\u{1f600}"}`,
      `got "${"a".repeat(78)}... (84 characters)`,
    ],
    ["lists in lists", `{${SOURCE},"x":${nest("[", "]", 5_000)}}`, DEEP],
    ["objects in objects", `{${SOURCE},"x":${nest('{"a":', "}", 5_000)}}`, DEEP],
    ["lists without an end", "[".repeat(100_000), DEEP],
    ["a byte order mark", `\ufeff{${SOURCE}}`, NO_JSON],
    ["more after the end", `{${SOURCE}} {}`, NO_JSON],
    ["NaN", `{${SOURCE},"params":{"quorum":NaN}}`, NO_JSON],
    ["a comment", `{${SOURCE}/**/}`, NO_JSON],
    ["a line end in an account", `{${SOURCE},"payer_account_id":"alice\\n"}`, "must be a NEAR account id"],
    ["a megabyte where an object belongs", `{"source":"${"x".repeat(1_000_000)}"}`, "(1000002 characters)"],
  ])("%s", async (_, text, error) => {
    const result = await ask(text);
    expect(result.error).toContain(error);
    expect(result.error).toMatch(/^invalid_argument: /);
  });
});

describe("arguments that are taken", () => {
  test.each([
    ["the last of two of a name", `{${SOURCE},"params":{"quorum":9},"params":{"quorum":1}}`, { quorum: 1 }],
    [
      "a prototype, which is a name like any other",
      `{${SOURCE},"__proto__":{"params":{"quorum":7}}}`,
      { quorum: 2 },
    ],
    ["integers however written", `{${SOURCE},"params":{"quorum":0.3e1}}`, { quorum: 3 }],
    ["names that mean nothing", `{${SOURCE},"constructor":null,"toString":1}`, { quorum: 2 }],
    ["nesting at the limit", `{${SOURCE},"x":${nest("[", "]", 63)}}`, { quorum: 2 }],
    [
      "100,000 bytes that mean nothing, at the caller's expense",
      `{${SOURCE},"x":"${"x".repeat(100_000)}"}`,
      {},
    ],
  ])("%s", async (_, text, expected) => {
    expect((await ask(text)).waiting).toBe(true);
    expect(await network.view("get_request", { request_id: 0 })).toMatchObject(expected);
  });

  test("characters of every kind in the input come back as they were", async () => {
    const input_data = `\u0000\u0001"\\/\u2028\ud7ff\ue000\u{10ffff}\u007f`;
    const { view } = await network.request({ input_data });
    expect(view.input_data).toBe(input_data);
  });
});

describe("payers that are no ordinary accounts", () => {
  test.each(["system", OFFSHORE, `0x${"a".repeat(40)}`, "f".repeat(64), "no-such-account"])(
    "%s: the books are kept, and the workers are paid",
    async (payer_account_id) => {
      const before = await network.reserve();
      const { hash, view } = await network.request({ payer_account_id }, NEAR);
      network.mustSucceed(await network.resolve(view, { instructions: 1_000_000 }));
      expect((await network.session.result(hash)).value).toBe("42");
      const stats = await network.view<Record<string, unknown>>("get_stats");
      expect(stats).toMatchObject({ open_deposits_yocto: "0", unvested_yocto: `${2n * 10n ** 18n}` });
      expect(await network.reserve()).toBeGreaterThanOrEqual(before);
    },
  );
});

/** A value with one of its parts, whichever, made another. */
function changed(value: unknown, path: number[], other: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined || typeof value !== "object" || value === null) return other;
  const keys = Object.keys(value);
  if (keys.length === 0) return other;
  const key = keys[step % keys.length]!;
  const part = changed((value as Record<string, unknown>)[key], rest, other);
  return Array.isArray(value) ? value.with(Number(key), part) : { ...value, [key]: part };
}

test("whatever is in the arguments, a refusal has a code and a sentence", { timeout: 300_000 }, async () => {
  await network.request();
  const copy = await network.snapshot();
  const callers = [ALICE, OPERATOR, OWNER];
  const odd = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom<unknown>(
      "__proto__",
      "ed25519:",
      "ed25519:1",
      "0".repeat(64),
      "f".repeat(64),
      -1,
      1e21,
      [],
      {},
      null,
    ),
    fc.constantFrom<unknown>(
      { GitHub: {} },
      { GitHub: null },
      { Module: [] },
      [[[]]],
      "\ud83d",
      "x".repeat(5_000),
    ),
  );
  const property = fc.asyncProperty(
    fc.constantFrom(...Object.entries(METHODS)),
    fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 4 }),
    odd,
    fc.nat({ max: 2 }),
    async ([method, { kind, example, deposit_near }], path, other, who) => {
      const args = changed(example, path, other) as object;
      if (kind === "view") {
        try {
          await network.view(method, args);
        } catch (error) {
          expect((error as Error).message, `${method} ${JSON.stringify(args)}`).toMatch(
            /panic_msg: "[a-z_]+: /,
          );
        }
        return;
      }
      const deposit = deposit_near === undefined ? 0n : NEAR;
      const { error } = await (await copy()).call(callers[who]!, method, args, deposit);
      expect(error ?? "ok: ", `${method} ${JSON.stringify(args)}`).toMatch(/^[a-z_]+: /);
    },
  );
  await fc.assert(property, { numRuns: EMBEDDED ? 400 : 40 });
});

test("nobody but the operator can make a request fail, and nobody at all can take its deposit", async () => {
  const { request_id } = await network.request();
  for (const from of [ALICE, BOB, OWNER, "mallory"]) {
    for (const [method, args] of [
      ["fail_execution", { request_id, code: "unavailable", message: "" }],
      ["resolve_compilation", { request_id }],
      ["cancel_stale_execution", { request_id }],
      ["on_execution_response", { request_id }],
      ["on_transfer", { account_id: from, amount_yocto: "1" }],
      ["withdraw_earnings", {}],
      ["withdraw_fees", { amount_yocto: "1" }],
    ] as const) {
      expect((await network.call(from, method, args)).error, `${from} ${method}`).toBeDefined();
    }
  }
  expect(await network.view("get_stats")).toMatchObject({
    open_requests: 1,
    open_deposits_yocto: `${NEAR / 10n}`,
  });
});

test("a settlement needs its signatures in full: a signature is not a worker's because its key is in the list", async () => {
  const { view } = await network.request();
  const settlement = await network.settlement(view);
  const [first, second] = settlement.attestations;
  for (const attestations of [
    [first, { worker: second!.worker, signature: first!.signature }],
    [first, { ...first, worker: WORKERS[2]!.public_key }],
    [{ ...first, __proto__: second }, { ...first }],
  ]) {
    const result = await network.call(OPERATOR, "resolve_execution", { ...settlement, attestations });
    expect(result.error).toMatch(/^(bad_signature|duplicate_key): /);
  }
});

test("what the owner changes about builders is told in an event", async () => {
  const builders = [WORKERS[0]!.public_key];
  const result = await network.call(OWNER, "set_builders", { builders, min_builders: 1 });
  expect(events(result.logs)).toMatchObject([
    { event: "settings_changed", data: [{ builders, min_builders: 1 }] },
  ]);
});
