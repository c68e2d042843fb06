// Blocks, chunks and the node itself.
import * as z from "zod";
import { keyPairFromSeed } from "../../encoding/keys.ts";
import { GAS_PRICE_YOCTO, PROTOCOL_VERSION } from "../../parameters.ts";
import type { Block } from "../../types.ts";
import { blockView, chunkView, validatorsView } from "../block-views.ts";
import type { Node } from "../node.ts";
import { BLOCK_REFERENCE, findBlock, named, parseParams } from "../params.ts";
import { genesisConfigView, protocolConfigView } from "../protocol-config.ts";
import { handlerError } from "../rpc-error.ts";

export async function block({ chain }: Node, params: unknown) {
  const reference = parseParams(BLOCK_REFERENCE, named(params, "block_id"));
  return blockView(chain.data, findBlock(chain.data, reference));
}

const CHUNK = z.object({
  chunk_id: z.string().optional(),
  block_id: z.union([z.number(), z.string()]).optional(),
  shard_id: z.number().optional(),
});

/** A chunk by its hash, or by block and shard (there is only shard 0). */
export async function chunk({ chain }: Node, params: unknown) {
  const positional = Array.isArray(params) && Array.isArray(params[0]) ? params[0] : params;
  const names =
    Array.isArray(positional) && positional.length === 1 ? ["chunk_id"] : ["block_id", "shard_id"];
  const { chunk_id, block_id, shard_id } = parseParams(CHUNK, named(positional, ...names));
  if (shard_id) throw handlerError("INVALID_SHARD_ID", { shard_id }, `Shard id ${shard_id} does not exist`);
  if (chunk_id === undefined) return chunkView(chain.data, findBlock(chain.data, { block_id }));
  const found = [...chain.data.blocks.values()].find((candidate: Block) => candidate.chunk_hash === chunk_id);
  if (found) return chunkView(chain.data, found);
  throw handlerError("UNKNOWN_CHUNK", { chunk_hash: chunk_id }, `Chunk Missing: ${chunk_id}`);
}

export async function gasPrice({ chain }: Node, params: unknown) {
  findBlock(chain.data, parseParams(BLOCK_REFERENCE, named(params, "block_id")));
  return { gas_price: `${GAS_PRICE_YOCTO}` };
}

export async function validators({ chain }: Node) {
  return validatorsView(chain.data);
}

export async function status({ chain, started_ms, rpc_addr }: Node) {
  const { head, data } = chain;
  const genesis = data.blocks.get(data.config.genesis_height)!;
  const time = (block: Block) => new Date(Number(block.timestamp_ns / 1_000_000n)).toISOString();
  return {
    version: { version: "local-near", build: "local-near", commit: "local-near", rustc_version: "none" },
    chain_id: data.config.chain_id,
    protocol_version: PROTOCOL_VERSION,
    latest_protocol_version: PROTOCOL_VERSION,
    genesis_hash: genesis.hash,
    rpc_addr,
    validators: [],
    sync_info: {
      latest_block_hash: head.hash,
      latest_block_height: head.height,
      latest_block_time: time(head),
      latest_state_root: head.hash,
      earliest_block_hash: genesis.hash,
      earliest_block_height: genesis.height,
      earliest_block_time: time(genesis),
      epoch_id: head.epoch_id,
      epoch_start_height: data.config.genesis_height,
      syncing: false,
    },
    validator_account_id: null,
    validator_public_key: null,
    node_public_key: keyPairFromSeed(data.config.seed).public_key,
    node_key: null,
    uptime_sec: Math.floor((Date.now() - started_ms) / 1_000),
  };
}

export async function health() {
  return null;
}

/** The parameters that this chain has, where a node's configuration has them. */
export async function protocolConfig({ chain }: Node, params: unknown) {
  findBlock(chain.data, parseParams(BLOCK_REFERENCE, params));
  return protocolConfigView(chain.data.config);
}

/** As `protocolConfig`, and the money that accounts hold now: what they held at genesis is not kept. */
export async function genesisConfig({ chain }: Node) {
  const { config, world } = chain.data;
  const supply_yocto = [...world.accounts.values()].reduce((sum, { amount }) => sum + amount, 0n);
  return genesisConfigView(config, supply_yocto);
}

/** One node, no peers. */
export async function networkInfo() {
  return {
    active_peers: [],
    known_producers: [],
    num_active_peers: 0,
    peer_max_count: 0,
    received_bytes_per_sec: 0,
    sent_bytes_per_sec: 0,
  };
}

/** Nothing is ever congested. */
export async function congestionLevel(node: Node, params: unknown) {
  await chunk(node, params);
  return { congestion_level: 0 };
}

/** Validators, and windows in which they can be stopped: there are none. */
export async function none() {
  return [];
}
