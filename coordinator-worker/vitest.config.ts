import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { name: "coordinator-worker", include: ["src/**/*.test.ts", "test/**/*.test.ts"] },
});
