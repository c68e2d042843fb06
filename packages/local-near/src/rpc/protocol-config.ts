// The parameters of this chain where a node's protocol configuration has them. What this chain does not have, or does not
// charge for, is zero: validators, congestion, curves.
import type { ChainConfig } from "../chain/chain-data.ts";
import {
  ACTION_FEES,
  BURNT_GAS_REWARD,
  CHAIN_LIMITS,
  EPOCH_LENGTH_BLOCKS,
  GAS_PRICE_YOCTO,
  HOST_COSTS,
  PROTOCOL_VERSION,
  REGISTRAR_ACCOUNT_ID,
  STORAGE_AMOUNT_PER_BYTE,
  STORAGE_BYTES_ACCOUNT,
  STORAGE_EXTRA_BYTES_RECORD,
  WASM_REGULAR_OP_COST,
} from "../parameters.ts";

export function protocolConfigView(config: ChainConfig) {
  return { ...chainView(config), ...NO_VALIDATORS, runtime_config: RUNTIME_CONFIG };
}

/** @param total_supply in yocto. */
export function genesisConfigView(config: ChainConfig, total_supply: bigint) {
  return { ...chainView(config), ...NO_VALIDATORS, total_supply: `${total_supply}`, validators: [] };
}

function chainView(config: ChainConfig) {
  return {
    protocol_version: PROTOCOL_VERSION,
    chain_id: config.chain_id,
    genesis_time: new Date(config.genesis_time_ms).toISOString(),
    genesis_height: config.genesis_height,
    epoch_length: EPOCH_LENGTH_BLOCKS,
    gas_limit: CHAIN_LIMITS.chunk_gas,
    min_gas_price: `${GAS_PRICE_YOCTO}`,
    max_gas_price: `${GAS_PRICE_YOCTO}`,
    gas_price_adjustment_rate: [0, 1],
    transaction_validity_period: CHAIN_LIMITS.transaction_validity_period_blocks,
    shard_layout: { V1: { boundary_accounts: [], version: 0 } },
    dynamic_resharding: false,
    protocol_treasury_account: config.root_account_id,
  };
}

const NO_VALIDATORS = {
  avg_hidden_validator_seats_per_shard: [],
  block_producer_kickout_threshold: 0,
  chunk_producer_kickout_threshold: 0,
  chunk_validator_only_kickout_threshold: 0,
  fishermen_threshold: "0",
  max_inflation_rate: [0, 1],
  max_kickout_stake_perc: 0,
  minimum_stake_divisor: 10,
  minimum_stake_ratio: [1, 6_250],
  minimum_validators_per_shard: 1,
  num_block_producer_seats: 1,
  num_block_producer_seats_per_shard: [1],
  num_blocks_per_year: 31_536_000,
  online_max_threshold: [1, 1],
  online_min_threshold: [0, 1],
  protocol_reward_rate: [0, 1],
  protocol_upgrade_stake_threshold: [4, 5],
  shuffle_shard_assignment_for_chunk_producers: false,
  target_validator_mandates_per_shard: 0,
};

const { action_receipt_creation, data_receipt_creation_base, data_receipt_creation_per_byte } = ACTION_FEES;

const TRANSACTION_COSTS = {
  action_receipt_creation_config: action_receipt_creation,
  data_receipt_creation_config: {
    base_cost: data_receipt_creation_base,
    cost_per_byte: data_receipt_creation_per_byte,
  },
  action_creation_config: {
    create_account_cost: ACTION_FEES.create_account,
    deploy_contract_cost: ACTION_FEES.deploy_contract,
    deploy_contract_cost_per_byte: ACTION_FEES.deploy_contract_per_byte,
    function_call_cost: ACTION_FEES.function_call,
    function_call_cost_per_byte: ACTION_FEES.function_call_per_byte,
    transfer_cost: ACTION_FEES.transfer,
    stake_cost: ACTION_FEES.stake,
    add_key_cost: {
      full_access_cost: ACTION_FEES.add_full_access_key,
      function_call_cost: ACTION_FEES.add_function_call_key,
      function_call_cost_per_byte: ACTION_FEES.add_function_call_key_per_byte,
    },
    delete_key_cost: ACTION_FEES.delete_key,
    delete_account_cost: ACTION_FEES.delete_account,
    delegate_cost: { send_sir: 0, send_not_sir: 0, execution: 0 },
  },
  storage_usage_config: {
    num_bytes_account: STORAGE_BYTES_ACCOUNT,
    num_extra_bytes_record: STORAGE_EXTRA_BYTES_RECORD,
  },
  burnt_gas_reward: [Number(BURNT_GAS_REWARD.numerator), Number(BURNT_GAS_REWARD.denominator)],
  pessimistic_gas_price_inflation_ratio: [1, 1],
};

/** Prices that a node lists and that nothing here costs. */
const FREE = [
  ...["multiexp", "sum"].flatMap((name) => [`alt_bn128_g1_${name}_base`, `alt_bn128_g1_${name}_element`]),
  ...["alt_bn128_pairing_check", "bls12381_pairing"].flatMap((name) => [`${name}_base`, `${name}_element`]),
  ...["g1_multiexp", "g2_multiexp", "map_fp_to_g1", "map_fp2_to_g2", "p1_sum", "p2_sum"]
    .concat("p1_decompress", "p2_decompress")
    .flatMap((name) => [`bls12381_${name}_base`, `bls12381_${name}_element`]),
  ...["prefix_base", "prefix_byte", "range_base", "from_byte", "to_byte"].map(
    (name) => `storage_iter_create_${name}`,
  ),
  ...["base", "key_byte", "value_byte"].map((name) => `storage_iter_next_${name}`),
  ...["contract_compile_base", "contract_compile_bytes", "read_cached_trie_node"],
];

const WASM_CONFIG = {
  ext_costs: { ...Object.fromEntries(FREE.map((name) => [name, 0])), ...HOST_COSTS },
  regular_op_cost: WASM_REGULAR_OP_COST,
  grow_mem_cost: 1,
  limit_config: {
    ...CHAIN_LIMITS,
    max_receipt_size: CHAIN_LIMITS.max_contract_size,
    per_receipt_storage_proof_size_limit: 0,
  },
  vm_kind: "Wasmtime",
  storage_get_mode: "FlatStorage",
  discard_custom_sections: true,
  eth_implicit_accounts: false,
  fix_contract_loading_cost: false,
  global_contract_host_fns: false,
  implicit_account_creation: true,
  reftypes_bulk_memory: true,
  saturating_float_to_int: true,
};

const RUNTIME_CONFIG = {
  storage_amount_per_byte: `${STORAGE_AMOUNT_PER_BYTE}`,
  transaction_costs: TRANSACTION_COSTS,
  wasm_config: WASM_CONFIG,
  account_creation_config: {
    min_allowed_top_level_account_length: CHAIN_LIMITS.min_allowed_top_level_account_length,
    registrar_account_id: REGISTRAR_ACCOUNT_ID,
  },
  congestion_control_config: {
    allowed_shard_outgoing_gas: CHAIN_LIMITS.chunk_gas,
    max_congestion_incoming_gas: 0,
    max_congestion_memory_consumption: 0,
    max_congestion_missed_chunks: 0,
    max_congestion_outgoing_gas: 0,
    max_outgoing_gas: CHAIN_LIMITS.chunk_gas,
    max_tx_gas: CHAIN_LIMITS.chunk_gas,
    min_outgoing_gas: CHAIN_LIMITS.chunk_gas,
    min_tx_gas: CHAIN_LIMITS.chunk_gas,
    outgoing_receipts_big_size_limit: 0,
    outgoing_receipts_usual_size_limit: 0,
    reject_tx_congestion_threshold: 1,
  },
  witness_config: {
    combined_transactions_size_limit: CHAIN_LIMITS.max_transaction_size,
    main_storage_proof_size_soft_limit: 0,
    new_transactions_validation_state_size_soft_limit: 0,
  },
};
