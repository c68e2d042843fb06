// Any output that volunteers can bring is settled, within the gas that there is, and answered as it should be.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { callerCode } from "./support/caller.ts";
import { EMBEDDED } from "./support/chain.ts";
import { ALICE, CALLER, createNetwork, MODULE, type Network, OPERATOR } from "./support/network.ts";
import type { Result } from "./support/result.ts";
import { NEAR } from "./support/session.ts";

const BYTES_MAX = 32 * 1024;
const WORKERS_MAX = 7;
const TGAS = 10n ** 12n;
const fill = (unit: string, before = "", after = "") =>
  before + unit.repeat(Math.floor((BYTES_MAX - 8) / Buffer.byteLength(unit))) + after;

/** What costs most: by the writer, the parser, or the memory that it takes. */
const OUTPUTS: [string, string, string | Uint8Array][] = [
  ["Text", "control characters", fill("\u0001")],
  ["Text", "quotes", fill('"')],
  ["Text", "what is not UTF-8, and control characters", Buffer.from(fill("\u0001\xff"), "latin1")],
  ["Bytes", "bytes", fill("\u0001")],
  ["Json", "escapes", fill("\\u0001", '"', '"')],
  ["Json", "lists", fill("[],", "[", "[]]")],
  ["Json", "objects", fill("{},", "[", "{}]")],
  ["Json", "words", fill("true,", "[", "null]")],
  ["Json", "small numbers", fill("1e-308,", "[", "1]")],
  ["Json", "a long number", fill("9876543210", "0.")],
  ["Json", "long numbers", fill(`0.${"9".repeat(800)}e-300,`, "[", "1]")],
  ["Json", "keys that are the same", fill('"__proto__":[],', "{", '"a":1}')],
  ["Json", "deep nesting", fill(`${"[".repeat(62)}${"]".repeat(62)},`, "[", "1]")],
  ["Json", "no end", fill("[],", "[")],
];

const tgas = (result: Result, method: string) => result.gas.find((call) => call.method === method)!.tgas;

test.each(OUTPUTS)("as %s: %s", async (response_format, _, output) => {
  const network = await createNetwork();
  const args = { params: { quorum: WORKERS_MAX }, input_data: "x".repeat(65_536), response_format };
  const { hash, view } = await network.request(args, NEAR);
  const settlement = network.mustSucceed(await network.resolve(view, { output }));
  // The coordinator attaches twice as much (relayer/submissions.ts).
  expect(tgas(settlement, "resolve_execution")).toBeLessThan(100);
  const { waiting, error } = await network.session.result(hash);
  expect({ waiting, error }).toEqual({ waiting: false, error: undefined });
});

test("gas is within what callers and the coordinator set aside", async () => {
  const network = await createNetwork();
  const { hash, view } = await network.request({ params: { quorum: 3 } }, NEAR);
  const settlement = network.mustSucceed(await network.resolve(view, { output: "x".repeat(1_024) }));
  expect(tgas(settlement, "resolve_execution")).toBeLessThan(25);
  const asked = await network.session.result(hash);
  expect(tgas(asked, "request_execution")).toBeLessThan(20);
  expect(tgas(asked, "on_execution_response")).toBeLessThan(25);
});

test("a contract that gives its request the least gas that is taken has its answer, however large", async () => {
  const network = await createNetwork();
  const args = {
    source: { GitHub: { repo: "r".repeat(300), commit: "f".repeat(40), module_sha256: MODULE } },
    params: { quorum: WORKERS_MAX },
    input_data: "x".repeat(65_536),
    response_format: "Text",
    payer_account_id: "f".repeat(64),
  };
  const attempt = async (at: Network, gas: bigint) => {
    await at.session.deploy(CALLER, callerCode(gas));
    return at.session.call(ALICE, CALLER, "ask", args, { deposit: NEAR });
  };
  const copy = await network.snapshot();
  let [short, enough] = [30n * TGAS, 120n * TGAS];
  while (enough - short > TGAS / 100n) {
    const gas = (short + enough) / 2n;
    if ((await attempt(await copy(), gas)).waiting) enough = gas;
    else short = gas;
  }
  const asked = await attempt(network, enough);
  const view = await network.view<never>("get_request", { request_id: 0 });
  network.mustSucceed(await network.resolve(view, { output: fill("\u0001") }));
  const { value, error } = await network.session.result(asked.hash);
  expect(error).toBeUndefined();
  expect(value).toBe(fill("\u0001"));
  expect(await network.view("get_stats")).toMatchObject({ completed: 1, open_deposits_yocto: "0" });
});

test("a failure with the longest message that can be sent ends its request", async () => {
  const network = await createNetwork();
  for (const message of [
    "\u0001".repeat(1_000),
    "\ud83d".repeat(1_000),
    "\u{1f600}".repeat(500),
    '"'.repeat(1_000),
  ]) {
    const { hash, request_id } = await network.request();
    const args = { request_id, code: "build_failed", message };
    network.mustSucceed(await network.call(OPERATOR, "fail_execution", args));
    expect(await network.session.result(hash)).toMatchObject({
      waiting: false,
      value: null,
      error: undefined,
    });
  }
  expect(await network.view("get_stats")).toMatchObject({
    failed: 4,
    open_requests: 0,
    open_deposits_yocto: "0",
  });
});

test("as Text: any bytes as TextDecoder reads them, as Json: what JSON.parse takes", {
  timeout: 120_000,
}, async () => {
  const network = await createNetwork();
  // Pieces of UTF-8 and of JSON, whole and cut.
  const pieces = [...'[]{}:,"\\u0e1- \n', "\\n", "\\ud800", "true", "null", "0.5e+7", "é", "\u{1f600}"];
  const piece = fc.oneof(
    fc.constantFrom(...pieces.map((text) => Buffer.from(text))),
    fc.uint8Array({ minLength: 1, maxLength: 3 }).map((bytes) => Buffer.from(bytes)),
  );
  const json = fc.json({ maxDepth: 3 }).map((text) => [Buffer.from(text)]);
  const bytes = fc.oneof(json, fc.array(piece, { maxLength: 12 })).map((parts) => Buffer.concat(parts));
  const property = fc.asyncProperty(bytes, async (output) => {
    const text = await network.request({ response_format: "Text", params: { quorum: 1 } });
    const parsed = await network.request({ response_format: "Json", params: { quorum: 1 } });
    for (const { view } of [text, parsed]) network.mustSucceed(await network.resolve(view, { output }));
    const decoded = new TextDecoder("utf-8", { ignoreBOM: true }).decode(output);
    expect((await network.session.result(text.hash)).value).toBe(decoded);
    expect((await network.session.result(parsed.hash)).value).toEqual(parsedOrNull(output));
  });
  await fc.assert(property, { numRuns: EMBEDDED ? 150 : 15 });
});

test("JSON's public corner cases", async () => {
  const network = await createNetwork();
  const cases = JSON.parse(
    readFileSync(new URL("./fixtures/json.json", import.meta.url), "utf8"),
  ) as string[];
  for (const output of cases) {
    const { hash, view } = await network.request({ response_format: "Json", params: { quorum: 1 } });
    network.mustSucceed(await network.resolve(view, { output }));
    expect((await network.session.result(hash)).value, output).toEqual(parsedOrNull(Buffer.from(output)));
  }
});

function parsedOrNull(output: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(output));
  } catch {
    return null;
  }
}
