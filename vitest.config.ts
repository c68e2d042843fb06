import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      "packages/*",
      "contract",
      "contract/vitest.rpc.config.ts",
      "coordinator-worker",
      "web-worker-client",
      "compiler-service",
      "e2e",
    ],
  },
});
