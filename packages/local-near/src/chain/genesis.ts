// The first block and the accounts that exist in it.
import { isValidAccountId } from "../encoding/account-id.ts";
import { keyPairFromSeed, publicKeyToBytes } from "../encoding/keys.ts";
import { STORAGE_BYTES_ACCOUNT } from "../parameters.ts";
import { accessKeyStorageBytes } from "../runtime/storage-usage.ts";
import { State } from "../state/state.ts";
import type { AccessKey } from "../types.ts";
import { newBlock } from "./block.ts";
import { type ChainConfig, type ChainData, emptyChainData } from "./chain-data.ts";

export type GenesisAccount = { account_id: string; public_key: string; balance_yocto: bigint };

const ROOT_BALANCE_YOCTO = 10n ** 9n * 10n ** 24n;

/** A chain with its root account, the given accounts, and one block. */
export function createGenesis(config: ChainConfig, accounts: readonly GenesisAccount[]): ChainData {
  const data = emptyChainData(config);
  const state = new State(data.world);
  const { public_key } = keyPairFromSeed(config.seed);
  addAccount(state, { account_id: config.root_account_id, public_key, balance_yocto: ROOT_BALANCE_YOCTO });
  for (const account of accounts) addAccount(state, account);
  state.commit();
  const genesis = newBlock(config, config.genesis_height, null, []);
  data.blocks.set(genesis.height, genesis);
  data.heights.set(genesis.hash, genesis.height);
  return data;
}

function addAccount(state: State, { account_id, public_key, balance_yocto }: GenesisAccount): void {
  if (!isValidAccountId(account_id))
    throw new RangeError(`genesis account ${account_id}: not a valid account id`);
  publicKeyToBytes(public_key);
  const access_key: AccessKey = { nonce: 0n, permission: "FullAccess" };
  const storage_usage = STORAGE_BYTES_ACCOUNT + accessKeyStorageBytes(public_key, access_key);
  state.setAccount(account_id, { amount: balance_yocto, locked: 0n, code_hash: null, storage_usage });
  state.setAccessKey(account_id, public_key, access_key);
}
