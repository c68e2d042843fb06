import { createRoute, z } from "@hono/zod-openapi";
import { hex32, moduleReply, OffshoreError, sha256Hex } from "@near-offshore/protocol";
import { readModule, storeModule } from "../../modules/store.ts";
import { requireCompiler } from "../compiler-token.ts";
import { errors } from "../errors.ts";
import { parseRange } from "../ranges.ts";
import { answers, type newApp } from "../types.ts";

const params = z.object({ sha256: hex32 });
const wasm = { "application/wasm": { schema: z.string().meta({ format: "binary" }) } };

const get = createRoute({
  method: "get",
  path: "/v1/modules/{sha256}",
  request: { params },
  responses: {
    200: { description: "The module's bytes, for ever the same.", content: wasm },
    206: { description: "The range of them that was asked for.", content: wasm },
    304: { description: "The caller has it." },
    416: { description: "No such range." },
    ...errors("invalid_argument", "not_found", "module_unavailable"),
  },
});
const put = createRoute({
  method: "put",
  path: "/v1/modules/{sha256}",
  security: [{ compiler: [] }],
  request: { params },
  responses: {
    ...answers(moduleReply, "Stored."),
    ...errors("invalid_argument", "unauthorized", "hash_mismatch", "payload_too_large", "bad_module"),
  },
});

const WASM_MAGIC = [0x00, 0x61, 0x73, 0x6d];

export function addModuleRoutes(app: ReturnType<typeof newApp>): void {
  app.openapi(get, async (c) => {
    const { sha256 } = c.req.valid("param");
    const headers = {
      "content-type": "application/wasm",
      "cache-control": "public, max-age=31536000, immutable",
      etag: `"${sha256}"`,
      "accept-ranges": "bytes",
    };
    if (c.req.header("if-none-match") === headers.etag) return c.body(null, 304, headers);
    const bytes = await readModule(c.env, sha256);
    const range = parseRange(c.req.header("range"), bytes.byteLength);
    if (range === "unsatisfiable")
      return c.body(null, 416, { "content-range": `bytes */${bytes.byteLength}` });
    if (range === null) return c.body(bytes, 200, headers);
    const { start, end } = range;
    const content_range = `bytes ${start}-${end}/${bytes.byteLength}`;
    return c.body(bytes.slice(start, end + 1), 206, { ...headers, "content-range": content_range });
  });

  app.openapi(put, async (c) => {
    requireCompiler(c);
    const { sha256 } = c.req.valid("param");
    const bytes = new Uint8Array(await c.req.arrayBuffer());
    const actual = sha256Hex(bytes);
    if (actual !== sha256) throw new OffshoreError("hash_mismatch", `the body's sha256 is ${actual}`);
    if (WASM_MAGIC.some((byte, i) => bytes[i] !== byte))
      throw new OffshoreError("bad_module", "the body is not a WebAssembly module");
    return c.json(await storeModule(c.env, bytes), 200);
  });
}
