import { defineConfig } from "vitest/config";

export default defineConfig({
  // Each file starts a whole network: one at a time, on a machine that may have two cores.
  test: { name: "e2e", fileParallelism: false, testTimeout: 180_000, hookTimeout: 240_000 },
});
