import { serve } from "@hono/node-server";
import { Hono } from "hono";
import type { Backend } from "./backends/backend.ts";
import type { CompilerService } from "./service.ts";

/** Serves `GET /health` on 127.0.0.1. Resolves to its address and a function that stops it. */
export async function serveHealth(
  port: number,
  service: CompilerService,
  facts: { builder: string; toolchains: Backend["toolchains"] },
): Promise<{ url: string; close: () => void }> {
  const app = new Hono();
  app.get("/health", (context) => {
    const status = service.state.coordinator_error === null ? "ok" : "no_coordinator";
    const { builder } = facts;
    return context.json({
      status,
      builder,
      toolchains: Object.fromEntries(facts.toolchains),
      ...service.state,
    });
  });
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port, hostname: "127.0.0.1" }, (info) =>
      resolve({ url: `http://127.0.0.1:${info.port}`, close: () => server.close() }),
    );
    server.on("error", reject);
  });
}
