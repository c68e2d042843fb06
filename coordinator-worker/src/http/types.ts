import { OpenAPIHono } from "@hono/zod-openapi";
import type { Env } from "../env.ts";
import { refuseInvalid } from "./errors.ts";

export type HttpEnv = { Bindings: Env };

/** An app whose schemas refuse with the network's own error body. */
export function newApp(): OpenAPIHono<HttpEnv> {
  return new OpenAPIHono<HttpEnv>({ defaultHook: (result) => refuseInvalid(result) });
}

/** A JSON body's or answer's place in a route. */
export function json<T>(schema: T) {
  return { "application/json": { schema } };
}

export function answers<T>(schema: T, description: string) {
  return { 200: { description, content: json(schema) } };
}
