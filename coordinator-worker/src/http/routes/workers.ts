import { createRoute, z } from "@hono/zod-openapi";
import { OffshoreError, publicKey, workerReply } from "@near-offshore/protocol";
import { readConfig } from "../../config.ts";
import { dispatcher } from "../../env.ts";
import { readWorker } from "../../history/queries.ts";
import { errors } from "../errors.ts";
import { answers, type newApp } from "../types.ts";

const one = createRoute({
  method: "get",
  path: "/v1/workers/{public_key}",
  request: { params: z.object({ public_key: publicKey }) },
  responses: {
    ...answers(workerReply, "What a worker has done."),
    ...errors("invalid_argument", "not_found", "unavailable"),
  },
});
const socket = createRoute({
  method: "get",
  path: "/v1/worker/socket",
  responses: {
    101: { description: "The worker protocol: docs/protocol.md. The first frame is `hello`." },
    ...errors("invalid_argument", "too_many_requests", "overloaded"),
  },
});

export function addWorkerRoutes(app: ReturnType<typeof newApp>): void {
  app.openapi(one, async (c) => {
    const { public_key } = c.req.valid("param");
    const worker = await readWorker(c.env.DB, public_key);
    if (worker === null) throw new OffshoreError("not_found", `no worker ${public_key} was seen here`);
    return c.json({ ...worker, active: worker.active === 1 }, 200);
  });

  app.openapi(socket, (c) => {
    readConfig(c.env);
    if (c.req.header("upgrade")?.toLowerCase() !== "websocket")
      throw new OffshoreError("invalid_argument", "expected Upgrade: websocket");
    const headers = new Headers(c.req.raw.headers);
    // Ours alone to set: what a client sends under this name is overwritten.
    headers.set("x-client-address", c.req.header("cf-connecting-ip") ?? "");
    return dispatcher(c.env).fetch(new Request(c.req.raw, { headers })) as Promise<never>;
  });
}
