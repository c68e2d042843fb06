// All host functions by name, with their WASM signatures: I is i64, i is i32.
import type { HostState } from "../host-state.ts";
import * as context from "./context.ts";
import * as crypto from "./crypto.ts";
import * as economics from "./economics.ts";
import * as misc from "./misc.ts";
import * as actions from "./promise-actions.ts";
import * as results from "./promise-results.ts";
import * as promises from "./promises.ts";
import * as registers from "./registers.ts";
import * as storage from "./storage.ts";
import * as yields from "./yield.ts";

export type HostFunction = { run: (host: HostState, ...args: never[]) => unknown; signature: string };

/** Builds the table from rows of `[signature, function]`. */
function table(rows: readonly (readonly [string, HostFunction["run"]])[]): Record<string, HostFunction> {
  return Object.fromEntries(rows.map(([signature, run]) => [run.name, { run, signature }]));
}

const SUPPORTED = table([
  ["II>", registers.read_register],
  ["I>I", registers.register_len],
  ["III>", registers.write_register],
  ["I>", context.current_account_id],
  ["I>", context.signer_account_id],
  ["I>", context.signer_account_pk],
  ["I>", context.predecessor_account_id],
  ["I>", context.refund_to_account_id],
  ["I>I", context.current_contract_code],
  ["I>", context.input],
  [">I", context.block_index],
  [">I", context.block_timestamp],
  [">I", context.epoch_height],
  [">I", context.storage_usage],
  ["I>", context.random_seed],
  ["III>", context.validator_stake],
  ["I>", context.validator_total_stake],
  ["I>", economics.account_balance],
  ["I>", economics.account_locked_balance],
  ["I>", economics.attached_deposit],
  [">I", economics.prepaid_gas],
  [">I", economics.used_gas],
  ["III>", crypto.sha256],
  ["III>", crypto.keccak256],
  ["III>", crypto.keccak512],
  ["III>", crypto.ripemd160],
  ["IIIIIII>I", crypto.ecrecover],
  ["IIIIII>I", crypto.ed25519_verify],
  ["IIIII>I", storage.storage_write],
  ["III>I", storage.storage_read],
  ["III>I", storage.storage_remove],
  ["II>I", storage.storage_has_key],
  ["II>", misc.value_return],
  ["i>", misc.gas],
  [">", misc.panic],
  ["II>", misc.panic_utf8],
  ["II>", misc.log_utf8],
  ["II>", misc.log_utf16],
  ["iiii>", misc.abort],
  ["IIIIIIII>I", promises.promise_create],
  ["IIIIIIIII>I", promises.promise_then],
  ["II>I", promises.promise_and],
  ["II>I", promises.promise_batch_create],
  ["III>I", promises.promise_batch_then],
  ["I>", actions.promise_batch_action_create_account],
  ["III>", actions.promise_batch_action_deploy_contract],
  ["IIIIIII>", actions.promise_batch_action_function_call],
  ["IIIIIIII>", actions.promise_batch_action_function_call_weight],
  ["II>", actions.promise_batch_action_transfer],
  ["IIII>", actions.promise_batch_action_stake],
  ["IIII>", actions.promise_batch_action_add_key_with_full_access],
  ["IIIIIIIII>", actions.promise_batch_action_add_key_with_function_call],
  ["III>", actions.promise_batch_action_delete_key],
  ["III>", actions.promise_batch_action_delete_account],
  [">I", results.promise_results_count],
  ["II>I", results.promise_result],
  ["I>", results.promise_return],
  ["IIIIIII>I", yields.promise_yield_create],
  ["IIII>i", yields.promise_yield_resume],
]);

const DEPRECATED = { storage_iter_prefix: "II>I", storage_iter_range: "IIII>I", storage_iter_next: "III>I" };

/** On the live networks, not here. */
const UNSUPPORTED = {
  alt_bn128_g1_multiexp: "III>",
  alt_bn128_g1_sum: "III>",
  alt_bn128_pairing_check: "II>I",
  bls12381_p1_sum: "III>I",
  bls12381_p2_sum: "III>I",
  bls12381_g1_multiexp: "III>I",
  bls12381_g2_multiexp: "III>I",
  bls12381_map_fp_to_g1: "III>I",
  bls12381_map_fp2_to_g2: "III>I",
  bls12381_pairing_check: "II>I",
  bls12381_p1_decompress: "III>I",
  bls12381_p2_decompress: "III>I",
  promise_set_refund_to: "III>",
  promise_batch_action_state_init: "IIII>I",
  promise_batch_action_state_init_by_account_id: "IIII>I",
  set_state_init_data_entry: "IIIIII>",
  promise_batch_action_deploy_global_contract: "III>",
  promise_batch_action_deploy_global_contract_by_account_id: "III>",
  promise_batch_action_use_global_contract: "III>",
  promise_batch_action_use_global_contract_by_account_id: "III>",
};

function refusals(
  names: Record<string, string>,
  refuse: (name: string) => () => never,
): Record<string, HostFunction> {
  return Object.fromEntries(
    Object.entries(names).map(([name, signature]) => [name, { run: refuse(name), signature }]),
  );
}

export const HOST_FUNCTIONS: Readonly<Record<string, HostFunction>> = {
  ...SUPPORTED,
  ...refusals(DEPRECATED, misc.deprecated),
  ...refusals(UNSUPPORTED, misc.unsupported),
};

/** The `env` import object of one call. */
export function hostImports(host: HostState): Record<string, (...args: (bigint | number)[]) => unknown> {
  const entries = Object.entries(HOST_FUNCTIONS).map(([name, { run }]) => {
    const call = run as (host: HostState, ...args: (bigint | number)[]) => unknown;
    return [name, (...args: (bigint | number)[]) => call(host, ...args.map(unsigned))] as const;
  });
  return Object.fromEntries(entries);
}

/** WASM integers have no sign; JavaScript gets them as if they had. */
function unsigned(value: bigint | number): bigint | number {
  return typeof value === "bigint" ? BigInt.asUintN(64, value) : value >>> 0;
}
