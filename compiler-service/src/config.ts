import { readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { hexToBytes, OffshoreError } from "@near-offshore/protocol";
import { LIMITS } from "./limits.ts";

/** Where sources may come from. */
export interface SourcePolicy {
  /** Host names, lowercase, matched whole. */
  allowed_hosts: readonly string[];
  /** Whether `file:` and http to this machine are allowed too. For development. */
  allow_local: boolean;
}

export interface Config {
  coordinator_url: URL;
  compiler_token: string;
  builder_seed: Uint8Array;
  sources: SourcePolicy;
  poll_ms: number;
  backend: BackendChoice;
  /** Where the container engine listens, as Docker's own client is told it; undefined: Docker's default. */
  docker_host: string | undefined;
  cache_dir: string;
  /** Port of `/health` on 127.0.0.1; null: no such server. 0: a free one. */
  health_port: number | null;
}

/** `auto`: in the container engine what it has images for, the rest in the embedded compilers. */
export type BackendChoice = "auto" | "docker" | "wasm";

type Environment = Record<string, string | undefined>;

/**
 * Reads the environment.
 * @throws OffshoreError `invalid_argument` naming the first variable that is missing or wrong, and what it should be.
 */
export function readConfig(env: Environment): Config {
  return {
    coordinator_url: coordinatorUrl(required(env, "COORDINATOR_URL", "the coordinator's http(s) address")),
    compiler_token: required(
      env,
      "COMPILER_TOKEN",
      "the bearer token that the coordinator gave this compiler",
    ),
    builder_seed: builderSeed(
      required(env, "BUILDER_SEED", "the builder key: 64 hex characters, or a file of them"),
    ),
    sources: {
      allowed_hosts: hosts(env.ALLOWED_SOURCES ?? "github.com,gitlab.com,codeberg.org"),
      allow_local: flag(env, "ALLOW_LOCAL_SOURCES"),
    },
    poll_ms: integer(env, "POLL_MS", LIMITS.poll_ms_default, 10, LIMITS.poll_ms_max),
    backend: backendChoice(env.BACKEND || "auto"),
    docker_host: env.DOCKER_HOST || undefined,
    cache_dir: path.resolve(env.CACHE_DIR || path.join(os.homedir(), ".cache", "near-offshore-compiler")),
    health_port: env.PORT ? integer(env, "PORT", 0, 0, 65_535) : null,
  };
}

function wrong(name: string, problem: string): OffshoreError {
  return new OffshoreError("invalid_argument", `${name} ${problem}`);
}

function required(env: Environment, name: string, what: string): string {
  const value = env[name]?.trim();
  if (!value) throw wrong(name, `is not set; expected ${what}`);
  return value;
}

function coordinatorUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !["http:", "https:"].includes(url.protocol))
    throw wrong("COORDINATOR_URL", `is not an http(s) address: ${text}`);
  return url;
}

function builderSeed(value: string): Uint8Array {
  let hex = value;
  if (!/^[0-9a-fA-F]{64}$/.test(value)) {
    try {
      hex = readFileSync(value, "utf8").trim();
    } catch (cause) {
      if (/^[0-9a-fA-F]+$/.test(value))
        throw wrong("BUILDER_SEED", `has ${value.length} hex characters; expected 64`);
      throw wrong("BUILDER_SEED", `cannot be read as a file: ${(cause as Error).message}`);
    }
    if (!/^[0-9a-fA-F]{64}$/.test(hex))
      throw wrong("BUILDER_SEED", "names a file that does not hold 64 hex characters");
  }
  return hexToBytes(hex);
}

function hosts(text: string): string[] {
  const names = text
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
  const bad = names.find((name) => !/^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(name));
  if (bad !== undefined)
    throw wrong("ALLOWED_SOURCES", `is not a comma-separated list of host names: ${bad}`);
  return names;
}

function backendChoice(value: string): BackendChoice {
  if (value !== "auto" && value !== "docker" && value !== "wasm")
    throw wrong("BACKEND", `is ${value}; expected auto, docker or wasm`);
  return value;
}

function flag(env: Environment, name: string): boolean {
  const value = env[name] ?? "";
  if (value !== "" && value !== "0" && value !== "1") throw wrong(name, `is ${value}; expected 1 or 0`);
  return value === "1";
}

function integer(env: Environment, name: string, fallback: number, min: number, max: number): number {
  const text = env[name];
  if (text === undefined || text === "") return fallback;
  const value = Number(text);
  if (!/^[0-9]+$/.test(text) || value < min || value > max)
    throw wrong(name, `is ${text}; expected a whole number from ${min} to ${max}`);
  return value;
}
