import { createRoute, z } from "@hono/zod-openapi";
import {
  buildClaimBody,
  buildClaimReply,
  buildCompleteBody,
  buildFailBody,
  buildHeartbeatBody,
  buildLogBody,
  buildReleaseBody,
  buildReply,
  OffshoreError,
} from "@near-offshore/protocol";
import { unwrap } from "../../answer.ts";
import { dispatcher } from "../../env.ts";
import { readBuild, readBuildLog } from "../../history/queries.ts";
import { BOUNDS } from "../../limits.ts";
import { requireCompiler } from "../compiler-token.ts";
import { errors } from "../errors.ts";
import { answers, json, type newApp } from "../types.ts";

const params = z.object({ build_id: z.string().min(1).max(64) });
const done = answers(z.object({ status: z.literal("ok") }), "Noted.");
const refusals = errors("invalid_argument", "invalid_json", "unauthorized", "not_found", "stale_epoch");
const security = [{ compiler: [] }];

/** A route of a compiler that holds a build. */
function held<P extends string, B extends z.ZodType>(path: P, body: B) {
  return createRoute({
    method: "post",
    path,
    security,
    request: { params, body: { content: json(body), required: true } },
    responses: { ...done, ...refusals },
  });
}

const claim = createRoute({
  method: "post",
  path: "/v1/builds/claim",
  security,
  request: { body: { content: json(buildClaimBody), required: true } },
  responses: {
    ...answers(buildClaimReply, "A build, leased to this compiler."),
    204: { description: "Nothing waits." },
    ...errors("invalid_argument", "invalid_json", "unauthorized", "forbidden", "chain_unavailable"),
  },
});
const heartbeat = held("/v1/builds/{build_id}/heartbeat", buildHeartbeatBody);
const addLog = held("/v1/builds/{build_id}/log", buildLogBody);
const complete = held("/v1/builds/{build_id}/complete", buildCompleteBody);
const release = held("/v1/builds/{build_id}/release", buildReleaseBody);
const fail = held("/v1/builds/{build_id}/fail", buildFailBody);
const one = createRoute({
  method: "get",
  path: "/v1/builds/{build_id}",
  request: { params },
  responses: { ...answers(buildReply, "A build."), ...errors("not_found", "unavailable") },
});
const log = createRoute({
  method: "get",
  path: "/v1/builds/{build_id}/log",
  request: { params },
  responses: {
    200: { description: "What the compiler said.", content: { "text/plain": { schema: z.string() } } },
    ...errors("not_found", "unavailable"),
  },
});

export function addBuildRoutes(app: ReturnType<typeof newApp>): void {
  app.openAPIRegistry.registerComponent("securitySchemes", "compiler", { type: "http", scheme: "bearer" });
  app.use("/v1/builds/*", async (c, next) => {
    if (c.req.method === "POST") requireCompiler(c);
    await next();
  });

  app.openapi(claim, async (c) => {
    const { builder, toolchains } = c.req.valid("json");
    const build = unwrap(await dispatcher(c.env).claimBuild(builder, toolchains));
    return build === null ? c.body(null, 204) : c.json(build, 200);
  });
  app.openapi(heartbeat, async (c) => {
    const { epoch } = c.req.valid("json");
    unwrap(await dispatcher(c.env).keepBuild(c.req.valid("param").build_id, epoch));
    return c.json(OK, 200);
  });
  app.openapi(addLog, async (c) => {
    const { epoch, text } = c.req.valid("json");
    unwrap(await dispatcher(c.env).logBuild(c.req.valid("param").build_id, epoch, text));
    return c.json(OK, 200);
  });
  app.openapi(complete, async (c) => {
    unwrap(await dispatcher(c.env).completeBuild(c.req.valid("param").build_id, c.req.valid("json")));
    return c.json(OK, 200);
  });
  app.openapi(release, async (c) => {
    const { epoch, language } = c.req.valid("json");
    unwrap(await dispatcher(c.env).releaseBuild(c.req.valid("param").build_id, epoch, language));
    return c.json(OK, 200);
  });
  app.openapi(fail, async (c) => {
    unwrap(await dispatcher(c.env).failBuild(c.req.valid("param").build_id, c.req.valid("json")));
    return c.json(OK, 200);
  });

  app.openapi(one, async (c) => {
    const { build_id } = c.req.valid("param");
    const build = await readBuild(c.env.DB, build_id);
    if (build === null) throw new OffshoreError("not_found", `no build ${build_id}`);
    return c.json(build, 200);
  });
  app.openapi(log, async (c) => {
    const { build_id } = c.req.valid("param");
    if ((await readBuild(c.env.DB, build_id)) === null)
      throw new OffshoreError("not_found", `no build ${build_id}`);
    return c.text(await readBuildLog(c.env.DB, build_id, BOUNDS.build_log_bytes_max));
  });
}

const OK = { status: "ok" as const };
