// A chain behind HTTP.
import { existsSync } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { type ServerType, serve } from "@hono/node-server";
import { Chain, type ChainOptions } from "./chain/chain.ts";
import { keyPairFromSeed } from "./encoding/keys.ts";
import { RPC_WAIT_MS } from "./limits.ts";
import { type BlockPace, Node } from "./rpc/node.ts";
import { createApp } from "./rpc/server.ts";

export type LocalNearOptions = ChainOptions & {
  /** 0, the default, takes a free port. */
  port?: number;
  /** Milliseconds between blocks, or `on_demand` (the default): a block whenever there is work. */
  block_ms?: BlockPace;
  /** Milliseconds that a request waits for its transaction before it is answered TIMEOUT_ERROR; 10,000 as on a node. */
  rpc_wait_ms?: number;
  /** Where the chain is read from, if it is there, and written to when it stops. */
  state_file?: string;
};

export type LocalNear = {
  rpc_url: string;
  /** Where `/v0/block/:height` is: the same server. */
  feed_url: string;
  chain: Chain;
  /** The account that exists from the start, with all the money. Anyone who knows the seed has its key. */
  root: { account_id: string; public_key: string; secret_key: string };
  stop(): Promise<void>;
};

/**
 * Starts a chain on 127.0.0.1. For development and tests: it is not a node and keeps no money safe.
 *
 * @example
 * const near = await startLocalNear();
 * const account = new Account(near.root.account_id, near.rpc_url, near.root.secret_key);
 * await near.stop();
 */
export async function startLocalNear(options: LocalNearOptions = {}): Promise<LocalNear> {
  const {
    port = 0,
    block_ms = "on_demand",
    rpc_wait_ms = RPC_WAIT_MS,
    state_file,
    ...chain_options
  } = options;
  // Chain time follows the pace of blocks, so that a contract sees about the time that passes.
  const timed = block_ms === "on_demand" ? chain_options : { block_time_ms: block_ms, ...chain_options };
  const chain =
    state_file && existsSync(state_file) ? Chain.load(await readFile(state_file)) : new Chain(timed);
  const node = new Node(chain, block_ms, rpc_wait_ms);
  const server = await listen(createApp(node), port);
  node.rpc_addr = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const rpc_url = `http://${node.rpc_addr}`;
  const { seed, root_account_id } = chain.data.config;
  const stop = async () => {
    node.stop();
    await close(server);
    if (state_file) await writeWhole(state_file, chain.save());
  };
  return {
    rpc_url,
    feed_url: rpc_url,
    chain,
    root: { account_id: root_account_id, ...keyPairFromSeed(seed) },
    stop,
  };
}

function listen(app: ReturnType<typeof createApp>, port: number): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve(
      { fetch: app.fetch, hostname: "127.0.0.1", port, overrideGlobalObjects: false },
      () => resolve(server),
    );
    server.once("error", reject);
  });
}

function close(server: ServerType): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    if ("closeAllConnections" in server) server.closeAllConnections();
  });
}

/** A file that is either the old one or the new one, never half of it. */
async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  await writeFile(`${file}.new`, bytes);
  await rename(`${file}.new`, file);
}
