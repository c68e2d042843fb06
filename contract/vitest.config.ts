import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "contract",
    globalSetup: "./test/support/build.ts",
    setupFiles: "./test/support/stop-chains.ts",
    testTimeout: 60_000,
  },
});
