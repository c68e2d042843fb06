import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { name: "contract", globalSetup: "./test/support/build.ts", testTimeout: 60_000 },
});
