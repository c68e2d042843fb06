// Blocks and chunks as JSON. One shard, one block producer, no signatures: fields that have no meaning here are zero.

import { epochHeight } from "../chain/block.ts";
import type { ChainData } from "../chain/chain-data.ts";
import { toHash } from "../encoding/hash.ts";
import { CHAIN_LIMITS, GAS_PRICE_YOCTO, PROTOCOL_VERSION } from "../parameters.ts";
import type { Block } from "../types.ts";
import { receiptView, transactionView } from "./views.ts";

export const NO_HASH = "11111111111111111111111111111111";
const NO_SIGNATURE = "ed25519:1111111111111111111111111111111111111111111111111111111111111111";
export const BLOCK_PRODUCER = "local";

export function blockView(data: ChainData, block: Block) {
  return { author: BLOCK_PRODUCER, header: blockHeaderView(data, block), chunks: [chunkHeaderView(block)] };
}

export function blockHeaderView(data: ChainData, block: Block) {
  const timestamp = block.timestamp_ns;
  return {
    height: block.height,
    prev_height: block.prev_height,
    epoch_id: block.epoch_id,
    next_epoch_id: NO_HASH,
    hash: block.hash,
    prev_hash: block.prev_hash,
    prev_state_root: NO_HASH,
    chunk_receipts_root: NO_HASH,
    chunk_headers_root: NO_HASH,
    chunk_tx_root: NO_HASH,
    outcome_root: NO_HASH,
    chunks_included: 1,
    challenges_root: NO_HASH,
    timestamp: Number(timestamp),
    timestamp_nanosec: `${timestamp}`,
    random_value: toHash(block.random_seed),
    validator_proposals: [],
    chunk_mask: [true],
    gas_price: `${GAS_PRICE_YOCTO}`,
    block_ordinal: block.height - data.config.genesis_height + 1,
    rent_paid: "0",
    validator_reward: "0",
    total_supply: "0",
    challenges_result: [],
    last_final_block: block.prev_hash,
    last_ds_final_block: block.prev_hash,
    next_bp_hash: NO_HASH,
    block_merkle_root: NO_HASH,
    epoch_sync_data_hash: null,
    approvals: [],
    signature: NO_SIGNATURE,
    latest_protocol_version: PROTOCOL_VERSION,
  };
}

export function chunkHeaderView(block: Block) {
  return {
    chunk_hash: block.chunk_hash,
    prev_block_hash: block.prev_hash,
    outcome_root: NO_HASH,
    prev_state_root: NO_HASH,
    encoded_merkle_root: NO_HASH,
    encoded_length: 0,
    height_created: block.height,
    height_included: block.height,
    shard_id: 0,
    gas_used: block.gas_burnt,
    gas_limit: CHAIN_LIMITS.chunk_gas,
    rent_paid: "0",
    validator_reward: "0",
    balance_burnt: `${block.tokens_burnt}`,
    outgoing_receipts_root: NO_HASH,
    tx_root: NO_HASH,
    validator_proposals: [],
    signature: NO_SIGNATURE,
  };
}

export function chunkView(data: ChainData, block: Block) {
  return {
    author: BLOCK_PRODUCER,
    header: chunkHeaderView(block),
    transactions: block.transactions.map((hash) => transactionView(data.transactions.get(hash)!.signed)),
    receipts: block.executed_receipts.map((id) => receiptView(data.receipts.get(id)!)),
  };
}

export function validatorsView(data: ChainData) {
  const { config, head_height } = data;
  return {
    current_validators: [],
    next_validators: [],
    current_fishermen: [],
    next_fishermen: [],
    current_proposals: [],
    prev_epoch_kickout: [],
    epoch_start_height: config.genesis_height,
    epoch_height: epochHeight(config, head_height),
  };
}
