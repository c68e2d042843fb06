import { createRoute, z } from "@hono/zod-openapi";
import { pricingView, RULES_VERSION, statsReply, statusReply } from "@near-offshore/protocol";
import { ContractViews } from "../../chain/contract.ts";
import { readConfig } from "../../config.ts";
import { readNetwork, readTotals } from "../../history/queries.ts";
import { errors } from "../errors.ts";
import { answers, type newApp } from "../types.ts";

const health = createRoute({
  method: "get",
  path: "/v1/health",
  responses: {
    ...answers(z.object({ status: z.literal("ok") }), "The coordinator is configured and answers."),
    ...errors("internal"),
  },
});
const status = createRoute({
  method: "get",
  path: "/v1/status",
  responses: { ...answers(statusReply, "The network as it is now."), ...errors("unavailable") },
});
const stats = createRoute({
  method: "get",
  path: "/v1/stats",
  responses: { ...answers(statsReply, "Totals since the beginning."), ...errors("unavailable") },
});
const pricing = createRoute({
  method: "get",
  path: "/v1/pricing",
  responses: { ...answers(pricingView, "Prices, as the contract has them."), ...errors("chain_unavailable") },
});

export function addNetworkRoutes(app: ReturnType<typeof newApp>): void {
  app.openapi(health, (c) => {
    readConfig(c.env);
    return c.json({ status: "ok" as const }, 200);
  });
  app.openapi(status, async (c) => {
    const { contract_id, network_id } = readConfig(c.env);
    const network = await readNetwork(c.env.DB);
    return c.json({ contract_id, network_id, rules_version: RULES_VERSION, ...network }, 200);
  });
  app.openapi(stats, async (c) => {
    const [totals, { tasks }] = await Promise.all([readTotals(c.env.DB), readNetwork(c.env.DB)]);
    return c.json({ ...totals, tasks }, 200);
  });
  app.openapi(pricing, async (c) => c.json(await new ContractViews(readConfig(c.env)).pricing(), 200));
}
