// Bad arguments: every method names the argument, what was wrong and what would be right. The sdk checks nothing.
import { toNearText } from "@near-offshore/protocol";
import { beforeEach, describe, expect, test } from "vitest";
import type * as z from "zod";
import { METHODS as ABI } from "../client/methods.ts";
import {
  ALICE,
  BUILDERS,
  createNetwork,
  MODULE,
  type Network,
  OFFSHORE,
  OPERATOR,
  OWNER,
  WORKER_ACCOUNT,
  WORKERS,
} from "./support/network.ts";
import { NEAR } from "./support/session.ts";

const KEY = WORKERS[7]!.public_key;
const ENROLLED = WORKERS[6]!.public_key;
const SIGNATURE = toNearText(new Uint8Array(64).fill(7));
const COMMIT = "ab".repeat(20);
const REPOSITORY = { repo: "https://example.org/a", commit: COMMIT, build_target: "wasm32-wasip1" };

/** A method, who calls it, arguments that are right, and what is wrong with each change of them. */
interface Entry {
  from: string;
  deposit?: bigint;
  args: Record<string, unknown>;
  bad: [change: Record<string, unknown>, error: string][];
}

const source = (value: unknown) => ({ source: value });
const github = (change: object) => source({ GitHub: { ...REPOSITORY, ...change } });
const limits = (change: object) => ({ resource_limits: change });
const attestations = (change: object) => ({
  attestations: [{ worker: KEY, signature: SIGNATURE, ...change }],
});

const NOT_A_KEY = "must be an Ed25519 public key, ed25519:<base58 of 32 bytes>, got";
const NOT_A_SIGNATURE = "must be an Ed25519 signature, ed25519:<base58 of 64 bytes>, got";
const NOT_HEX = "must be 64 lowercase hexadecimal characters, got";
const NOT_A_SOURCE = "source must be an object with one key: GitHub, WasmUrl or Module, got";

const METHODS: Record<string, Entry> = {
  request_execution: {
    from: ALICE,
    deposit: NEAR,
    args: { source: { Module: { sha256: MODULE } } },
    bad: [
      [source(undefined), "source is missing: expected an object"],
      [source("https://example.org"), 'source must be an object, got "https://example.org"'],
      [source({}), `${NOT_A_SOURCE} {}`],
      [source({ Project: { project_id: "a" } }), `${NOT_A_SOURCE} {"Project":{"project_id":"a"}}`],
      [source({ Module: { sha256: MODULE }, GitHub: REPOSITORY }), NOT_A_SOURCE],
      [source({ Module: null }), "source.Module must be an object, got null"],
      [source({ Module: { sha256: "AB".repeat(32) } }), `source.Module.sha256 ${NOT_HEX}`],
      [
        source({ WasmUrl: { hash: MODULE } }),
        "source.WasmUrl.url is missing: expected 1 to 300 printable ASCII",
      ],
      [source({ WasmUrl: { url: "https://a" } }), "source.WasmUrl.hash is missing: expected 64 lowercase"],
      [
        github({ repo: "" }),
        'source.GitHub.repo must be 1 to 300 printable ASCII characters without spaces, got ""',
      ],
      [github({ repo: "a b" }), "source.GitHub.repo must be"],
      [github({ repo: "é" }), "source.GitHub.repo must be"],
      [github({ repo: "x".repeat(301) }), "source.GitHub.repo must be"],
      [
        github({ commit: "ABCD".repeat(10) }),
        'source.GitHub.commit must be a full commit of 40 lowercase hexadecimal characters, a branch or a tag, got "ABCD',
      ],
      [
        github({ build_target: "wasm32-wasip2" }),
        "source.GitHub.build_target: wasm32-wasip2 is not supported, use wasm32-wasip1",
      ],
      [github({ build_target: "x86_64" }), 'source.GitHub.build_target must be wasm32-wasip1, got "x86_64"'],
      [github({ module_sha256: 5 }), `source.GitHub.module_sha256 ${NOT_HEX} 5`],
      [github({ commit: "" }), "source.GitHub.commit must be a full commit"],
      [github({ commit: "--upload-pack=x" }), "source.GitHub.commit must be a full commit"],
      [github({ commit: "a".repeat(201) }), "source.GitHub.commit must be a full commit"],
      [github({ commit: null }), "source.GitHub.commit must be a full commit"],
      [{ resource_limits: [] }, "resource_limits must be an object, got []"],
      [
        limits({ max_instructions: 0 }),
        "resource_limits.max_instructions must be an integer from 1 to 100000000000, got 0",
      ],
      [limits({ max_instructions: 100_000_000_001 }), "resource_limits.max_instructions must be"],
      [limits({ max_instructions: 1.5 }), "resource_limits.max_instructions must be"],
      [
        limits({ max_instructions: "5" }),
        'resource_limits.max_instructions must be an integer from 1 to 100000000000, got "5"',
      ],
      [
        limits({ max_memory_mb: 1025 }),
        "resource_limits.max_memory_mb must be an integer from 1 to 1024, got 1025",
      ],
      [
        limits({ max_execution_seconds: -1 }),
        "resource_limits.max_execution_seconds must be an integer from 1 to 100, got -1",
      ],
      [{ input_data: { min: 1 } }, 'input_data must be a string, got {"min":1}'],
      [{ input_data: "é".repeat(32_769) }, "input_data has 65538 bytes, at most 65536 are allowed"],
      [{ input_data: "a\ud83d" }, "input_data has half of a surrogate pair"],
      [{ input_data: "\udf72b" }, "input_data has half of a surrogate pair"],
      [{ response_format: "Xml" }, 'response_format must be one of Bytes, Text, Json, got "Xml"'],
      [{ payer_account_id: "Alice" }, 'payer_account_id must be a NEAR account id, got "Alice"'],
      [{ payer_account_id: "a" }, "payer_account_id must be a NEAR account id"],
      [{ payer_account_id: "a..b" }, "payer_account_id must be a NEAR account id"],
      [{ payer_account_id: "x".repeat(65) }, "payer_account_id must be a NEAR account id"],
      [
        { secrets_ref: { profile: "x" } },
        "secrets_ref must be null: a volunteer's browser cannot keep a secret",
      ],
      [{ params: 5 }, "params must be an object, got 5"],
      [{ params: { quorum: 0 } }, "params.quorum must be an integer from 1 to 7, got 0"],
      [{ params: { quorum: 8 } }, "params.quorum must be an integer from 1 to 7, got 8"],
      [{ params: { compile_only: 1 } }, "params.compile_only must be true or false, got 1"],
      [{ params: { compile_only: true } }, "source.GitHub is what can be compiled: this source is a module"],
      [{ params: { max_error: 0 } }, "params.max_error must be a number above 0 and below 1, got 0"],
      [{ params: { max_error: 1 } }, "params.max_error must be a number above 0 and below 1, got 1"],
      [{ params: { max_error: -0.5 } }, "params.max_error must be a number above 0 and below 1, got -0.5"],
      [{ params: { max_error: "0.1" } }, 'params.max_error must be a number above 0 and below 1, got "0.1"'],
    ],
  },
  resolve_execution: {
    from: OPERATOR,
    args: {
      request_id: 0,
      rules_version: 1,
      module_sha256: MODULE,
      status: "ok",
      output_base64: "",
      instructions: 1,
      ...attestations({}),
    },
    bad: [
      [{ request_id: undefined }, "request_id is missing: expected an integer"],
      [{ request_id: "0" }, 'request_id must be an integer from 0 to 9007199254740991, got "0"'],
      [{ request_id: -1 }, "request_id must be an integer"],
      [{ rules_version: null }, "rules_version must be an integer from 1 to 4294967295, got null"],
      [{ module_sha256: "" }, `module_sha256 ${NOT_HEX} ""`],
      [{ status: "fine" }, "status must be a status: ok, exit:<1-255>, trap:<kind>, out_of_instructions"],
      [{ status: "exit:0" }, "status must be a status"],
      [{ status: "exit:256" }, "status must be a status"],
      [{ status: ["ok"] }, "status must be a status"],
      [{ output_base64: "a" }, 'output_base64 must be base64, with padding, of at most 32768 bytes, got "a"'],
      [{ output_base64: "YQ" }, "output_base64 must be base64"],
      [{ output_base64: "YR==" }, "output_base64 must be base64"],
      [{ output_base64: "YQ==YQ==" }, "output_base64 must be base64"],
      [{ output_base64: "-_8=" }, "output_base64 must be base64"],
      [{ output_base64: "====" }, "output_base64 must be base64"],
      [{ output_base64: Buffer.alloc(32_769).toString("base64") }, "output_base64 must be base64"],
      [{ instructions: -1 }, "instructions must be an integer"],
      [{ instructions: 2 ** 53 }, "instructions must be an integer"],
      [{ attestations: {} }, "attestations must be a list of 1 to 7 items, got {}"],
      [{ attestations: [] }, "attestations must be a list of 1 to 7 items, got []"],
      [{ attestations: Array(8).fill({}) }, "attestations must be a list of 1 to 7 items"],
      [{ attestations: [null] }, "attestations[0] must be an object, got null"],
      [attestations({ worker: KEY.slice(8) }), `attestations[0].worker ${NOT_A_KEY}`],
      [attestations({ worker: `secp256k1:${KEY.slice(8)}` }), `attestations[0].worker ${NOT_A_KEY}`],
      [attestations({ worker: "ed25519:" }), `attestations[0].worker ${NOT_A_KEY}`],
      [attestations({ worker: `ed25519:1${KEY.slice(8)}` }), `attestations[0].worker ${NOT_A_KEY}`],
      [attestations({ worker: `ed25519:${"0".repeat(44)}` }), `attestations[0].worker ${NOT_A_KEY}`],
      [attestations({ worker: `ed25519:${"z".repeat(44)}` }), `attestations[0].worker ${NOT_A_KEY}`],
      [attestations({ signature: KEY }), `attestations[0].signature ${NOT_A_SIGNATURE}`],
      [
        attestations({ signature: `ed25519:${"z".repeat(88)}` }),
        `attestations[0].signature ${NOT_A_SIGNATURE}`,
      ],
      [
        attestations({ signature: undefined }),
        "attestations[0].signature is missing: expected an Ed25519 signature",
      ],
    ],
  },
  resolve_compilation: {
    from: ALICE,
    args: { request_id: 0 },
    bad: [
      [{ request_id: undefined }, "request_id is missing: expected an integer"],
      [{ request_id: {} }, "request_id must be an integer from 0 to 9007199254740991, got {}"],
    ],
  },
  fail_execution: {
    from: OPERATOR,
    args: { request_id: 0, code: "no_quorum", message: "" },
    bad: [
      [{ request_id: null }, "request_id must be an integer"],
      [{ code: "because" }, "code must be one of commit_not_found, build_failed, bad_module,"],
      [{ code: "toString" }, "code must be one of"],
      [{ message: 5 }, "message must be a string of at most 1000 characters, got 5"],
      [{ message: "x".repeat(1_001) }, "message must be a string of at most 1000 characters"],
    ],
  },
  cancel_stale_execution: {
    from: ALICE,
    args: { request_id: 0 },
    bad: [[{ request_id: [] }, "request_id must be an integer"]],
  },
  enroll_workers: {
    from: OPERATOR,
    deposit: NEAR,
    args: { public_keys: [KEY] },
    bad: [
      [{ public_keys: KEY }, "public_keys must be a list of 1 to 20 items"],
      [{ public_keys: [] }, "public_keys must be a list of 1 to 20 items, got []"],
      [{ public_keys: Array(21).fill(KEY) }, "public_keys must be a list of 1 to 20 items"],
      [{ public_keys: [KEY, "x"] }, `public_keys[1] ${NOT_A_KEY} "x"`],
    ],
  },
  register_worker: {
    from: ALICE,
    deposit: NEAR,
    args: { public_key: KEY, signature: SIGNATURE },
    bad: [
      [{ public_key: 1 }, `public_key ${NOT_A_KEY} 1`],
      [{ signature: undefined }, "signature is missing: expected an Ed25519 signature"],
      [{ signature: KEY }, `signature ${NOT_A_SIGNATURE}`],
    ],
  },
  link_account: {
    from: ALICE,
    deposit: NEAR,
    args: { public_key: KEY, account_id: ALICE, signature: SIGNATURE },
    bad: [
      [{ public_key: [] }, `public_key ${NOT_A_KEY} []`],
      [{ account_id: "A" }, 'account_id must be a NEAR account id, got "A"'],
      [{ account_id: undefined }, "account_id is missing: expected a NEAR account id"],
      [{ signature: 5 }, `signature ${NOT_A_SIGNATURE} 5`],
    ],
  },
  rotate_key: {
    from: WORKER_ACCOUNT,
    deposit: NEAR,
    args: { public_key: ENROLLED, new_public_key: KEY, signature: SIGNATURE },
    bad: [
      [{ public_key: null }, `public_key ${NOT_A_KEY} null`],
      [{ new_public_key: undefined }, "new_public_key is missing: expected an Ed25519 public key"],
      [{ signature: "" }, `signature ${NOT_A_SIGNATURE} ""`],
    ],
  },
  add_stake: {
    from: ALICE,
    deposit: NEAR,
    args: { public_key: ENROLLED },
    bad: [[{ public_key: true }, `public_key ${NOT_A_KEY} true`]],
  },
  unregister_worker: {
    from: WORKER_ACCOUNT,
    args: { public_key: ENROLLED },
    bad: [[{ public_key: {} }, `public_key ${NOT_A_KEY} {}`]],
  },
  withdraw_stake: {
    from: ALICE,
    args: { public_key: ENROLLED },
    bad: [[{ public_key: undefined }, "public_key is missing"]],
  },
  vest_earnings: {
    from: ALICE,
    args: { public_key: ENROLLED },
    bad: [[{ public_key: "ed25519:" }, `public_key ${NOT_A_KEY} "ed25519:"`]],
  },
  report_fault: {
    from: ALICE,
    args: {
      request_id: 0,
      worker: KEY,
      module_sha256: MODULE,
      status: "ok",
      output_sha256: MODULE,
      instructions: 1,
      signature: SIGNATURE,
    },
    bad: [
      [{ request_id: "0" }, 'request_id must be an integer from 0 to 9007199254740991, got "0"'],
      [{ worker: 1 }, `worker ${NOT_A_KEY} 1`],
      [{ module_sha256: "x" }, `module_sha256 ${NOT_HEX} "x"`],
      [{ status: "exit:256" }, "status must be a status"],
      [
        { output_sha256: undefined },
        "output_sha256 is missing: expected 64 lowercase hexadecimal characters",
      ],
      [{ instructions: 0.5 }, "instructions must be an integer from 0 to 9007199254740991, got 0.5"],
      [{ signature: null }, `signature ${NOT_A_SIGNATURE} null`],
    ],
  },
  prune_receipts: {
    from: ALICE,
    args: {},
    bad: [
      [{ limit: 0 }, "limit must be an integer from 1 to 50, got 0"],
      [{ limit: 51 }, "limit must be an integer from 1 to 50, got 51"],
    ],
  },
  deposit_storage: { from: ALICE, deposit: 1n, args: {}, bad: [] },
  withdraw_storage: {
    from: OPERATOR,
    args: {},
    bad: [
      [{ amount_yocto: 5 }, `amount_yocto must be a decimal string of 1 to ${NEAR} yoctoNEAR, got 5`],
      [{ amount_yocto: "0" }, "amount_yocto must be a decimal string of 1 to"],
      [{ amount_yocto: (NEAR + 1n).toString() }, "amount_yocto must be a decimal string of 1 to"],
    ],
  },
  withdraw_fees: {
    from: OWNER,
    args: {},
    bad: [
      [
        { amount_yocto: "0" },
        "amount_yocto must be a decimal string of 1 to 1000000000000000000000 yoctoNEAR",
      ],
      [{ amount_yocto: "01" }, "amount_yocto must be a decimal string"],
      [{ amount_yocto: "1e3" }, "amount_yocto must be a decimal string"],
      [{ amount_yocto: "1000000000000000000001" }, "amount_yocto must be a decimal string"],
    ],
  },
  set_owner: {
    from: OWNER,
    args: { owner_id: OWNER },
    bad: [[{ owner_id: "" }, 'owner_id must be a NEAR account id, got ""']],
  },
  set_pricing: {
    from: OWNER,
    args: {},
    bad: [
      [{ base_fee_yocto: 1 }, `base_fee_yocto must be a decimal string of 0 to ${NEAR} yoctoNEAR, got 1`],
      [{ base_fee_yocto: (NEAR + 1n).toString() }, "base_fee_yocto must be a decimal string"],
      [{ base_fee_yocto: "-1" }, "base_fee_yocto must be a decimal string"],
      [{ rate_per_million_yocto: `${10n ** 22n + 1n}` }, "rate_per_million_yocto must be a decimal string"],
      [{ min_stake_yocto: `${10n ** 22n - 1n}` }, "min_stake_yocto must be a decimal string"],
      [{ min_stake_yocto: `${10n ** 28n + 1n}` }, "min_stake_yocto must be a decimal string"],
      [{ min_stake_yocto: "9".repeat(40) }, "min_stake_yocto must be a decimal string"],
      [{ reporter_percent: 51 }, "reporter_percent must be an integer from 0 to 50, got 51"],
      [{ reporter_percent: "5" }, 'reporter_percent must be an integer from 0 to 50, got "5"'],
    ],
  },
  set_limits: {
    from: OWNER,
    args: {},
    bad: [
      [
        { max_instructions: 999_999 },
        "max_instructions must be an integer from 1000000 to 100000000000, got",
      ],
      [{ max_instructions: 100_000_000_001 }, "max_instructions must be an integer"],
      [{ max_memory_mb: 15 }, "max_memory_mb must be an integer from 16 to 1024, got 15"],
      [{ max_memory_mb: 1025 }, "max_memory_mb must be an integer"],
      [{ max_execution_seconds: 4 }, "max_execution_seconds must be an integer from 5 to 100, got 4"],
      [{ max_execution_seconds: 101 }, "max_execution_seconds must be an integer"],
      [{ min_established: -1 }, "min_established must be an integer from 0 to 7, got -1"],
      [{ min_established: 8 }, "min_established must be an integer from 0 to 7, got 8"],
      [{ vesting_results: 1_001 }, "vesting_results must be an integer from 0 to 1000, got 1001"],
      [{ fault_window_blocks: 999 }, "fault_window_blocks must be an integer from 1000 to 10000000, got 999"],
      [{ fault_window_blocks: 10_000_001 }, "fault_window_blocks must be an integer"],
    ],
  },
  migrate: { from: OWNER, args: {}, bad: [] },
  withdraw_earnings: {
    from: ALICE,
    args: {},
    bad: [[{ account_id: "UPPER" }, 'account_id must be a NEAR account id, got "UPPER"']],
  },
  publish_module: {
    from: ALICE,
    deposit: NEAR,
    args: {
      source: REPOSITORY,
      module_sha256: MODULE,
      signatures: [{ builder: BUILDERS[0]!.public_key, signature: SIGNATURE }],
    },
    bad: [
      [{ source: "x" }, 'source must be an object, got "x"'],
      [{ source: { ...REPOSITORY, repo: 1 } }, "source.repo must be 1 to 300 printable ASCII"],
      [{ source: { ...REPOSITORY, commit: "v1.0" } }, "source.commit must be a full commit"],
      [{ module_sha256: null }, `module_sha256 ${NOT_HEX} null`],
      [{ signatures: [] }, "signatures must be a list of 1 to 20 items, got []"],
      [{ signatures: [{ builder: "x" }] }, `signatures[0].builder ${NOT_A_KEY} "x"`],
      [{ signatures: [{ builder: KEY }] }, "signatures[0].signature is missing"],
    ],
  },
  set_builders: {
    from: OWNER,
    args: { builders: [KEY], min_builders: 1 },
    bad: [
      [{ builders: [] }, "builders must be a list of 1 to 20 items, got []"],
      [{ builders: ["x"] }, `builders[0] ${NOT_A_KEY} "x"`],
      [{ min_builders: "1" }, 'min_builders must be an integer from 1 to 1, got "1"'],
    ],
  },
  set_operator: {
    from: OWNER,
    args: { operator_id: ALICE },
    bad: [[{ operator_id: undefined }, "operator_id is missing: expected a NEAR account id"]],
  },
  set_paused: {
    from: OWNER,
    args: { paused: true },
    bad: [[{ paused: "yes" }, 'paused must be true or false, got "yes"']],
  },
};

const VIEWS: [string, object, string][] = [
  ["get_request", {}, "request_id is missing"],
  ["get_receipt", { request_id: 1.5 }, "request_id must be an integer"],
  ["get_balance", {}, "account_id is missing: expected a NEAR account id"],
  ["get_worker", { public_key: "x" }, `public_key ${NOT_A_KEY}`],
  ["is_worker_active", {}, "public_key is missing"],
  ["get_workers", { limit: 101 }, "limit must be an integer from 1 to 100, got 101"],
  ["get_workers", { from_index: -1 }, "from_index must be an integer"],
  ["get_pending_request_ids", { limit: 0 }, "limit must be an integer from 1 to 100, got 0"],
  ["get_module", { source: [] }, "source must be an object, got []"],
  ["get_earnings", { account_id: null }, "account_id must be a NEAR account id, got null"],
  ["estimate_execution_cost", { quorum: 9 }, "quorum must be an integer from 1 to 7, got 9"],
  [
    "estimate_execution_cost",
    { input_bytes: 65_537 },
    "input_bytes must be an integer from 0 to 65536, got 65537",
  ],
];

let network: Network;

let prepared: Promise<() => Promise<Network>> | undefined;

async function prepare(): Promise<() => Promise<Network>> {
  const network = await createNetwork();
  await network.request({ params: { quorum: 1 } });
  const { request_id } = await network.request();
  const failure = { request_id, code: "build_failed", message: "" };
  network.mustSucceed(await network.call(OPERATOR, "fail_execution", failure));
  network.mustSucceed(await network.call(ALICE, "deposit_storage", {}, NEAR));
  return network.snapshot();
}

beforeEach(async () => {
  prepared ??= prepare();
  network = await (await prepared)();
});

describe.each(Object.entries(METHODS))("%s", (method, { from, deposit, args, bad }) => {
  test.skipIf(bad.length === 0).each(bad)("refuses %j", async (change, error) => {
    const { error: refused } = await network.call(from, method, { ...args, ...change }, deposit);
    expect(refused).toMatch(/^(invalid_argument|not_supported): /);
    expect(refused?.replace(/^\w+: /, "")).toSatisfy((sentence: string) => sentence.startsWith(error), error);
  });

  test("refuses arguments that are no JSON object", async () => {
    for (const [text, error] of [
      ["[]", "the arguments must be an object, got []"],
      ["null", "the arguments must be an object, got null"],
      ["{", "the arguments are not JSON"],
      ["\u0000", "the arguments are not JSON"],
    ] as const) {
      const result = await network.session.call(from, OFFSHORE, method, text, { deposit: deposit ?? 0n });
      expect(result.error).toBe(`invalid_argument: ${error}`);
    }
  });

  test.skipIf(deposit !== undefined)("takes no money", async () => {
    const result = await network.call(from, method, args, 1n);
    expect(result.error).toBe("not_payable: this method takes no deposit, got 1 yoctoNEAR");
  });

  test("ignores arguments that it does not know", async () => {
    const { error } = await network.call(from, method, { ...args, force_rebuild: true }, deposit);
    expect(error ?? "").not.toContain("invalid_argument");
  });
});

/** One of each kind of JSON, and what only looks like it. */
const VALUES = [null, true, false, 0, -1, 0.5, 2 ** 53, "", "x", "0", [], [null], {}, { a: 1 }];

/** What the ABI's schema refuses, by argument: values other than it asks for, and none. */
function changesOf(method: string, args: Record<string, unknown>) {
  const schema = ABI[method]!.args;
  return Object.entries(schema.shape as Record<string, z.ZodType>).map(([name, type]) => {
    // Looked at for a branch's request only (refs.test.ts).
    if (name === "ref_commit") return { name, refused: [] };
    const optional = type.safeParse(undefined).success;
    // Whoever writes null where nothing is needed means nothing.
    const values = VALUES.filter((value) => !(value === null && optional));
    const wrong = values.filter((value) => !type.safeParse(value).success);
    const missing = optional || args[name] === undefined ? [] : [undefined];
    return { name, refused: [...wrong, ...missing] };
  });
}

test.each(Object.entries(METHODS))(
  "%s refuses what its ABI does, and says which argument it is",
  async (method, { from, deposit, args }) => {
    const copy = await network.snapshot();
    for (const { name, refused } of changesOf(method, args)) {
      // Its request would time out meanwhile.
      network = await copy();
      for (const value of refused) {
        const { error } = await network.call(from, method, { ...args, [name]: value }, deposit);
        const what = `${name}: ${JSON.stringify(value)}`;
        expect(error, what).toMatch(/^(invalid_argument|not_supported): /);
        expect(error, what).toContain(name);
        if (value === undefined) expect(error, what).toContain("is missing: expected ");
      }
    }
  },
);

test.each(Object.entries(ABI).filter(([, { kind }]) => kind === "view"))(
  "%s refuses what its ABI does, and says which argument it is",
  async (method, { example }) => {
    await network.view(method, example);
    for (const { name, refused } of changesOf(method, example)) {
      for (const value of refused) {
        const asked = network.view(method, { ...example, [name]: value });
        const refusal = new RegExp(`invalid_argument: .*${name}`);
        await expect(asked, `${name}: ${JSON.stringify(value)}`).rejects.toThrow(refusal);
      }
    }
  },
);

test.each(VIEWS)("%s refuses %j", async (method, args, error) => {
  await expect(network.view(method, args)).rejects.toThrow(`invalid_argument: ${error}`);
});
