// The chain's published parameters: fees, host-call prices, limits. One file, so that a version of the protocol can be
// compared with it line by line. Source: nearcore, core/parameters/res/runtime_configs, protocol version 84 (compared by
// program with the crate near-parameters); but for a call's total gas, which is 1,000 Tgas since 83 and here the 300 Tgas of before.

import type { Frames, Prices } from "@near-offshore/sealer";

/** Price of sending an action (to oneself, to another account) and of executing it, in gas. */
export type Fee = { send_sir: number; send_not_sir: number; execution: number };

function fee(send_sir: number, send_not_sir = send_sir, execution = send_sir): Fee {
  return { send_sir, send_not_sir, execution };
}

/** Action and receipt fees, in gas. Deposits and callbacks pay these before they run. */
export const ACTION_FEES = {
  action_receipt_creation: fee(108_059_500_000),
  data_receipt_creation_base: fee(36_486_732_312),
  data_receipt_creation_per_byte: fee(17_212_011, 47_683_715, 17_212_011),
  create_account: fee(3_850_000_000_000),
  delete_account: fee(147_489_000_000),
  deploy_contract: fee(184_765_750_000),
  deploy_contract_per_byte: fee(6_812_999, 47_683_715, 64_572_944),
  function_call: fee(200_000_000_000, 200_000_000_000, 780_000_000_000),
  function_call_per_byte: fee(2_235_934, 47_683_715, 2_235_934),
  transfer: fee(115_123_062_500),
  stake: fee(141_715_687_500, 141_715_687_500, 102_217_625_000),
  add_full_access_key: fee(101_765_125_000),
  add_function_call_key: fee(102_217_625_000),
  add_function_call_key_per_byte: fee(1_925_331, 47_683_715, 1_925_331),
  delete_key: fee(94_946_625_000),
} as const;

export type ActionCost = keyof typeof ACTION_FEES;

/** Host-function prices, in gas. */
export const HOST_COSTS = {
  base: 264_768_111,
  contract_loading_base: 35_445_963,
  contract_loading_bytes: 1_089_295,
  read_memory_base: 2_609_863_200,
  read_memory_byte: 3_801_333,
  write_memory_base: 2_803_794_861,
  write_memory_byte: 2_723_772,
  read_register_base: 2_517_165_186,
  read_register_byte: 98_562,
  write_register_base: 2_865_522_486,
  write_register_byte: 3_801_564,
  utf8_decoding_base: 3_111_779_061,
  utf8_decoding_byte: 291_580_479,
  utf16_decoding_base: 3_543_313_050,
  utf16_decoding_byte: 163_577_493,
  sha256_base: 4_540_970_250,
  sha256_byte: 24_117_351,
  keccak256_base: 5_879_491_275,
  keccak256_byte: 21_471_105,
  keccak512_base: 5_811_388_236,
  keccak512_byte: 36_649_701,
  ripemd160_base: 853_675_086,
  ripemd160_block: 680_107_584,
  ecrecover_base: 278_821_988_457,
  ed25519_verify_base: 210_000_000_000,
  ed25519_verify_byte: 9_000_000,
  log_base: 3_543_313_050,
  log_byte: 13_198_791,
  storage_write_base: 64_196_736_000,
  storage_write_key_byte: 70_482_867,
  storage_write_value_byte: 31_018_539,
  storage_write_evicted_byte: 32_117_307,
  storage_read_base: 56_356_845_749,
  storage_read_key_byte: 30_952_533,
  storage_read_value_byte: 5_611_004,
  storage_large_read_overhead_base: 1,
  storage_large_read_overhead_byte: 1,
  storage_remove_base: 53_473_030_500,
  storage_remove_key_byte: 38_220_384,
  storage_remove_ret_value_byte: 11_531_556,
  storage_has_key_base: 54_039_896_625,
  storage_has_key_byte: 30_790_845,
  touching_trie_node: 2_280_000_000,
  promise_and_base: 1_465_013_400,
  promise_and_per_promise: 5_452_176,
  promise_return: 560_152_386,
  validator_stake_base: 911_834_726_400,
  validator_total_stake_base: 911_834_726_400,
  yield_create_base: 153_411_779_276,
  yield_create_byte: 15_643_988,
  yield_resume_base: 1_195_627_285_210,
  yield_resume_byte: 47_683_715,
} as const;

export type HostCost = keyof typeof HOST_COSTS;

/** What a WASM instruction costs, in gas. */
export const WASM_REGULAR_OP_COST = 822_756;

/** The sealer's price list for gas: `block`, `else` and `end` are free, `loop` is paid in each round. */
export const WASM_PRICES: Prices = {
  operator: WASM_REGULAR_OP_COST,
  free: [0x02, 0x03, 0x05, 0x0b],
  loopRound: WASM_REGULAR_OP_COST,
  // By the size of the frame: see prepare.ts.
  functionEntry: 0,
  // Growing, filling and copying: 32 operators, and one for each byte, page or element.
  operandBase: 31 * WASM_REGULAR_OP_COST,
  memoryBytesShift: 0,
  memoryUnit: WASM_REGULAR_OP_COST,
  memoryPage: WASM_REGULAR_OP_COST,
  tableElement: WASM_REGULAR_OP_COST,
};

/** What a function takes of the stack: this, and its parameters, locals and operands. */
export const WASM_FRAMES: Frames = { base: 64, narrow: 4, wide: 8 };

/**
 * Trie nodes that a storage write or remove is charged for. The number on a live network depends on the whole state of
 * the shard; this is a typical depth, and the only price here that is not from the published list.
 */
export const ASSUMED_TRIE_NODES_PER_WRITE = 16;

/** Values longer than this are stored apart from the trie node and cost a little more to read. */
export const INLINE_VALUE_BYTES_MAX = 4_000;

/** Limits a contract or a transaction cannot pass. Lengths in bytes, gas in gas. */
export const CHAIN_LIMITS = {
  max_gas_burnt: 1_000_000_000_000_000,
  max_gas_burnt_view: 300_000_000_000_000,
  max_total_prepaid_gas: 300_000_000_000_000,
  max_stack_height: 262_144,
  initial_memory_pages: 1_024,
  max_memory_pages: 2_048,
  registers_memory_limit: 1_073_741_824,
  max_register_size: 104_857_600,
  max_number_registers: 100,
  max_number_logs: 100,
  max_total_log_length: 16_384,
  max_actions_per_receipt: 100,
  max_deploy_actions_per_receipt: 10,
  max_number_bytes_method_names: 2_000,
  max_length_method_name: 256,
  max_arguments_length: 4_194_304,
  max_length_returned_data: 4_194_304,
  max_contract_size: 4_194_304,
  max_transaction_size: 1_572_864,
  max_length_storage_key: 2_048,
  max_length_storage_value: 4_194_304,
  max_promises_per_function_call_action: 1_024,
  max_number_input_data_dependencies: 128,
  yield_timeout_length_in_blocks: 200,
  max_yield_payload_size: 1_024,
  max_functions_number_per_contract: 10_000,
  max_locals_per_contract: 1_000_000,
  max_types_per_contract: 1_024,
  max_tables_per_contract: 1,
  max_elements_per_contract_table: 10_000,
  max_params_per_function: 64,
  max_params_per_contract: 50_000,
  max_function_body_size: 196_608,
  max_blocks_per_function: 5_000,
  max_blocks_per_contract: 50_000,
  max_operand_stack_bytes_per_function: 8_192,
  max_account_deletion_storage_usage: 10_000,
  min_allowed_top_level_account_length: 65,
  transaction_validity_period_blocks: 86_400,
  chunk_gas: 1_000_000_000_000_000,
  too_large_contract_state: 50_000,
} as const;

/** Storage and money. */
export const STORAGE_AMOUNT_PER_BYTE = 10_000_000_000_000_000_000n;
export const STORAGE_BYTES_ACCOUNT = 100;
export const STORAGE_EXTRA_BYTES_RECORD = 40;
/** Accounts that use no more than this need no balance (NEP-448). */
export const ZERO_BALANCE_ACCOUNT_STORAGE_BYTES = 770;
export const GAS_PRICE_YOCTO = 100_000_000n;
/** Share of the gas burnt by a function call that its contract earns. */
export const BURNT_GAS_REWARD = { numerator: 3n, denominator: 10n } as const;
export const ACCESS_KEY_NONCE_RANGE_MULTIPLIER = 1_000_000n;
export const REGISTRAR_ACCOUNT_ID = "registrar";
export const EPOCH_LENGTH_BLOCKS = 43_200;
export const PROTOCOL_VERSION = 84;
