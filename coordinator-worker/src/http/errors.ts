import { type ErrorCode, errorBody, firstIssue, OffshoreError } from "@near-offshore/protocol";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { z } from "zod";
import { describeError, log } from "../log.ts";

/** Any error as `{error: {code, message, retryable}}` with the status of its code. */
export function errorResponse(error: unknown, c: Context): Response {
  const known = asOffshoreError(error);
  if (known.status >= 500) log("http", `${c.req.method} ${c.req.path}: ${describeError(error)}`);
  if (known.retryable && known.status >= 429)
    c.header("Retry-After", String(2 + Math.floor(Math.random() * 4)));
  return c.json(known.toBody(), known.status);
}

/** What @hono/zod-openapi calls when a body, a query or a path does not match its schema. */
export function refuseInvalid(result: { success: boolean; error?: z.ZodError; target?: string }): void {
  if (result.success || result.error === undefined) return;
  throw new OffshoreError("invalid_argument", `${result.target ?? "request"}: ${firstIssue(result.error)}`);
}

/** The error responses of a route, for the OpenAPI document. */
export function errors<C extends ErrorCode>(...codes: C[]) {
  const content = { "application/json": { schema: errorBody } };
  const by_status: Record<number, { description: string; content: typeof content }> = {};
  for (const code of codes) {
    const { status } = new OffshoreError(code, "");
    const description = [by_status[status]?.description, code].filter(Boolean).join(", ");
    by_status[status] = { description, content };
  }
  return by_status;
}

function asOffshoreError(error: unknown): OffshoreError {
  if (error instanceof OffshoreError) return error;
  if (error instanceof HTTPException) {
    const code: ErrorCode =
      error.status === 413
        ? "payload_too_large"
        : error.status === 415
          ? "unsupported_media_type"
          : /json/i.test(error.message)
            ? "invalid_json"
            : "invalid_argument";
    return new OffshoreError(code, error.message || "the request could not be read", { cause: error });
  }
  if (error instanceof Error && /D1_ERROR/.test(error.message))
    return new OffshoreError("unavailable", "the history is not available right now", { cause: error });
  return new OffshoreError("internal", "this request could not be handled", { cause: error });
}
