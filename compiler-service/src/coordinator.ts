import { setTimeout as sleep } from "node:timers/promises";
import {
  type BuildClaim,
  buildClaimReply,
  ERROR_CODES,
  type ErrorCode,
  errorBody,
  OffshoreError,
  parse,
} from "@near-offshore/protocol";
import type { Provenance } from "./caches.ts";
import { LIMITS } from "./limits.ts";

export interface Completion extends Provenance {
  module_sha256: string;
  module_bytes: number;
  publication: { builder: string; signature: string } | null;
  ref_commit: { commit: string; signature: string } | null;
  timings_ms: Record<string, number>;
}

/** The coordinator's builds API, as a compiler uses it. Calls throw the coordinator's own error, or `unavailable` where none came. */
export class CoordinatorClient {
  private readonly base: string;
  private readonly token: string;

  constructor(url: URL, token: string) {
    this.base = url.href.replace(/\/$/, "");
    this.token = token;
  }

  /** A build to do now, or null. */
  async claim(builder: string, toolchains: string[]): Promise<BuildClaim | null> {
    const response = await this.post("/v1/builds/claim", { builder, toolchains });
    if (response.status === 204) return null;
    return parse(buildClaimReply, await response.json(), "claimed build");
  }

  async heartbeat({ build_id, epoch }: BuildClaim): Promise<void> {
    await this.post(`/v1/builds/${encodeURIComponent(build_id)}/heartbeat`, { epoch });
  }

  async log({ build_id, epoch }: BuildClaim, text: string): Promise<void> {
    await this.post(`/v1/builds/${encodeURIComponent(build_id)}/log`, { epoch, text });
  }

  /** Uploads a module under its hash. */
  async upload(sha256: string, module: Uint8Array): Promise<void> {
    await retried(() =>
      this.send("PUT", `/v1/modules/${sha256}`, "application/wasm", module as Uint8Array<ArrayBuffer>),
    );
  }

  async complete({ build_id, epoch }: BuildClaim, completion: Completion): Promise<void> {
    const path = `/v1/builds/${encodeURIComponent(build_id)}/complete`;
    await retried(() => this.post(path, { epoch, ...completion }));
  }

  /** Hands a build back, for a compiler that has the language. */
  async release({ build_id, epoch }: BuildClaim, language: string): Promise<void> {
    const path = `/v1/builds/${encodeURIComponent(build_id)}/release`;
    await retried(() => this.post(path, { epoch, language }));
  }

  async fail({ build_id, epoch }: BuildClaim, code: string, message: string): Promise<void> {
    const path = `/v1/builds/${encodeURIComponent(build_id)}/fail`;
    await retried(() => this.post(path, { epoch, code, message }));
  }

  private post(path: string, body: object): Promise<Response> {
    return this.send("POST", path, "application/json", JSON.stringify(body));
  }

  private async send(method: string, path: string, type: string, body: BodyInit): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(this.base + path, {
        method,
        body,
        headers: { authorization: `Bearer ${this.token}`, "content-type": type },
        signal: AbortSignal.timeout(LIMITS.coordinator_call_ms),
        redirect: "error",
      });
    } catch (cause) {
      throw new OffshoreError("unavailable", `the coordinator at ${this.base} does not answer`, { cause });
    }
    if (!response.ok) throw await errorOf(response);
    return response;
  }
}

async function errorOf(response: Response): Promise<OffshoreError> {
  const body = errorBody.safeParse(await response.json().catch(() => null));
  if (!body.success) return new OffshoreError("unavailable", `the coordinator answered ${response.status}`);
  const { code, message } = body.data.error;
  return new OffshoreError(code in ERROR_CODES ? (code as ErrorCode) : "unavailable", message);
}

async function retried<T>(call: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await call();
    } catch (error) {
      const is_final = !(error instanceof OffshoreError && error.retryable);
      if (is_final || tries === LIMITS.coordinator_tries_max) throw error;
      await sleep(LIMITS.coordinator_retry_ms * 2 ** (tries - 1) * (0.5 + Math.random() / 2));
    }
  }
}
