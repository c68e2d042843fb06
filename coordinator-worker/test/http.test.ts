import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { sha256Hex } from "@near-offshore/protocol";
import { describe, expect, it } from "vitest";
import { readConfig } from "../src/config.ts";
import { watcher } from "../src/env.ts";
import { wakeAll } from "../src/http/app.ts";
import { BOUNDS } from "../src/limits.ts";
import { COMPILER, call, errorOf, openSession, post, signer, upload } from "./support/client.ts";

const KEY = signer(1).public_key;
const HEX = "0".repeat(64);
const WASM = new Uint8Array([0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
const JSON_TYPE = { "content-type": "application/json" };
const EXPIRES = Date.now() + 60_000;
const NOT_SIGNED = `ed25519:${"1".repeat(64)}`;

describe("every entry names what is wrong with bad input", () => {
  const session = { public_key: KEY, nonce: HEX, expires_ms: EXPIRES, signature: NOT_SIGNED };
  const log = { epoch: 1, text: "x" };
  const complete = {
    epoch: 1,
    module_sha256: HEX,
    module_bytes: 8,
    publication: null,
    toolchain: "t",
    timings_ms: {},
  };
  it.each<[string, string, BodyInit | null, Record<string, string>, number, string]>([
    ["GET", "/v1/nothing", null, {}, 404, "not_found"],
    ["DELETE", "/v1/tasks", null, {}, 405, "method_not_allowed"],
    ["POST", "/v1/health", "{}", JSON_TYPE, 405, "method_not_allowed"],
    ["POST", "/v1/auth/challenge", "{", JSON_TYPE, 400, "invalid_json"],
    ["POST", "/v1/auth/challenge", "{}", JSON_TYPE, 400, "invalid_argument"],
    ["POST", "/v1/auth/challenge", null, JSON_TYPE, 400, "invalid_json"],
    ["POST", "/v1/auth/challenge", "public_key=1", {}, 415, "unsupported_media_type"],
    [
      "POST",
      "/v1/auth/challenge",
      JSON.stringify({ public_key: "ed25519:0" }),
      JSON_TYPE,
      400,
      "invalid_argument",
    ],
    ["POST", "/v1/auth/challenge", JSON.stringify({ public_key: 5 }), JSON_TYPE, 400, "invalid_argument"],
    [
      "POST",
      "/v1/auth/challenge",
      JSON.stringify({ public_key: "x".repeat(BOUNDS.body_bytes_max) }),
      JSON_TYPE,
      413,
      "payload_too_large",
    ],
    [
      "POST",
      "/v1/auth/session",
      JSON.stringify({ ...session, nonce: "12" }),
      JSON_TYPE,
      400,
      "invalid_argument",
    ],
    ["POST", "/v1/auth/session", JSON.stringify(session), JSON_TYPE, 401, "unauthorized"],
    ["GET", "/v1/tasks?limit=0", null, {}, 400, "invalid_argument"],
    ["GET", "/v1/tasks?limit=101", null, {}, 400, "invalid_argument"],
    ["GET", "/v1/tasks?cursor=-1", null, {}, 400, "invalid_argument"],
    ["GET", "/v1/tasks?state=done", null, {}, 400, "invalid_argument"],
    ["GET", "/v1/tasks/one", null, {}, 400, "invalid_argument"],
    ["GET", "/v1/tasks/17", null, {}, 404, "not_found"],
    ["GET", "/v1/receipts/17", null, {}, 404, "not_found"],
    ["GET", "/v1/receipts/1.5", null, {}, 400, "invalid_argument"],
    ["GET", "/v1/modules/abc", null, {}, 400, "invalid_argument"],
    ["GET", `/v1/modules/${HEX}`, null, {}, 404, "not_found"],
    ["PUT", `/v1/modules/${HEX}`, WASM, {}, 401, "unauthorized"],
    ["PUT", `/v1/modules/${HEX}`, WASM, { authorization: "Bearer wrong" }, 401, "unauthorized"],
    ["PUT", `/v1/modules/${HEX}`, WASM, { authorization: "Basic abc" }, 401, "unauthorized"],
    ["PUT", `/v1/modules/${HEX}`, WASM, COMPILER, 409, "hash_mismatch"],
    ["PUT", "/v1/modules/abc", WASM, COMPILER, 400, "invalid_argument"],
    ["PUT", `/v1/modules/${sha256Hex(new Uint8Array(3))}`, new Uint8Array(3), COMPILER, 422, "bad_module"],
    ["GET", "/v1/workers/somebody", null, {}, 400, "invalid_argument"],
    ["GET", `/v1/workers/${KEY}`, null, {}, 404, "not_found"],
    ["GET", "/v1/builds/none", null, {}, 404, "not_found"],
    ["GET", "/v1/builds/none/log", null, {}, 404, "not_found"],
    ["GET", `/v1/builds/${"x".repeat(65)}`, null, {}, 400, "invalid_argument"],
    ["GET", "/v1/worker/socket", null, {}, 400, "invalid_argument"],
    ["POST", "/v1/builds/claim", "{}", JSON_TYPE, 401, "unauthorized"],
    ["POST", "/v1/builds/claim", "{}", { ...JSON_TYPE, ...COMPILER }, 400, "invalid_argument"],
    ["POST", "/v1/builds/x/heartbeat", "{}", { ...JSON_TYPE, ...COMPILER }, 400, "invalid_argument"],
    ["POST", "/v1/builds/x/heartbeat", '{"epoch":1}', { ...JSON_TYPE, ...COMPILER }, 404, "not_found"],
    ["POST", "/v1/builds/x/log", '{"epoch":1}', { ...JSON_TYPE, ...COMPILER }, 400, "invalid_argument"],
    ["POST", "/v1/builds/x/log", JSON.stringify(log), { ...JSON_TYPE, ...COMPILER }, 404, "not_found"],
    ["POST", "/v1/builds/x/complete", "[]", { ...JSON_TYPE, ...COMPILER }, 400, "invalid_argument"],
    [
      "POST",
      "/v1/builds/x/complete",
      JSON.stringify(complete),
      { ...JSON_TYPE, ...COMPILER },
      404,
      "not_found",
    ],
    [
      "POST",
      "/v1/builds/x/fail",
      '{"epoch":1,"code":7}',
      { ...JSON_TYPE, ...COMPILER },
      400,
      "invalid_argument",
    ],
    [
      "POST",
      "/v1/builds/x/fail",
      '{"epoch":1,"code":"","message":""}',
      { ...JSON_TYPE, ...COMPILER },
      404,
      "not_found",
    ],
  ])("%s %s -> %s", async (method, path, body, headers, status, code) => {
    const response = await call(path, { method, headers, body });
    expect(await errorOf(response.clone())).toMatchObject({ code });
    expect(response.status).toBe(status);
  });

  it("refuses a body above 16 MiB as a module", async () => {
    const response = await upload(HEX, new Uint8Array(BOUNDS.module_bytes_max + 1));
    expect([response.status, (await errorOf(response)).code]).toEqual([413, "payload_too_large"]);
  });

  it("names the variable that is missing", async () => {
    expect(() => readConfig({ ...env, CONTRACT_ID: undefined } as never)).toThrow(/CONTRACT_ID/);
    expect(() => readConfig({ ...env, COMPILER_TOKENS: "plain token" } as never)).toThrow(
      /COMPILER_TOKENS.*sha256/,
    );
  });
});

describe("sessions", () => {
  it("are opened with a signature over the challenge", async () => {
    expect((await openSession(signer(2))).split(".")).toHaveLength(3);
  });

  it("are refused for a signature by another key, another nonce, or too late", async () => {
    const worker = signer(2);
    const { public_key } = worker;
    const challenge = (await (await post("/v1/auth/challenge", { public_key })).json()) as {
      nonce: string;
      expires_ms: number;
    };
    const signature = await signer(3).sign(new Uint8Array(1));
    const { nonce, expires_ms } = challenge;
    const codes = [
      { public_key, nonce, expires_ms, signature },
      { public_key, nonce: HEX, expires_ms, signature },
      { public_key, nonce, expires_ms: expires_ms + 1, signature },
      { public_key: KEY, nonce, expires_ms, signature },
      { public_key, nonce, expires_ms: 1, signature },
    ].map(async (body) => (await errorOf(await post("/v1/auth/session", body))).code);
    expect(await Promise.all(codes)).toEqual([
      "bad_signature",
      "unauthorized",
      "unauthorized",
      "unauthorized",
      "session_expired",
    ]);
  });
});

describe("modules", () => {
  it("are kept by their hash, for ever the same, in whole or in part", async () => {
    const sha256 = sha256Hex(WASM);
    expect(await (await upload(sha256, WASM)).json()).toEqual({ sha256, bytes: 8 });
    expect((await upload(sha256, WASM)).status).toBe(200);
    const whole = await call(`/v1/modules/${sha256}`);
    expect(whole.headers.get("cache-control")).toContain("immutable");
    expect(whole.headers.get("access-control-allow-origin")).toBe("*");
    expect(new Uint8Array(await whole.arrayBuffer())).toEqual(WASM);
    const etag = whole.headers.get("etag") as string;
    const again = await call(`/v1/modules/${sha256}`, { headers: { "if-none-match": etag } });
    expect(again.status).toBe(304);
    const part = await call(`/v1/modules/${sha256}`, { headers: { range: "bytes=1-3" } });
    expect([part.status, part.headers.get("content-range")]).toEqual([206, "bytes 1-3/8"]);
    expect(new Uint8Array(await part.arrayBuffer())).toEqual(WASM.slice(1, 4));
    const beyond = await call(`/v1/modules/${sha256}`, { headers: { range: "bytes=8-" } });
    expect(beyond.status).toBe(416);
  });
});

describe("what anybody may read", () => {
  it.each(["/v1/health", "/v1/status", "/v1/stats", "/v1/tasks", "/v1/openapi.json"])(
    "GET %s",
    async (path) => {
      const response = await call(path, { headers: { origin: "https://elsewhere.example" } });
      expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([200, "*"]);
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    },
  );

  it("says so of errors too", async () => {
    const response = await call("/v1/tasks/17", { headers: { origin: "https://elsewhere.example" } });
    expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([404, "*"]);
  });

  it("is not what a stranger's page may write", async () => {
    const response = await post(
      "/v1/auth/challenge",
      { public_key: KEY },
      { origin: "https://elsewhere.example" },
    );
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
  });

  it("has builds of before some fields were in a record, with their defaults", async () => {
    const record = {
      build_id: "old",
      source: { Module: { sha256: "0".repeat(64) } },
      state: "complete",
      module_sha256: "0".repeat(64),
      failure: null,
      builders_needed: 1,
      products: [
        { builder: signer(1).public_key, module_sha256: "0".repeat(64), commit: null, toolchain: "clang 19" },
      ],
      created_ms: 1,
      updated_ms: 2,
    };
    const insert = env.DB.prepare(
      "INSERT INTO builds (build_id, state, updated_ms, detail) VALUES ('old', 'complete', 2, ?)",
    );
    await insert.bind(JSON.stringify(record)).run();
    expect(await (await call("/v1/builds/old")).json()).toEqual({
      ...record,
      language: null,
      refusals: [],
      disputed: false,
      products: [{ ...record.products[0], image: null, tree: null }],
    });
  });

  it("is described by the OpenAPI document, route by route", async () => {
    const document = (await (await call("/v1/openapi.json")).json()) as { paths: Record<string, object> };
    const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(routes.sort()).toEqual([
      "get /v1/builds/{build_id}",
      "get /v1/builds/{build_id}/log",
      "get /v1/health",
      "get /v1/modules/{sha256}",
      "get /v1/pricing",
      "get /v1/receipts/{request_id}",
      "get /v1/stats",
      "get /v1/status",
      "get /v1/tasks",
      "get /v1/tasks/{request_id}",
      "get /v1/worker/socket",
      "get /v1/workers/{public_key}",
      "post /v1/auth/challenge",
      "post /v1/auth/session",
      "post /v1/builds/claim",
      "post /v1/builds/{build_id}/complete",
      "post /v1/builds/{build_id}/fail",
      "post /v1/builds/{build_id}/heartbeat",
      "post /v1/builds/{build_id}/log",
      "post /v1/builds/{build_id}/release",
      "put /v1/modules/{sha256}",
    ]);
  });
});

describe("without a request", () => {
  it("the cron trigger keeps every part going", async () => {
    await wakeAll(env);
    await runInDurableObject(watcher(env), async (_, { storage }) => {
      expect(await storage.getAlarm()).not.toBeNull();
    });
  });
});
