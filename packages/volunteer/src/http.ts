import { errorBody, OffshoreError, parse } from "@near-offshore/protocol";
import type { output, ZodType } from "zod";
import { VOLUNTEER_LIMITS } from "./limits.ts";
import type { Failure } from "./machine/state.ts";

export type Fetch = typeof globalThis.fetch;

/** A failed call, with how long the server asked to wait. */
export class CallError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.name = "CallError";
    this.failure = failure;
  }
}

/** What an error means to people and programs; anything unforeseen is `unavailable` and may be tried again. */
export function toFailure(error: unknown): Failure {
  if (error instanceof CallError) return error.failure;
  if (error instanceof OffshoreError)
    return { code: error.code, message: error.message, retryable: error.retryable };
  return { code: "unavailable", message: String(error), retryable: true };
}

/**
 * A call to the coordinator: the bytes of a good reply.
 * @throws CallError where the coordinator cannot be reached (`unavailable`), answers with an error (its code), or sends
 * more than `bytes_max`.
 */
export async function call(
  fetch: Fetch,
  url: URL,
  init: RequestInit,
  bytes_max: number,
): Promise<Uint8Array> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    throw new CallError({
      code: "unavailable",
      message: `cannot reach ${url.origin}: ${reasonOf(error)}`,
      retryable: true,
    });
  }
  const bytes = await readBounded(response, response.ok ? bytes_max : VOLUNTEER_LIMITS.http_reply_bytes_max);
  if (response.ok) return bytes;
  throw new CallError(failureOf(response, url, bytes));
}

/**
 * Posts JSON and parses the JSON reply, within `http_timeout_ms`.
 * @throws CallError as `call` does; OffshoreError `invalid_argument` where the reply does not match the schema.
 */
export async function postJson<T extends ZodType>(
  fetch: Fetch,
  url: URL,
  body: unknown,
  reply: T,
  signal: AbortSignal,
): Promise<output<T>> {
  const bytes = await call(
    fetch,
    url,
    {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.any([signal, AbortSignal.timeout(VOLUNTEER_LIMITS.http_timeout_ms)]),
    },
    VOLUNTEER_LIMITS.http_reply_bytes_max,
  );
  return parse(reply, jsonOf(bytes), `reply of ${url.pathname}`);
}

async function readBounded(response: Response, bytes_max: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length_bytes = 0;
  const reader = response.body?.getReader();
  for (;;) {
    // Not `for await`: Safari's streams cannot do that.
    const chunk = (await reader?.read())?.value;
    if (chunk === undefined) break;
    length_bytes += chunk.length;
    if (length_bytes > bytes_max)
      throw new CallError({
        code: "payload_too_large",
        message: `${new URL(response.url).pathname} sent more than ${bytes_max} bytes`,
        retryable: false,
      });
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(length_bytes);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function failureOf(response: Response, url: URL, bytes: Uint8Array): Failure {
  const seconds = Number(response.headers.get("retry-after"));
  const patience = seconds > 0 ? { retry_after_ms: seconds * 1000 } : {};
  const body = errorBody.safeParse(jsonOf(bytes));
  if (body.success) return { ...body.data.error, ...patience };
  const message = `${url.origin} answered ${response.status} to ${url.pathname}, and not as a coordinator does`;
  return {
    code: "unavailable",
    message,
    retryable: response.status >= 500 || response.status === 429,
    ...patience,
  };
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

/** Engines hide the reason of a failed fetch in different places. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== "" ? error.cause.message : error.message;
}
