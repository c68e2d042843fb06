// Each group of host functions, called by contracts written for it. Expected values are the specification's
// (nearcore's logic.rs) or computed by another library.
import { createHash } from "node:crypto";
import { ed25519 } from "@noble/curves/ed25519.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { concatBytes, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { beforeAll, describe, expect, test } from "vitest";
import { publicKeyToBytes } from "../src/encoding/keys.ts";
import { failureOf, NEAR, returned, Session, TGAS } from "./support/session.ts";
import { contract } from "./support/wat.ts";

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

/** Reads the input into register 0 and memory at 1024; its length is in local $n. */
const INPUT = `(local $n i64)
  (call $input (i64.const 0))
  (local.set $n (call $register_len (i64.const 0)))
  (call $read_register (i64.const 0) (i64.const 1024))`;
const RETURN_REGISTER_1 = "(call $value_return (i64.const -1) (i64.const 1))";

/** Writes an i64 expression's value to memory and returns its 8 bytes. */
const returnU64 = (expression: string) =>
  `(i64.store (i32.const 0) ${expression}) (call $value_return (i64.const 8) (i64.const 0))`;
const u64 = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
const u128 = (bytes: Uint8Array) =>
  u64(bytes) | (new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(8, true) << 64n);

let session: Session;
let caller: Awaited<ReturnType<Session["account"]>>;
let deployed = 0;

beforeAll(async () => {
  session = new Session();
  caller = await session.account("caller", undefined, 10_000n);
});

/** Deploys a contract with one method `run` and calls it. */
async function run(
  body: string,
  args: Uint8Array = new Uint8Array(),
  data: Record<number, string> = {},
  deposit = 0n,
) {
  const { account_id } = await session.account(`c${deployed++}`, contract({ run: body }, data));
  return session.call(caller, account_id, "run", args, { deposit, tgas: 300n });
}

async function value(body: string, args?: Uint8Array, data?: Record<number, string>, deposit?: bigint) {
  return returned(await run(body, args, data, deposit));
}

describe("registers", () => {
  test("write_register, register_len and read_register", async () => {
    const body = `(call $write_register (i64.const 7) (i64.const 5) (i64.const 16))
      (call $read_register (i64.const 7) (i64.const 32))
      (if (i64.ne (call $register_len (i64.const 7)) (i64.const 5)) (then unreachable))
      (if (i64.ne (call $register_len (i64.const 8)) (i64.const -1)) (then unreachable))
      (call $value_return (i64.const 5) (i64.const 32))`;
    expect(text(await value(body, undefined, { 16: "hello" }))).toBe("hello");
  });

  test("reading an unused register fails", async () => {
    expect(failureOf(await run("(call $read_register (i64.const 3) (i64.const 0))"))).toContain(
      "Accessed invalid register id: 3",
    );
  });

  test("register numbers use all 64 bits", async () => {
    const body = `(call $write_register (i64.const -2) (i64.const 1) (i64.const 16))
      (call $write_register (i64.const -3) (i64.const 1) (i64.const 17))
      (call $value_return (i64.const -1) (i64.const -2))`;
    expect(text(await value(body, undefined, { 16: "ab" }))).toBe("a");
  });

  test("at most 100 registers", async () => {
    const write = (id: number) => `(call $write_register (i64.const ${id}) (i64.const 1) (i64.const 0))`;
    const hundred = Array.from({ length: 100 }, (_, id) => write(id)).join("");
    expect("SuccessValue" in (await run(hundred)).status).toBe(true);
    expect(failureOf(await run(hundred + write(0)))).toContain("Accessed memory outside the bounds.");
  });

  test("memory past its end is refused", async () => {
    const past = "(call $write_register (i64.const 0) (i64.const 2) (i64.const 67108863))";
    expect(failureOf(await run(past))).toContain("Accessed memory outside the bounds.");
  });
});

describe("context", () => {
  const account = async (name: string) =>
    text(await value(`(call $${name} (i64.const 1)) ${RETURN_REGISTER_1}`));

  test("accounts, key and input", async () => {
    expect(await account("current_account_id")).toMatch(/^c\d+\.local$/);
    expect(await account("signer_account_id")).toBe("caller.local");
    expect(await account("predecessor_account_id")).toBe("caller.local");
    const key = await value(`(call $signer_account_pk (i64.const 1)) ${RETURN_REGISTER_1}`);
    expect(hex(key)).toBe(hex(publicKeyToBytes(caller.key.getPublicKey().toString())));
    const input = `(call $input (i64.const 1)) ${RETURN_REGISTER_1}`;
    expect(text(await value(input, utf8ToBytes('{"a":1}')))).toBe('{"a":1}');
  });

  test("block height and time are those of the block that executes", async () => {
    const call = await run(returnU64("(call $block_index)"));
    expect(u64(returned(call))).toBe(BigInt(call.receipts[0]!.block_height));
    const timed = await run(returnU64("(call $block_timestamp)"));
    const block = session.chain.data.blocks.get(timed.receipts[0]!.block_height)!;
    expect(u64(returned(timed))).toBe(block.timestamp_ns);
    expect(u64(await value(returnU64("(call $epoch_height)")))).toBe(1n);
  });

  test("random seeds are 32 bytes and differ from call to call", async () => {
    const { account_id } = await session.account(
      "random",
      contract({ run: `(call $random_seed (i64.const 1)) ${RETURN_REGISTER_1}` }),
    );
    const first = returned(await session.call(caller, account_id, "run"));
    const second = returned(await session.call(caller, account_id, "run"));
    expect(first).toHaveLength(32);
    expect(hex(first)).not.toBe(hex(second));
  });

  test("no account stakes", async () => {
    const body = `(call $validator_stake (i64.const 5) (i64.const 64) (i64.const 0)) (call $value_return (i64.const 16) (i64.const 0))`;
    expect(u128(await value(body, undefined, { 64: "local" }))).toBe(0n);
  });
});

describe("economics", () => {
  const u128Of = (name: string) =>
    `(call $${name} (i64.const 0)) (call $value_return (i64.const 16) (i64.const 0))`;

  test("balance includes the attached deposit", async () => {
    expect(u128(await value(u128Of("account_balance"), undefined, {}, 3n))).toBe(100n * NEAR + 3n);
    expect(u128(await value(u128Of("attached_deposit"), undefined, {}, 2n ** 70n))).toBe(2n ** 70n);
    expect(u128(await value(u128Of("account_locked_balance")))).toBe(0n);
  });

  test("prepaid and used gas", async () => {
    expect(u64(await value(returnU64("(call $prepaid_gas)")))).toBe(300n * TGAS);
    const used = u64(await value(returnU64("(call $used_gas)")));
    expect(used).toBeGreaterThan(0n);
    expect(used).toBeLessThan(TGAS);
  });

  test("storage usage counts the account, its key, its code and what is written", async () => {
    const body = `(drop (call $storage_write (i64.const 3) (i64.const 16) (i64.const 4) (i64.const 16) (i64.const 0)))
      ${returnU64("(call $storage_usage)")}`;
    const code = contract({ run: body });
    const { account_id } = await session.account("usage", code);
    const usage = u64(returned(await session.call(caller, account_id, "run")));
    expect(usage).toBe(BigInt(100 + 82 + code.length + 3 + 4 + 40));
    expect(BigInt(session.chain.account(account_id)!.storage_usage)).toBe(usage);
  });
});

describe("storage", () => {
  const KEY = "(i64.const 3) (i64.const 16)";
  const data = { 16: "key", 32: "old", 48: "newer" };
  const write = (length: number, at: number) =>
    `(call $storage_write ${KEY} (i64.const ${length}) (i64.const ${at}) (i64.const 1))`;
  const expectResult = (expression: string, result: number) =>
    `(if (i64.ne ${expression} (i64.const ${result})) (then unreachable))`;

  test("write, overwrite, read, has_key and remove", async () => {
    const body = [
      expectResult(`(call $storage_has_key ${KEY})`, 0),
      expectResult(write(3, 32), 0),
      expectResult(write(5, 48), 1),
      "(if (i64.ne (call $register_len (i64.const 1)) (i64.const 3)) (then unreachable))",
      expectResult(`(call $storage_has_key ${KEY})`, 1),
      expectResult(`(call $storage_read ${KEY} (i64.const 2))`, 1),
      expectResult(`(call $storage_remove ${KEY} (i64.const 1))`, 1),
      expectResult(`(call $storage_remove ${KEY} (i64.const 1))`, 0),
      expectResult(`(call $storage_read ${KEY} (i64.const 3))`, 0),
      "(call $value_return (i64.const -1) (i64.const 2))",
    ].join("\n");
    expect(text(await value(body, undefined, data))).toBe("newer");
  });

  test("writes of a call that fails are undone", async () => {
    const code = contract(
      {
        run: `(drop ${write(3, 32)}) (call $panic)`,
        look: `(if (i64.ne (call $storage_has_key ${KEY}) (i64.const 0)) (then unreachable))`,
      },
      data,
    );
    const { account_id } = await session.account("undone", code);
    const usage = session.chain.account(account_id)!.storage_usage;
    expect(failureOf(await session.call(caller, account_id, "run"))).toContain("explicit guest panic");
    expect("SuccessValue" in (await session.call(caller, account_id, "look")).status).toBe(true);
    expect(session.chain.account(account_id)!.storage_usage).toBe(usage);
  });

  test("keys are at most 2,048 bytes", async () => {
    const write_key = (length: number) =>
      `(drop (call $storage_write (i64.const ${length}) (i64.const 0) (i64.const 1) (i64.const 0) (i64.const 0)))`;
    expect("SuccessValue" in (await run(write_key(2_048))).status).toBe(true);
    expect(failureOf(await run(write_key(2_049)))).toContain(
      "The length of a storage key 2049 exceeds the limit 2048",
    );
  });
});

describe("crypto", () => {
  const message = utf8ToBytes("The quick brown fox jumps over the lazy dog");
  const hash = (name: string) =>
    `${INPUT} (call $${name} (local.get $n) (i64.const 1024) (i64.const 1)) ${RETURN_REGISTER_1}`;

  test("sha256 and ripemd160 agree with OpenSSL", async () => {
    expect(hex(await value(hash("sha256"), message))).toBe(
      createHash("sha256").update(message).digest("hex"),
    );
    expect(hex(await value(hash("ripemd160"), message))).toBe(
      createHash("ripemd160").update(message).digest("hex"),
    );
  });

  test("keccak256 and keccak512 are the hashes before SHA-3's padding", async () => {
    expect(hex(await value(hash("keccak256"), new Uint8Array()))).toBe(
      "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470",
    );
    expect(hex(await value(hash("keccak512"), new Uint8Array()))).toBe(
      "0eab42de4c3ceb9235fc91acffe746b29c29a8c366b7c60e4e67c466f36a4304c00fa9caf9d87976ba469bcbe06713b435f091ef2769fb160cdab33d3670680e",
    );
  });

  /** Input: signature, public key, message. */
  const VERIFY = `${INPUT} ${returnU64(`(call $ed25519_verify (i64.const 64) (i64.const 1024)
    (i64.sub (local.get $n) (i64.const 96)) (i64.const 1120) (i64.const 32) (i64.const 1088))`)}`;

  test("ed25519_verify", async () => {
    const secret = ed25519.utils.randomSecretKey();
    const input = concatBytes(ed25519.sign(message, secret), ed25519.getPublicKey(secret), message);
    expect(u64(await value(VERIFY, input))).toBe(1n);
    for (const position of [0, 40, 70, 100]) {
      const changed = Uint8Array.from(input);
      changed[position]! ^= 1;
      expect(u64(await value(VERIFY, changed))).toBe(0n);
    }
    const short = `(drop (call $ed25519_verify (i64.const 63) (i64.const 0) (i64.const 0) (i64.const 0) (i64.const 32) (i64.const 0)))`;
    expect(failureOf(await run(short))).toContain(
      "ED25519 signature verification error: invalid signature length",
    );
  });

  test("ecrecover", async () => {
    const secret = secp256k1.utils.randomSecretKey();
    const digest = createHash("sha256").update(message).digest();
    const signature = secp256k1.sign(digest, secret, { prehash: false, format: "recovered" });
    const body = `${INPUT} (if (i64.ne (call $ecrecover (i64.const 32) (i64.const 1024) (i64.const 64) (i64.const 1056)
      (i64.load8_u (i32.const 1120)) (i64.const 1) (i64.const 1)) (i64.const 1)) (then unreachable)) ${RETURN_REGISTER_1}`;
    const input = concatBytes(digest, signature.subarray(1), signature.subarray(0, 1));
    expect(hex(await value(body, input))).toBe(hex(secp256k1.getPublicKey(secret, false).subarray(1)));
  });

  test("what the chain leaves out says so", async () => {
    const body = "(drop (call $alt_bn128_pairing_check (i64.const 0) (i64.const 0)))";
    expect(failureOf(await run(body))).toContain(
      "local-near does not have the host function alt_bn128_pairing_check",
    );
  });
});

describe("misc", () => {
  const LOG = `${INPUT} (call $log_utf8 (local.get $n) (i64.const 1024))`;

  test("logs in UTF-8, nul-terminated UTF-8 and UTF-16", async () => {
    expect((await run(LOG, utf8ToBytes("grüße"))).receipts[0]!.logs).toEqual(["grüße"]);
    const nul = `(call $log_utf8 (i64.const -1) (i64.const 16))`;
    expect((await run(nul, undefined, { 16: "until nul\\00more" })).receipts[0]!.logs).toEqual(["until nul"]);
    const utf16 = `${INPUT} (call $log_utf16 (local.get $n) (i64.const 1024))`;
    expect((await run(utf16, Buffer.from("héllo", "utf16le"))).receipts[0]!.logs).toEqual(["héllo"]);
  });

  test("logs are at most 16 KiB in all and 100 in number", async () => {
    const log = (length: number) => `(call $log_utf8 (i64.const ${length}) (i64.const 1024))`;
    expect("SuccessValue" in (await run(log(16_384))).status).toBe(true);
    expect(failureOf(await run(log(16_000) + log(385)))).toContain(
      "The length of a log message 16385 exceeds the limit 16384",
    );
    expect((await run(log(1).repeat(100))).receipts[0]!.logs).toHaveLength(100);
    expect(failureOf(await run(log(1).repeat(101)))).toContain(
      "The number of logs will exceed the limit 100",
    );
  });

  test("logs of a call that fails are kept", async () => {
    const failed = await run(`${LOG} (call $panic_utf8 (local.get $n) (i64.const 1024))`, utf8ToBytes("why"));
    expect(failed.receipts[0]!.logs).toEqual(["why"]);
    expect(failureOf(failed)).toContain("Smart contract panicked: why");
  });

  test("abort reads AssemblyScript strings", async () => {
    const strings = { 12: "\\04\\00\\00\\00n\\00o\\00", 28: "\\02\\00\\00\\00f\\00" };
    const failed = await run(
      "(call $abort (i32.const 16) (i32.const 32) (i32.const 3) (i32.const 4))",
      undefined,
      strings,
    );
    expect(failureOf(failed)).toContain('Smart contract panicked: no, filename: \\"f\\" line: 3 col: 4');
  });

  test("bad UTF-8 and traps have their own messages", async () => {
    expect(failureOf(await run(LOG, hexToBytes("ff")))).toContain("String encoding is bad UTF-8 sequence.");
    expect(failureOf(await run("unreachable"))).toContain(
      "WebAssembly trap: An `unreachable` opcode was executed.",
    );
    expect(failureOf(await run("(drop (i32.div_s (i32.const 1) (i32.const 0)))"))).toContain(
      "WebAssembly trap: An arithmetic exception, e.g. divided by zero.",
    );
    expect(failureOf(await run("(drop (i32.load (i32.const -1)))"))).toContain(
      "WebAssembly trap: Memory out of bounds trap.",
    );
  });

  test("a trap undoes what was written before it", async () => {
    const code = contract({
      run: "(drop (call $storage_write (i64.const 1) (i64.const 0) (i64.const 1) (i64.const 0) (i64.const 0))) unreachable",
    });
    const { account_id } = await session.account("trapped", code);
    await session.call(caller, account_id, "run");
    expect(session.chain.data.world.contract_data.get(account_id)?.size ?? 0).toBe(0);
  });
});

describe("methods", () => {
  test("only exported functions without parameters and results are methods", async () => {
    const { account_id } = await session.account("methods", contract({ run: "", bad: "(param i32)" }));
    expect(failureOf(await session.call(caller, account_id, "missing"))).toContain(
      '{"MethodResolveError":"MethodNotFound"}',
    );
    expect(failureOf(await session.call(caller, account_id, "bad"))).toContain(
      '{"MethodResolveError":"MethodInvalidSignature"}',
    );
    expect(failureOf(await session.call(caller, account_id, ""))).toContain(
      '{"MethodResolveError":"MethodEmptyName"}',
    );
    expect(failureOf(await session.call(caller, "caller.local", "run"))).toContain(
      '{"CodeDoesNotExist":{"account_id":"caller.local"}}',
    );
  });
});
