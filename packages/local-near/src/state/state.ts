// Accounts, keys, contract data and code, with an undo log: a receipt that fails leaves no trace.
import type { AccessKey, Account, Hash, PublicKeyText } from "../types.ts";

/** The state itself. Contract keys are bytes written as latin-1 strings. */
export type World = {
  accounts: Map<string, Account>;
  access_keys: Map<string, Map<PublicKeyText, AccessKey>>;
  contract_data: Map<string, Map<string, Uint8Array>>;
  codes: Map<Hash, Uint8Array>;
};

export function emptyWorld(): World {
  return { accounts: new Map(), access_keys: new Map(), contract_data: new Map(), codes: new Map() };
}

/** What a write did, in the words of the RPC's `changes`; an undefined value was deleted. */
export type StateChange = { account_id: string; cause: ChangeCause } & (
  | { of: "account"; value: Account | undefined }
  | { of: "access_key"; public_key: PublicKeyText; value: AccessKey | undefined }
  | { of: "data"; key: string; value: Uint8Array | undefined }
  | { of: "contract_code"; value: Hash | undefined }
);

export type ChangeCause =
  | { type: "transaction_processing"; tx_hash: Hash }
  | { type: "receipt_processing"; receipt_hash: Hash }
  | { type: "initial_state" };

/** Reads and writes a world; `rollback` undoes everything since the last `commit`. */
export class State {
  readonly world: World;
  /** Why the next writes happen. */
  cause: ChangeCause = { type: "initial_state" };
  /** Every write that was not undone, in order. */
  readonly changes: StateChange[] = [];
  #undo: (() => void)[] = [];

  constructor(world: World) {
    this.world = world;
  }

  account(account_id: string): Account | undefined {
    return this.world.accounts.get(account_id);
  }

  setAccount(account_id: string, account: Account | undefined): void {
    this.#set(this.world.accounts, account_id, account, { of: "account", account_id, value: account });
  }

  accessKey(account_id: string, public_key: PublicKeyText): AccessKey | undefined {
    return this.world.access_keys.get(account_id)?.get(public_key);
  }

  setAccessKey(account_id: string, public_key: PublicKeyText, access_key: AccessKey | undefined): void {
    const change = { of: "access_key", account_id, public_key, value: access_key } as const;
    this.#set(inner(this.world.access_keys, account_id), public_key, access_key, change);
  }

  accessKeys(account_id: string): ReadonlyMap<PublicKeyText, AccessKey> {
    return this.world.access_keys.get(account_id) ?? new Map();
  }

  data(account_id: string, key: string): Uint8Array | undefined {
    return this.world.contract_data.get(account_id)?.get(key);
  }

  setData(account_id: string, key: string, value: Uint8Array | undefined): void {
    this.#set(inner(this.world.contract_data, account_id), key, value, {
      of: "data",
      account_id,
      key,
      value,
    });
  }

  allData(account_id: string): ReadonlyMap<string, Uint8Array> {
    return this.world.contract_data.get(account_id) ?? new Map();
  }

  code(code_hash: Hash): Uint8Array | undefined {
    return this.world.codes.get(code_hash);
  }

  /** Gives an account code. Code is named by its hash and never changes, so it needs no undo. */
  setCode(account_id: string, account: Account, code_hash: Hash, code: Uint8Array): void {
    this.world.codes.set(code_hash, code);
    this.setAccount(account_id, { ...account, code_hash });
    this.#note({ of: "contract_code", account_id, value: code_hash });
  }

  /** Removes an account with its keys and data. */
  removeAccount(account_id: string): void {
    if (this.account(account_id)?.code_hash)
      this.#note({ of: "contract_code", account_id, value: undefined });
    this.setAccount(account_id, undefined);
    for (const key of [...this.accessKeys(account_id).keys()]) this.setAccessKey(account_id, key, undefined);
    for (const key of [...this.allData(account_id).keys()]) this.setData(account_id, key, undefined);
  }

  commit(): void {
    this.#undo = [];
  }

  rollback(): void {
    this.rollbackTo(0);
  }

  /** Where the state is now, for `rollbackTo`; valid until the next commit. */
  mark(): number {
    return this.#undo.length;
  }

  rollbackTo(mark: number): void {
    while (this.#undo.length > mark) this.#undo.pop()!();
  }

  #set<K, V>(map: Map<K, V>, key: K, value: V | undefined, change: Uncaused<StateChange>): void {
    const old = map.get(key);
    this.#note(change);
    this.#undo.push(() => put(map, key, old));
    put(map, key, value);
  }

  #note(change: Uncaused<StateChange>): void {
    const count = this.changes.length;
    this.changes.push({ ...change, cause: this.cause });
    this.#undo.push(() => {
      this.changes.length = count;
    });
  }
}

type Uncaused<T> = T extends unknown ? Omit<T, "cause"> : never;

function put<K, V>(map: Map<K, V>, key: K, value: V | undefined): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}

function inner<V>(outer: Map<string, Map<string, V>>, key: string): Map<string, V> {
  const known = outer.get(key);
  if (known) return known;
  const map = new Map<string, V>();
  outer.set(key, map);
  return map;
}
