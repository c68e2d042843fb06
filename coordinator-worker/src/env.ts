import type { ChainWatcher } from "./chain/watcher.ts";
import type { Dispatcher } from "./dispatcher/dispatcher.ts";
import type { Relayer } from "./relayer/relayer.ts";

/** What wrangler.jsonc binds. Variables and secrets are read through `readConfig`, never from here. */
export interface Env {
  readonly DB: D1Database;
  readonly MODULES: KVNamespace;
  readonly ASSETS: Fetcher;
  readonly WATCHER: DurableObjectNamespace<ChainWatcher>;
  readonly DISPATCHER: DurableObjectNamespace<Dispatcher>;
  readonly RELAYER: DurableObjectNamespace<Relayer>;
}

/** The one dispatcher there is: the first shard of `dispatcher:0..n-1`. */
export function dispatcher(env: Env): DurableObjectStub<Dispatcher> {
  return env.DISPATCHER.getByName("dispatcher:0");
}

export function relayer(env: Env): DurableObjectStub<Relayer> {
  return env.RELAYER.getByName("relayer");
}

export function watcher(env: Env): DurableObjectStub<ChainWatcher> {
  return env.WATCHER.getByName("watcher");
}
