// What the tests' environment has beside wrangler.jsonc.
declare namespace Cloudflare {
  interface GlobalProps {
    mainModule: typeof import("../../src/index.ts");
  }
  interface Env {
    readonly DB: D1Database;
    readonly MODULES: KVNamespace;
    readonly ASSETS: Fetcher;
    readonly WATCHER: DurableObjectNamespace<import("../../src/chain/watcher.ts").ChainWatcher>;
    readonly DISPATCHER: DurableObjectNamespace<import("../../src/dispatcher/dispatcher.ts").Dispatcher>;
    readonly RELAYER: DurableObjectNamespace<import("../../src/relayer/relayer.ts").Relayer>;
    readonly MIGRATIONS: import("cloudflare:test").D1Migration[];
    /** RPC of the chain with the contract; unset where the contract is not built. */
    readonly CHAIN_URL?: string;
  }
}
