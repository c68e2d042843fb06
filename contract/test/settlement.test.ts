// `resolve_execution`: the contract believes a quorum's signatures and nothing else.

import { sha256Hex, signerFromSeed } from "@near-offshore/protocol";
import { beforeEach, describe, expect, test } from "vitest";
import { EMBEDDED } from "./support/chain.ts";
import {
  ALICE,
  attest,
  BOB,
  createNetwork,
  type Network,
  OFFSHORE,
  OPERATOR,
  OWNER,
  SOURCE,
  WORKERS,
} from "./support/network.ts";
import { NEAR } from "./support/session.ts";

let network: Network;

beforeEach(async () => {
  network = await createNetwork();
});

test("a quorum's signatures settle a request and answer its caller", async () => {
  const { hash, view } = await network.request();
  network.mustSucceed(await network.resolve(view));
  expect(await network.session.result(hash)).toMatchObject({ value: "42", waiting: false, error: undefined });
  expect(await network.view("get_request", { request_id: view.request_id })).toBeNull();
  expect(await network.view("get_pending_request_ids")).toEqual([]);
});

test("seven workers settle a request for seven", async () => {
  const { hash, view } = await network.request({ params: { quorum: 7 } });
  network.mustSucceed(await network.resolve(view));
  expect((await network.session.result(hash)).value).toBe("42");
});

describe("refused, and the request stays open", () => {
  type Settlement = Awaited<ReturnType<Network["settlement"]>>;

  const REFUSALS: [string, string, (settlement: Settlement, network: Network) => Promise<object> | object][] =
    [
      ["another output than the signed one", "bad_signature", (s) => ({ ...s, output_base64: "NDM=" })],
      ["another status", "bad_signature", (s) => ({ ...s, status: "exit:1" })],
      ["another instruction count", "bad_signature", (s) => ({ ...s, instructions: s.instructions + 1 })],
      ["one signature too few", "quorum_not_met", (s) => ({ ...s, attestations: s.attestations.slice(1) })],
      [
        "one signature too many",
        "quorum_not_met",
        async (s, n) => {
          const view = await n.view<never>("get_request", { request_id: s.request_id });
          return n.settlement(view, {}, WORKERS.slice(0, 3));
        },
      ],
      [
        "a worker twice",
        "duplicate_key",
        (s) => ({ ...s, attestations: [s.attestations[0], s.attestations[0]] }),
      ],
      [
        "an unregistered worker",
        "unknown_worker",
        async (s, n) =>
          n.settlement(await n.view("get_request", { request_id: s.request_id }), {}, [
            WORKERS[0]!,
            WORKERS[7]!,
          ]),
      ],
      [
        "a signature by another worker's key",
        "bad_signature",
        ({ attestations: [a, b], ...s }) => ({
          ...s,
          attestations: [
            { worker: a!.worker, signature: b!.signature },
            { worker: b!.worker, signature: a!.signature },
          ],
        }),
      ],
      [
        "another module, properly signed",
        "wrong_module",
        async (s, n) =>
          n.settlement(await n.view("get_request", { request_id: s.request_id }), {
            module_sha256: sha256Hex(Buffer.of(1)),
          }),
      ],
      ["rules that the request does not follow", "wrong_rules_version", (s) => ({ ...s, rules_version: 2 })],
      [
        "signatures over the digest of another task: another input, seed or clock",
        "bad_signature",
        async (s) => ({
          ...s,
          attestations: await attest(
            sha256Hex(Buffer.from("another task")),
            { ...s, output_sha256: sha256Hex(Buffer.from("42")) },
            WORKERS.slice(0, 2),
          ),
        }),
      ],
      [
        "signatures of the same outcome of an earlier request",
        "bad_signature",
        async (s, n) => {
          const { view } = await n.request();
          return { ...(await n.settlement(view)), request_id: s.request_id };
        },
      ],
    ];

  test.each(REFUSALS)("%s: %s", async (_, code, change) => {
    const { hash, view } = await network.request();
    const settlement = await change(await network.settlement(view), network);
    const result = await network.call(OPERATOR, "resolve_execution", settlement);
    expect(result.error).toMatch(new RegExp(`^${code}: `));
    expect((await network.session.result(hash)).waiting).toBe(true);
    network.mustSucceed(await network.resolve(view));
  });
});

test("nobody but the operator settles, not even the owner or the caller", async () => {
  const { view } = await network.request();
  const settlement = await network.settlement(view);
  for (const account_id of [ALICE, OWNER, OFFSHORE]) {
    const result = await network.call(account_id, "resolve_execution", settlement);
    expect(result.error).toMatch(/^not_operator: only the operator, operator,/);
  }
});

test("two keys of one account are one voice", async () => {
  const [bobs, also_bobs] = [
    signerFromSeed(new Uint8Array(32).fill(91)),
    signerFromSeed(new Uint8Array(32).fill(92)),
  ];
  for (const signer of [bobs, also_bobs]) network.mustSucceed(await network.register(BOB, signer));
  const { view } = await network.request();
  const alone = await network.settlement(view, {}, [bobs, also_bobs]);
  const result = await network.call(OPERATOR, "resolve_execution", alone);
  expect(result.error).toBe("duplicate_account: bob attests with two keys");
  const together = await network.settlement(view, {}, [bobs, WORKERS[0]!]);
  network.mustSucceed(await network.call(OPERATOR, "resolve_execution", together));
});

test.skipIf(!EMBEDDED)(
  "a settlement in the request's own block settles it; the chain refused that before protocol version 83 (embedded chain only: both in one block)",
  async () => {
    const { view: earlier } = await network.request();
    const request_id = earlier.request_id + 1;
    const asked = { source: SOURCE, params: { quorum: 1 } };
    const failure = { request_id, code: "unavailable", message: "" };
    const hash = await network.session.send(ALICE, OFFSHORE, "request_execution", asked, { deposit: NEAR });
    const early = await network.session.send(OPERATOR, OFFSHORE, "fail_execution", failure);
    await network.session.settle();
    expect(await network.session.heightOf(early)).toBe(await network.session.heightOf(hash));
    network.mustSucceed(await network.session.result(early));
    expect(await network.session.result(hash)).toMatchObject({ waiting: false, value: null });
  },
);

test("a settlement made for one contract is refused by another", async () => {
  const other = await (await network.snapshot())();
  const { view } = await network.request();
  const settlement = await network.settlement(view);
  // The same request, made in another block: another seed and clock, so another task.
  await other.session.skip(1);
  await other.request();
  expect((await other.call(OPERATOR, "resolve_execution", settlement)).error).toMatch(/^bad_signature: /);
});

test.skipIf(!EMBEDDED)(
  "what is settled is not settled again (embedded chain only: both in one block)",
  async () => {
    const { view } = await network.request();
    const settlement = await network.settlement(view);
    await network.session.send(OPERATOR, OFFSHORE, "resolve_execution", settlement);
    const second = await network.session.send(OPERATOR, OFFSHORE, "resolve_execution", settlement);
    await network.session.settle();
    expect((await network.session.result(second)).error).toMatch(/^already_settled: /);
    expect((await network.call(OPERATOR, "resolve_execution", settlement)).error).toMatch(
      /^unknown_request: /,
    );
  },
);

test.skipIf(!EMBEDDED)(
  "the operator may fail what it may not resolve any more, and not the other way round (embedded chain only: both in one block)",
  async () => {
    const { view } = await network.request();
    const failure = { request_id: view.request_id, code: "no_quorum", message: "two against two" };
    await network.session.send(OPERATOR, OFFSHORE, "fail_execution", failure);
    const late = await network.session.send(
      OPERATOR,
      OFFSHORE,
      "resolve_execution",
      await network.settlement(view),
    );
    await network.session.settle();
    expect((await network.session.result(late)).error).toMatch(/^already_settled: /);
  },
);
