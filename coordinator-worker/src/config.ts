import { accountId, firstIssue, OffshoreError } from "@near-offshore/protocol";
import * as z from "zod";
import type { Env } from "./env.ts";

const list = z
  .string()
  .transform((text) => text.split(",").map((item) => item.trim()))
  .transform((items) => items.filter((item) => item !== ""));
const url = z.url({ protocol: /^https?$/ });

const schema = z.object({
  CONTRACT_ID: accountId,
  RPC_URLS: list.pipe(z.array(url).min(1)),
  FEED_URL: z.union([z.literal("").transform(() => undefined), url]).optional(),
  OPERATOR_ACCOUNT_ID: accountId,
  OPERATOR_PRIVATE_KEY: z.string().startsWith("ed25519:"),
  SESSION_SECRET: z.string().min(32),
  COMPILER_TOKENS: list.pipe(
    z.array(z.string().regex(/^[0-9a-f]{64}$/, "expected the sha256 of a token, in hex")).min(1),
  ),
  COORDINATOR_ORIGIN: url.transform((text) => new URL(text).origin),
  POLL_MS: z.coerce.number().int().min(20).max(60_000).default(600),
});

/** The coordinator's configuration, from wrangler variables and secrets. docs: coordinator-worker/README.md. */
export interface Config {
  readonly contract_id: string;
  readonly network_id: "mainnet" | "testnet" | "local";
  /** Tried in order; the next one when one fails. */
  readonly rpc_urls: readonly string[];
  /** A block feed in the neardata format, for speed; without it the RPC alone is asked. */
  readonly feed_url: string | undefined;
  readonly operator_account_id: string;
  /** `ed25519:<base58>`; a secret. */
  readonly operator_private_key: string;
  readonly session_secret: string;
  /** sha256, in hex, of the bearer tokens of compiler services. */
  readonly compiler_token_hashes: readonly string[];
  /** Where workers reach this coordinator; part of what they sign. */
  readonly coordinator_origin: string;
  /** How often the chain is asked for a new final block. */
  readonly poll_ms: number;
}

const configs = new WeakMap<Env, Config>();

/**
 * The configuration of this environment, checked once.
 * @throws OffshoreError `internal` naming the first variable that is missing or malformed.
 */
export function readConfig(env: Env): Config {
  const known = configs.get(env);
  if (known !== undefined) return known;
  const result = schema.safeParse(env);
  if (!result.success) throw new OffshoreError("internal", `configuration: ${firstIssue(result.error)}`);
  const vars = result.data;
  const config: Config = {
    contract_id: vars.CONTRACT_ID,
    network_id: networkOf(vars.CONTRACT_ID),
    rpc_urls: vars.RPC_URLS,
    feed_url: vars.FEED_URL,
    operator_account_id: vars.OPERATOR_ACCOUNT_ID,
    operator_private_key: vars.OPERATOR_PRIVATE_KEY,
    session_secret: vars.SESSION_SECRET,
    compiler_token_hashes: vars.COMPILER_TOKENS,
    coordinator_origin: vars.COORDINATOR_ORIGIN,
    poll_ms: vars.POLL_MS,
  };
  configs.set(env, config);
  return config;
}

/** As docs/protocol.md says: the network follows from the contract id's suffix. */
function networkOf(contract_id: string): Config["network_id"] {
  if (contract_id.endsWith(".near")) return "mainnet";
  return contract_id.endsWith(".testnet") ? "testnet" : "local";
}
