// The HTTP side: JSON-RPC at `/`, the block feed at `/v0/`.
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { cors } from "hono/cors";
import { REQUEST_BYTES_MAX } from "../limits.ts";
import { dispatch } from "./dispatch.ts";
import { feedBlock } from "./feed.ts";
import type { Node } from "./node.ts";
import { parseError } from "./rpc-error.ts";

export function createApp(node: Node): Hono {
  const app = new Hono();
  app.use(cors());
  app.use(
    bodyLimit({ maxSize: REQUEST_BYTES_MAX, onError: (c) => c.json({ error: "request is too large" }, 413) }),
  );
  app.post("/", async (c) => {
    const request = await readJson(c);
    const { body, status } = await dispatch(node, request);
    return c.json(body as object, status);
  });
  app.get("/v0/last_block/final", (c) => c.json(feedBlock(node.chain.data, node.chain.head.height)));
  app.get("/v0/last_block/optimistic", (c) => c.json(feedBlock(node.chain.data, node.chain.head.height)));
  app.get("/v0/first_block", (c) => answerFeed(c, node, node.chain.data.config.genesis_height));
  app.get("/v0/block/:height", (c) => answerFeed(c, node, Number(c.req.param("height"))));
  // Every block here is final, so an optimistic one is no other.
  app.get("/v0/block_opt/:height", (c) => answerFeed(c, node, Number(c.req.param("height"))));
  for (const method of ["status", "health", "network_info"]) {
    app.get(`/${method}`, async (c) => {
      const { body } = await dispatch(node, { jsonrpc: "2.0", id: 0, method, params: [] });
      return c.json((body as { result: object }).result);
    });
  }
  return app;
}

async function readJson(c: Context): Promise<unknown> {
  try {
    return await c.req.json();
  } catch {
    return parseError("not JSON").body;
  }
}

/** Skipped heights are null; heights that are not there yet, or never will be, are errors. */
function answerFeed(c: Context, node: Node, height: number): Response {
  const { data } = node.chain;
  if (!Number.isInteger(height)) return c.json({ error: "height is not a number", type: "BAD_REQUEST" }, 400);
  if (height > data.head_height) {
    return c.json({ error: `block ${height} does not exist yet`, type: "BLOCK_HEIGHT_TOO_HIGH" }, 404);
  }
  if (height < data.config.genesis_height) {
    return c.json({ error: `block ${height} is before genesis`, type: "BLOCK_HEIGHT_TOO_LOW" }, 404);
  }
  return c.json(feedBlock(data, height));
}
