import type { IncomingMessage } from "node:http";
import {
  type BuildClaim,
  buildClaimBody,
  buildCompleteBody,
  buildFailBody,
  buildHeartbeatBody,
  buildLogBody,
  buildReleaseBody,
  OffshoreError,
  parse,
  type Source,
  sha256Hex,
} from "@near-offshore/protocol";
import { serve } from "./repositories.ts";

export const TOKEN = "test-token";
export const CONTRACT_ID = "offshore.test.near";

/** How a build ended, as the coordinator was told. */
export type BuildEnd =
  | ({ type: "complete"; module: Uint8Array } & ReturnType<typeof buildCompleteBody.parse>)
  | ({ type: "release" } & ReturnType<typeof buildReleaseBody.parse>)
  | ({ type: "fail" } & ReturnType<typeof buildFailBody.parse>);

interface Build {
  claim: BuildClaim;
  log: string;
  heartbeats: number;
  finish: (end: BuildEnd) => void;
}

/** The coordinator's side of the builds API, by the protocol's schemas: one lease at a time, nothing stored. */
export class CoordinatorServer {
  readonly waiting: Build[] = [];
  readonly builds = new Map<string, Build>();
  readonly modules = new Map<string, Uint8Array>();
  /** Toolchains of the last claim. */
  toolchains: string[] = [];
  /** Calls to answer with `overloaded`, once each: `claim`, `modules`, `log`, `complete`, ... */
  readonly faults: string[] = [];
  lease_ms = 60_000;
  url = "";
  close = () => {};

  async start(): Promise<this> {
    const server = await serve((http) =>
      http.on("request", async (request, response) => {
        try {
          const reply = await this.answer(request);
          if (reply === null) return void response.writeHead(204).end();
          response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(reply));
        } catch (error) {
          const known = error instanceof OffshoreError ? error : new OffshoreError("internal", String(error));
          response.writeHead(known.status).end(JSON.stringify(known.toBody()));
        }
      }),
    );
    Object.assign(this, { url: server.url, close: server.close });
    return this;
  }

  /** Queues a build, of a request where its source names a branch or tag; resolves when a compiler has ended it. */
  build(source: Source, request_id: number | null = null): Promise<{ end: BuildEnd; build: Build }> {
    return new Promise((resolve) => {
      const build_id = `build-${this.builds.size + 1}`;
      const claim: BuildClaim = {
        build_id,
        epoch: 7,
        lease_ms: this.lease_ms,
        contract_id: CONTRACT_ID,
        source,
        request_id,
      };
      const build: Build = { claim, log: "", heartbeats: 0, finish: (end) => resolve({ end, build }) };
      this.builds.set(build_id, build);
      this.waiting.push(build);
    });
  }

  /** Takes a build from the compiler that has it. */
  revoke(build_id: string): void {
    const build = this.builds.get(build_id)!;
    build.claim = { ...build.claim, epoch: build.claim.epoch + 1 };
  }

  /** Offers a build again, as when its compiler went silent. */
  requeue(build_id: string): void {
    this.revoke(build_id);
    this.waiting.push(this.builds.get(build_id)!);
  }

  private async answer(request: IncomingMessage): Promise<object | null> {
    if (request.headers.authorization !== `Bearer ${TOKEN}`)
      throw new OffshoreError("unauthorized", "unknown token");
    const fault = this.faults.findIndex((call) => request.url!.split("/").includes(call));
    if (fault >= 0) {
      this.faults.splice(fault, 1);
      throw new OffshoreError("overloaded", "try later");
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const [, kind, id, action] = /^\/v1\/(builds|modules)\/([^/]+)\/?(\w*)$/.exec(request.url!) ?? [];
    if (kind === "modules" && request.method === "PUT") return this.store(id!, new Uint8Array(body));
    if (kind !== "builds" || request.method !== "POST") throw new OffshoreError("not_found", request.url!);
    const json: unknown = JSON.parse(body.toString());
    if (id === "claim") return this.lease(json);
    const build = this.builds.get(id!);
    if (build === undefined) throw new OffshoreError("not_found", id!);
    this.act(build, action!, json);
    return {};
  }

  private store(sha256: string, module: Uint8Array): object {
    if (sha256Hex(module) !== sha256) throw new OffshoreError("hash_mismatch", "other bytes");
    this.modules.set(sha256, module);
    return {};
  }

  private lease(json: unknown): BuildClaim | null {
    this.toolchains = parse(buildClaimBody, json, "claim").toolchains;
    return this.waiting.shift()?.claim ?? null;
  }

  private act(build: Build, action: string, json: unknown): void {
    const schemas = {
      heartbeat: buildHeartbeatBody,
      log: buildLogBody,
      complete: buildCompleteBody,
      release: buildReleaseBody,
      fail: buildFailBody,
    };
    const schema = schemas[action as keyof typeof schemas];
    const { epoch } = parse(schema, json, action);
    if (epoch !== build.claim.epoch) throw new OffshoreError("stale_epoch", "not yours any more");
    if (action === "heartbeat") build.heartbeats++;
    if (action === "log") build.log += parse(buildLogBody, json, action).text;
    if (action === "release") build.finish({ type: "release", ...parse(buildReleaseBody, json, action) });
    if (action === "fail") build.finish({ type: "fail", ...parse(buildFailBody, json, action) });
    if (action === "complete") {
      const completion = parse(buildCompleteBody, json, action);
      const module = this.modules.get(completion.module_sha256);
      if (module === undefined) throw new OffshoreError("conflict", "upload the module first");
      build.finish({ type: "complete", module, ...completion });
    }
  }
}
