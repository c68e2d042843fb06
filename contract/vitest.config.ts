import { defineConfig } from "vitest/config";

/** A block of near-sandbox takes a good part of a second, and each test starts one. */
const timeout_ms = process.env.OFFSHORE_CHAIN === "near-sandbox" ? 1_200_000 : 60_000;

export default defineConfig({
  test: {
    name: "contract",
    globalSetup: "./test/support/build.ts",
    setupFiles: "./test/support/stop-chains.ts",
    testTimeout: timeout_ms,
    hookTimeout: timeout_ms,
  },
});
