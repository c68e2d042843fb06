import { defineConfig } from "vitest/config";

export default defineConfig({
  // Compilers, real ones, on machines that are busy with other tests.
  test: { name: "compiler-service", testTimeout: 120_000, hookTimeout: 60_000 },
});
