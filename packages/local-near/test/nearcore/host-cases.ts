// Calls of host functions: a good one of each, and then each argument bad in every way there is.
import { ed25519 } from "@noble/curves/ed25519.js";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { HOST_FUNCTIONS } from "../../src/vm/host/index.ts";

const TEXT = "the quick brown fox jumps over the lazy dog 0123456789";
const SECRET = new Uint8Array(32).fill(3);
const HASH = new Uint8Array(32).fill(5);
const RECOVERABLE = secp256k1.sign(HASH, SECRET, { prehash: false, format: "recovered" });

const escaped = (data: Uint8Array) =>
  [...data].map((byte) => `\\${byte.toString(16).padStart(2, "0")}`).join("");

/** What a contract finds in its memory, by address. */
export const MEMORY: Record<number, string> = {
  0: TEXT,
  1024: "bob",
  1040: "alice",
  1060: "Not valid",
  1100: "foo",
  1110: "foo,bar",
  1120: "foo,,bar",
  1200: "\\05",
  1216: "\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\00\\ff",
  // Public keys: Ed25519, secp256k1, and one of no curve.
  1300: `\\00${"\\07".repeat(32)}`,
  1340: `\\01${"\\09".repeat(64)}`,
  1410: `\\07${"\\07".repeat(32)}`,
  // Promise numbers.
  1500: "\\00\\00\\00\\00\\00\\00\\00\\00\\01\\00\\00\\00\\00\\00\\00\\00\\02\\00\\00\\00\\00\\00\\00\\00\\63\\00\\00\\00\\00\\00\\00\\00",
  // A data id that a yield waits for.
  2200: "\\2a".repeat(32),
  // UTF-16: "hi", a lone surrogate; each with its length before it, as AssemblyScript has it.
  2300: "\\04\\00\\00\\00h\\00i\\00\\00\\00",
  2320: "\\04\\00\\00\\00h\\00\\00\\d8\\00\\00",
  2400: "nul-terminated\\00",
  2420: "\\ff\\fe",
  2600: "k",
  // An implicit account.
  3000: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
  2700: escaped(ed25519.sign(Buffer.from(TEXT.slice(0, 9)), SECRET)),
  2780: escaped(ed25519.getPublicKey(SECRET)),
  2820: escaped(HASH),
  2860: escaped(RECOVERABLE.subarray(1)),
};
export const STORAGE = { k: "the value of k", long: "x".repeat(5_000) };
export const DATA_ID_WAITED_FOR = new Uint8Array(32).fill(0x2a);

/** A good call of each host function. */
export const GOOD: Record<string, (number | bigint)[]> = {
  read_register: [0, 4096],
  register_len: [0],
  write_register: [9, 32, 0],
  current_account_id: [9],
  signer_account_id: [9],
  signer_account_pk: [9],
  predecessor_account_id: [9],
  refund_to_account_id: [9],
  current_contract_code: [9],
  input: [9],
  block_index: [],
  block_timestamp: [],
  epoch_height: [],
  storage_usage: [],
  random_seed: [9],
  validator_stake: [3, 1024, 4096],
  validator_total_stake: [4096],
  account_balance: [4096],
  account_locked_balance: [4096],
  attached_deposit: [4096],
  prepaid_gas: [],
  used_gas: [],
  sha256: [32, 0, 9],
  keccak256: [32, 0, 9],
  keccak512: [32, 0, 9],
  ripemd160: [54, 0, 9],
  storage_write: [1, 2600, 32, 0, 9],
  storage_read: [1, 2600, 9],
  storage_remove: [1, 2600, 9],
  storage_has_key: [1, 2600],
  storage_iter_prefix: [1, 2600],
  storage_iter_range: [1, 2600, 1, 2600],
  storage_iter_next: [0, 8, 9],
  value_return: [32, 0],
  gas: [1_000],
  panic: [],
  panic_utf8: [9, 0],
  log_utf8: [9, 0],
  log_utf16: [4, 2304],
  abort: [2304, 2304, 7, 8],
  promise_create: [3, 1024, 3, 1100, 10, 0, 1200, 5_000_000_000_000],
  promise_then: [0, 3, 1024, 3, 1100, 10, 0, 1200, 5_000_000_000_000],
  promise_and: [1500, 2],
  promise_batch_create: [3, 1024],
  promise_batch_then: [2, 3, 1024],
  promise_batch_action_create_account: [0],
  promise_batch_action_deploy_contract: [0, 32, 0],
  promise_batch_action_function_call: [0, 3, 1100, 10, 0, 1200, 5_000_000_000_000],
  promise_batch_action_function_call_weight: [1, 3, 1100, 10, 0, 1200, 5_000_000_000_000, 3],
  promise_batch_action_transfer: [0, 1200],
  promise_batch_action_stake: [0, 1200, 33, 1300],
  promise_batch_action_add_key_with_full_access: [0, 33, 1300, 7],
  promise_batch_action_add_key_with_function_call: [0, 33, 1300, 7, 1200, 3, 1024, 7, 1110],
  promise_batch_action_delete_key: [0, 33, 1300],
  promise_batch_action_delete_account: [0, 3, 1024],
  promise_results_count: [],
  promise_result: [0, 9],
  promise_return: [0],
  promise_yield_create: [3, 1100, 10, 0, 5_000_000_000_000, 0, 9],
  promise_yield_resume: [32, 2200, 10, 0],
  ed25519_verify: [64, 2700, 9, 0, 32, 2780],
  ecrecover: [32, 2820, 64, 2860, RECOVERABLE[0]!, 0, 9],
};

const U64_MAX = 2n ** 64n - 1n;
/** The last byte of the memory is at MEMORY_END - 1. */
const MEMORY_END = 1_024 * 65_536;
/** What an argument can be instead. */
const OTHERS = {
  I: [
    0,
    1,
    2,
    3,
    5,
    4095,
    1040,
    1060,
    1120,
    1216,
    3000,
    1340,
    1410,
    2305,
    2324,
    2400,
    2420,
    2_049,
    16_385,
    4_194_305,
    MEMORY_END - 16,
    MEMORY_END - 1,
    MEMORY_END,
    2 ** 32,
    2n ** 63n,
    U64_MAX - 1n,
    U64_MAX,
  ],
  i: [0, 3, 4, 2324, MEMORY_END - 2, 0xffff_ffff],
} as Record<string, (number | bigint)[]>;

/** The good call, and every call that differs from it in one argument. */
export function callsOf(name: string): (number | bigint)[][] {
  const good = GOOD[name]!;
  const letters = HOST_FUNCTIONS[name]!.signature.split(">")[0]!;
  const others = good.flatMap((value, at) =>
    OTHERS[letters[at]!]!.filter((other) => other !== value).map((other) => good.with(at, other)),
  );
  return [good, ...others];
}

const TYPES: Record<string, string> = { I: "i64", i: "i32" };

function importOf(name: string): string {
  const [params, results] = HOST_FUNCTIONS[name]!.signature.split(">") as [string, string];
  const list = (kind: string, letters: string) =>
    letters ? `(${kind} ${[...letters].map((letter) => TYPES[letter]).join(" ")})` : "";
  return `(import "env" "${name}" (func $${name} ${list("param", params)} ${list("result", results)}))`;
}

function call(name: string, args: readonly string[]): string {
  return `(call $${name} ${args.join(" ")})`;
}

/** Arguments as WebAssembly's constants, of i64 if not said otherwise. */
const constants = (args: readonly (number | bigint)[], types = "I".repeat(args.length)) =>
  args.map(
    (arg, i) => `(${TYPES[types[i]!]}.const ${BigInt.asIntN(types[i] === "I" ? 64 : 32, BigInt(arg))})`,
  );

/** Where the arguments are put that come with the call's input: 8 bytes each. */
const ARGUMENTS_AT = 16_384;

/** A call's arguments as its input. */
export function argumentBytes(args: readonly (number | bigint)[]): Uint8Array {
  return new Uint8Array(new BigUint64Array(args.map((arg) => BigInt.asUintN(64, BigInt(arg)))).buffer);
}

/** What a call finds: a name, 32 bytes and nothing in registers; receipts to bob and to itself, and the two joined. */
const REGISTERS = [
  call("write_register", constants([0, 3, 1024])),
  call("write_register", constants([1, 32, 2200])),
  call("write_register", constants([2, 0, 0])),
];
const PROMISES = [
  `(drop ${call("promise_batch_create", constants([3, 1024]))})`,
  `(drop ${call("promise_batch_create", constants([5, 1040]))})`,
  `(drop ${call("promise_and", constants([1500, 2]))})`,
];
const READ_ARGUMENTS = [call("input", constants([99])), call("read_register", constants([99, ARGUMENTS_AT]))];
/** What came of it is returned: the result, the length of register 9, and what is in it or was written to memory. */
const RETURN = [
  `(i64.store (i32.const 8200) ${call("register_len", constants([9]))})`,
  `(if (i64.ne (i64.load (i32.const 8200)) (i64.const -1))
    (then ${call("read_register", constants([9, 8208]))})
    (else (i64.store (i32.const 8208) (i64.load (i32.const 4096))) (i64.store (i32.const 8216) (i64.load (i32.const 4104)))))`,
  call("value_return", constants([90, 8192])),
];
const USED = [
  "write_register",
  "input",
  "read_register",
  "register_len",
  "value_return",
  "promise_batch_create",
  "promise_and",
];
const RETURNING = ["value_return", "promise_return"];

/** A contract whose method calls a host function with the arguments that it is given. */
export function hostContract(name: string, has_promises: boolean): string {
  const [params] = typesOf(name);
  const args = [...params].map((letter, i) => `(${TYPES[letter]}.load (i32.const ${ARGUMENTS_AT + 8 * i}))`);
  const [before, after] = [has_promises ? PROMISES : [], RETURNING.includes(name) ? [] : RETURN];
  return contract([name], [...REGISTERS, ...before, ...READ_ARGUMENTS, stored(name, args), ...after]);
}

export type HostCall = { name: string; args: readonly (number | bigint)[] };

/** A contract whose method makes these calls one after another. */
export function hostSequence(calls: readonly HostCall[]): string {
  const lines = calls.map(({ name, args }) => {
    const [params] = typesOf(name);
    return stored(name, constants(args, params));
  });
  const names = calls.map(({ name }) => name);
  return contract(names, [...REGISTERS, ...PROMISES, ...lines, ...RETURN]);
}

const typesOf = (name: string) =>
  HOST_FUNCTIONS[name]!.signature.split(">") as [params: string, results: string];

/** A call whose result, if it has one, is put into memory. */
function stored(name: string, args: readonly string[]): string {
  const [, result] = typesOf(name);
  const asked = call(name, args);
  return result === "" ? asked : `(${TYPES[result]}.store (i32.const 8192) ${asked})`;
}

function contract(names: readonly string[], body: readonly string[]): string {
  const imported = new Set([...USED, ...names]);
  const segments = Object.entries(MEMORY).map(([at, text]) => `(data (i32.const ${at}) "${text}")`);
  return `(module ${[...imported].map(importOf).join(" ")} (memory 1) ${segments.join(" ")}
    (func (export "main") ${body.join(" ")}))`;
}
