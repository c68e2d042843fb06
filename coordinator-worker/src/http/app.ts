import { OffshoreError } from "@near-offshore/protocol";
import { bodyLimit } from "hono/body-limit";
import { cors } from "hono/cors";
import { secureHeaders } from "hono/secure-headers";
import { dispatcher, type Env, relayer, watcher } from "../env.ts";
import { BOUNDS } from "../limits.ts";
import { describeError, log } from "../log.ts";
import { errorResponse } from "./errors.ts";
import { addBuildRoutes } from "./routes/builds.ts";
import { addModuleRoutes } from "./routes/modules.ts";
import { addNetworkRoutes } from "./routes/network.ts";
import { addSessionRoutes } from "./routes/sessions.ts";
import { addTaskRoutes } from "./routes/tasks.ts";
import { addWorkerRoutes } from "./routes/workers.ts";
import { newApp } from "./types.ts";

/** The HTTP API: `/v1`. Everything else on this origin is the page, served as static assets. */
export function createApp() {
  const app = newApp();
  app.use("/v1/*", async (c, next) => {
    wakeOnce(c.env, c.executionCtx);
    await next();
  });
  // An upgrade's response is the socket's: its headers cannot be changed.
  const headers = secureHeaders({ crossOriginResourcePolicy: "cross-origin" });
  const anybody = cors({
    origin: "*",
    allowMethods: ["GET", "HEAD"],
    exposeHeaders: ["Retry-After", "ETag"],
  });
  app.use("/v1/*", (c, next) => (c.req.path === "/v1/worker/socket" ? next() : headers(c, next)));
  app.use("/v1/*", (c, next) => (isPublicRead(c.req.method, c.req.path) ? anybody(c, next) : next()));
  const limit = (maxSize: number) =>
    bodyLimit({
      maxSize,
      onError: () => {
        throw new OffshoreError("payload_too_large", `the body has more than ${maxSize} bytes`);
      },
    });
  const [module_limit, body_limit] = [limit(BOUNDS.module_bytes_max), limit(BOUNDS.body_bytes_max)];
  app.use("/v1/*", (c, next) =>
    c.req.method === "PUT" && c.req.path.startsWith("/v1/modules/")
      ? module_limit(c, next)
      : body_limit(c, next),
  );

  addNetworkRoutes(app);
  addSessionRoutes(app);
  addTaskRoutes(app);
  addModuleRoutes(app);
  addBuildRoutes(app);
  addWorkerRoutes(app);

  app.doc31("/v1/openapi.json", {
    openapi: "3.1.0",
    info: {
      title: "NEAR Offshore coordinator",
      version: "1",
      description: "Off-chain execution for NEAR contracts, by volunteers' browsers.",
    },
  });
  app.notFound((c) => {
    const allowed = methodsAt(app, c.req.path);
    if (allowed.length === 0)
      return errorResponse(new OffshoreError("not_found", `no ${c.req.path} here`), c);
    c.header("Allow", allowed.join(", "));
    return errorResponse(new OffshoreError("method_not_allowed", `expected ${allowed.join(" or ")}`), c);
  });
  app.onError(errorResponse);
  return app;
}

function isPublicRead(method: string, path: string): boolean {
  return (method === "GET" || method === "HEAD" || method === "OPTIONS") && path !== "/v1/worker/socket";
}

/** Methods that a path is served with, from the OpenAPI document. */
function methodsAt(app: ReturnType<typeof newApp>, path: string): string[] {
  const methods = app.openAPIRegistry.definitions.flatMap((definition) => {
    if (definition.type !== "route") return [];
    const pattern = definition.route.path.replace(/\{[^}]+\}/g, "[^/]+");
    return new RegExp(`^${pattern}$`).test(path) ? [definition.route.method.toUpperCase()] : [];
  });
  return [...new Set(path === "/v1/openapi.json" ? ["GET"] : methods)];
}

let awake = false;

/** After a (re)start, the first request sets the Durable Objects going; from then on their alarms do. */
function wakeOnce(env: Env, ctx: Pick<ExecutionContext, "waitUntil">): void {
  if (awake) return;
  awake = true;
  ctx.waitUntil(
    wakeAll(env).catch((error) => {
      awake = false;
      log("wake", describeError(error));
    }),
  );
}

/** Sees to it that every part runs: called at the start and by the cron trigger. */
export async function wakeAll(env: Env): Promise<void> {
  await Promise.all([watcher(env).ensureRunning(), dispatcher(env).wake(), relayer(env).wake()]);
}
