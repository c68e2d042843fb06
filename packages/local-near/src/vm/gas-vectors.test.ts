// What nearcore says that contracts burn: the numbers of its own tests (runtime/near-vm-runner/src/tests/runtime_errors.rs,
// with PreparationV2, which is what networks run). Loading was cheaper by the byte then, so it is taken off on both sides.
import { describe, expect, test } from "vitest";
import { compileWat } from "../../test/support/wat.ts";
import { sha256Hash } from "../encoding/hash.ts";
import { HOST_COSTS } from "../parameters.ts";
import { callErrorJson } from "./call-error.ts";
import { GasCounter } from "./gas-counter.ts";
import { type CallContext, HostState } from "./host-state.ts";
import { ReceiptManager } from "./receipt-manager.ts";
import { runContract } from "./run.ts";

type Vector = { name: string; wat: string; burnt: number; code_bytes: number; error?: string };

const LOADING_BYTE_THEN = 216_750;
const trap = (message: string) => `WebAssembly trap: ${message}`;
const ARITHMETIC = trap("An arithmetic exception, e.g. divided by zero.");
const PREPAID_GAS = '(import "env" "prepaid_gas" (func $prepaid_gas (result i64)))';

const VECTORS: Vector[] = [
  { name: "an empty function", wat: `(func (export "main"))`, burnt: 49_397_511, code_bytes: 34 },
  {
    name: "unreachable",
    wat: `(func (export "main") (unreachable))`,
    burnt: 50_437_017,
    code_bytes: 35,
    error: trap("An `unreachable` opcode was executed."),
  },
  {
    name: "division by zero: what comes after the trap is not charged",
    wat: `(func (export "main") (drop (i32.div_s (i32.const 1) (i32.const 0))) (return))`,
    burnt: 53_166_279,
    code_bytes: 40,
    error: ARITHMETIC,
  },
  {
    name: "a float that fits no integer",
    wat: `(func (export "main") (drop (i32.trunc_f64_s (f64.const 0x1p+1023))) (return))`,
    burnt: 53_427_273,
    code_bytes: 45,
    error: ARITHMETIC,
  },
  {
    name: "an address that overflows",
    wat: `(memory 1) (func (export "main") (drop (i64.load32_u offset=4294967295 align=1 (i32.const 1))))`,
    burnt: 54_294_273,
    code_bytes: 49,
    error: trap("Memory out of bounds trap."),
  },
  {
    name: "an indirect call of the wrong type",
    wat: `(type $ty (func (result i32))) (func $f) (table 1 funcref) (elem (i32.const 0) $f)
      (func (export "main") (drop (call_indirect (type $ty) (i32.const 0))) (return))`,
    burnt: 61_663_773,
    code_bytes: 83,
    error: trap("Call indirect incorrect signature trap."),
  },
  {
    name: "a host function that panics",
    wat: `(import "env" "panic" (func $panic)) (func (export "main") (call $panic))`,
    burnt: 322_357_878,
    code_bytes: 68,
    error: "Smart contract panicked: explicit guest panic",
  },
  {
    name: "a host function exported as a method",
    wat: `(import "env" "panic" (func $panic)) (export "main" (func $panic))`,
    burnt: 312_352_074,
    code_bytes: 56,
    error: "Smart contract panicked: explicit guest panic",
  },
  {
    name: "a host call",
    wat: `${PREPAID_GAS} (func (export "main") (drop (call $prepaid_gas)))`,
    burnt: 326_865_384,
    code_bytes: 85,
  },
  {
    name: "an indirect host call",
    wat: `${PREPAID_GAS} (type $ty (func (result i64))) (table 1 funcref) (elem (i32.const 0) $prepaid_gas)
      (func (export "main") (drop (call_indirect (type $ty) (i32.const 0))))`,
    burnt: 335_491_140,
    code_bytes: 121,
  },
  {
    name: "the sign of a NaN, which is canonical",
    wat: `(func (export "main") (drop (i32.div_u (i32.const 0)
      (f32.gt (f32.copysign (f32.const 1) (f32.sqrt (f32.const -1))) (f32.const 0)))))`,
    burnt: 61_570_815,
    code_bytes: 56,
  },
];

describe("nearcore's numbers", () => {
  test.each(VECTORS)("$name", ({ wat, burnt, code_bytes, error }) => {
    const code = compileWat(`(module ${wat})`);
    const { host, error: failure } = run(code, 10 ** 14);
    expect(failure ? (callErrorJson(failure) as { ExecutionError: string }).ExecutionError : undefined).toBe(
      error,
    );
    const loading = code.length * HOST_COSTS.contract_loading_bytes;
    expect(host.gas.burnt - loading).toBe(burnt - code_bytes * LOADING_BYTE_THEN);
    expect(host.gas.used).toBe(host.gas.burnt);
  });

  test.each([
    [
      "a start function that never ends",
      `(func $start (loop (br 0))) (func (export "main")) (start $start)`,
      10 ** 10,
    ],
    [
      "memory that grows for ever",
      `(memory 17 32) (func (export "main") (loop (drop (memory.grow (i32.const 1))) (br 0)))`,
      10 ** 10,
    ],
    [
      "a host call without gas for it",
      `${PREPAID_GAS} (func (export "main") (drop (call $prepaid_gas)))`,
      100,
    ],
    ["a contract that cannot even be loaded", `(func (export "main"))`, 1],
  ])("%s burns exactly what was attached", (_name, wat, gas) => {
    const { host, error } = run(compileWat(`(module ${wat})`), gas);
    expect(error && callErrorJson(error)).toEqual({ ExecutionError: "Exceeded the prepaid gas." });
    expect(host.gas.burnt).toBe(gas);
  });
});

function run(code: Uint8Array, prepaid_gas: number) {
  const context: CallContext = {
    current_account_id: "alice",
    signer_account_id: "bob",
    signer_account_pk: new Uint8Array(33),
    predecessor_account_id: "carol",
    input: new Uint8Array(),
    promise_results: [],
    block_height: 10,
    block_timestamp_ns: 42n,
    epoch_height: 1,
    code_hash: null,
    account_balance: 2n,
    account_locked_balance: 0n,
    storage_usage: 12,
    attached_deposit: 2n,
    prepaid_gas,
    random_seed: new Uint8Array(32),
    is_view: false,
    output_data_receivers: [],
  };
  const storage = { get: () => undefined, set: () => undefined, remove: () => undefined };
  const receipts = () =>
    new ReceiptManager(
      () => "",
      () => false,
    );
  return runContract({ hash: sha256Hash(code), bytes: code }, "main", () => {
    return new HostState(context, new GasCounter(prepaid_gas, false), storage, receipts());
  });
}
