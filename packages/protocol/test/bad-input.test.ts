import { describe, expect, it } from "vitest";
import {
  coordinatorFrame,
  ERROR_CODES,
  fromNearText,
  isStatus,
  OffshoreError,
  parse,
  parseEventLog,
  signerFromSeed,
  source,
  TRAP_KINDS,
  workerFrame,
} from "../src/index.ts";

const key = signerFromSeed(new Uint8Array(32)).public_key;

describe("statuses", () => {
  const good = ["ok", "exit:1", "exit:255", ...TRAP_KINDS.map((kind) => `trap:${kind}`), "out_of_memory"];
  const bad = [
    "",
    "OK",
    "exit:0",
    "exit:256",
    "exit:01",
    "exit:1.5",
    "exit:",
    "exit:-1",
    "trap:",
    "trap:sigsegv",
  ];
  it.each(good)("%s is one", (text) => expect(isStatus(text)).toBe(true));
  it.each(bad)("%j is none", (text) => expect(isStatus(text)).toBe(false));
});

describe("NEAR text of keys", () => {
  it.each([
    ["secp256k1:abc", "does not start with ed25519:"],
    ["ed25519:0OIl", "is not base58"],
    ["ed25519:111", "has 3 bytes"],
    [`ed25519:${"1".repeat(200)}`, "is too long"],
  ])("%s", (text, why) => {
    expect(() => fromNearText(text, 32)).toThrow(why);
    expect(() => fromNearText(text, 32)).toThrow(OffshoreError);
  });
});

describe("schemas name the field and the reason", () => {
  const frame = (fields: object) => ({ v: 1, type: "commit", assignment: "a", epoch: 0, ...fields });
  it.each([
    [{ v: 2, type: "pong" }, "v"],
    [{ v: 1, type: "dance" }, "type"],
    [null, "expected"],
    [[], "expected"],
    [frame({ commitment: "abc" }), "commitment"],
    [frame({ commitment: "A".repeat(64) }), "commitment"],
    [frame({ commitment: "a".repeat(64), epoch: -1 }), "epoch"],
    [frame({ commitment: "a".repeat(64), assignment: "" }), "assignment"],
    [{ v: 1, type: "progress", assignment: "a", epoch: 0, instructions: 1.5 }, "instructions"],
    [{ v: 1, type: "ready", slots: 1e9 }, "slots"],
    [{ v: 1, type: "hello", token: "", engine: "v8", cores: 2, features: [] }, "token"],
  ])("worker frame %j", (value, field) => {
    expect(() => parse(workerFrame, value, "frame", "invalid_frame")).toThrow(field);
  });

  it.each([
    [{ GitHub: { repo: "r", commit: "a b", build_target: "wasm32-wasip1", module_sha256: null } }, "commit"],
    [{ Module: { sha256: "x" } }, "sha256"],
    [{ Module: { sha256: "a".repeat(64) }, extra: 1 }, "extra"],
    [{}, "source"],
  ])("source %j", (value, text) => {
    expect(() => parse(source, value, "source")).toThrow(text);
  });

  it("accepts every frame without extras", () => {
    const ping = { v: 1, type: "ping" };
    expect(coordinatorFrame.parse(ping)).toEqual(ping);
    const welcome = {
      v: 1,
      type: "welcome",
      worker: { public_key: key, account_id: "a.near", active: true },
      config: { heartbeat_ms: 1, progress_ms: 1 },
      live: [],
    };
    expect(coordinatorFrame.parse(welcome)).toEqual(welcome);
  });
});

describe("event logs", () => {
  it.each(["", "hello", "EVENT_JSON:", "EVENT_JSON:{", 'EVENT_JSON:{"standard":"nep171"}'])(
    "%j is none of ours",
    (log) => expect(parseEventLog(log)).toBeNull(),
  );
});

describe("errors", () => {
  it("carry their HTTP status and wire form", () => {
    const error = new OffshoreError("overloaded", "too many tasks wait");
    expect(error.status).toBe(503);
    expect(error.toBody()).toEqual({
      error: { code: "overloaded", message: "too many tasks wait", retryable: true },
    });
  });
  it.each(Object.entries(ERROR_CODES))("%s has an error status", (_code, { status }) => {
    expect(status).toBeGreaterThanOrEqual(400);
  });
});
