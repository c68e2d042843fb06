import { defineConfig } from "vitest/config";

/** `npm run test:long`: what takes too long for `npm test`. */
export default defineConfig({
  test: { include: ["**/*.long.ts"], fileParallelism: false },
});
