// A block's identity: everything about it that is known before anything is executed.
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { hashBytes, sha256Hash, u64Bytes } from "../encoding/hash.ts";
import { EPOCH_LENGTH_BLOCKS } from "../parameters.ts";
import type { Block, Hash } from "../types.ts";
import type { ChainConfig } from "./chain-data.ts";

const NS_PER_MS = 1_000_000n;
const NO_HASH = "11111111111111111111111111111111";

/** Time, randomness and hash follow from the configuration, the height and what came before: nothing from the machine. */
export function newBlock(
  config: ChainConfig,
  height: number,
  prev: Block | null,
  transactions: Hash[],
): Block {
  const tag = (name: string) => utf8ToBytes(`local-near:${name}:${config.seed}:`);
  const prev_hash = prev?.hash ?? NO_HASH;
  const parts = [hashBytes(prev_hash), u64Bytes(height), ...transactions.map(hashBytes)];
  const blocks = BigInt(height - config.genesis_height);
  return {
    height,
    hash: sha256Hash(tag("block"), ...parts),
    prev_hash,
    prev_height: prev?.height ?? 0,
    timestamp_ns: (BigInt(config.genesis_time_ms) + blocks * BigInt(config.block_time_ms)) * NS_PER_MS,
    random_seed: sha256(concatBytes(tag("random"), u64Bytes(height))),
    epoch_id: sha256Hash(tag("epoch"), u64Bytes(epochHeight(config, height))),
    chunk_hash: sha256Hash(tag("chunk"), ...parts),
    transactions,
    executed_receipts: [],
    gas_burnt: 0,
    tokens_burnt: 0n,
  };
}

export function epochHeight(config: ChainConfig, height: number): number {
  return Math.floor((height - config.genesis_height) / EPOCH_LENGTH_BLOCKS) + 1;
}
