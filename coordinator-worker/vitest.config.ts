import { mkdirSync } from "node:fs";
import path from "node:path";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

const at = (file: string) => path.join(import.meta.dirname, file);
// wrangler.jsonc names the page's folder, which need not be built for these tests.
mkdirSync(at("../web-worker-client/dist"), { recursive: true });

// Everything here runs inside workerd, with real D1, KV and Durable Objects; the chain is packages/local-near.
export default defineConfig({
  plugins: [
    cloudflareTest(async ({ inject }) => ({
      wrangler: { configPath: at("wrangler.jsonc") },
      miniflare: {
        bindings: {
          ...inject<Record<string, string>>("vars"),
          MIGRATIONS: await readD1Migrations(at("migrations")),
        },
      },
    })),
  ],
  test: {
    name: "coordinator-worker",
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    globalSetup: at("test/support/global-setup.ts"),
    // Two cores, shared: the longest of these takes a second on an idle machine.
    testTimeout: 30_000,
    setupFiles: at("test/support/setup.ts"),
  },
});
