import { defineConfig, mergeConfig } from "vitest/config";
import contract from "./vitest.config.ts";

/** Some of the contract's tests once more, over RPC, so that this road stays open. */
export default mergeConfig(
  contract,
  defineConfig({
    test: {
      name: "contract-rpc",
      include: ["test/{settlement,upgrade}.test.ts"],
      env: { OFFSHORE_CHAIN: "local-near-rpc" },
    },
  }),
);
