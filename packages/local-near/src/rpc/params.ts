// Reading the parameters of requests.
import * as z from "zod";
import type { ChainData } from "../chain/chain-data.ts";
import { publicKeyFromBytes, publicKeyToBytes } from "../encoding/keys.ts";
import type { Block } from "../types.ts";
import { handlerError, parseError } from "./rpc-error.ts";

const block_id = z.union([z.number().int().nonnegative(), z.string()]);

/** How a request names a block; nothing at all means the newest. */
export const BLOCK_REFERENCE = z.object({
  block_id: block_id.nullish(),
  finality: z.enum(["optimistic", "near-final", "final"]).nullish(),
  sync_checkpoint: z.enum(["genesis", "earliest_available"]).nullish(),
});

/** A public key as a node reads it: without its curve it is an Ed25519 key. */
export const PUBLIC_KEY = z.string().transform((text, context) => {
  try {
    return publicKeyFromBytes(publicKeyToBytes(text));
  } catch {
    context.addIssue({ code: "custom", message: `invalid public key ${text}` });
    return z.NEVER;
  }
});

export type BlockReference = z.infer<typeof BLOCK_REFERENCE>;

/** Parses parameters or throws the PARSE_ERROR that a node answers. */
export function parseParams<T>(schema: z.ZodType<T>, params: unknown): T {
  const parsed = schema.safeParse(params ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const path = issue.path.length > 0 ? `${issue.path.join(".")}: ` : "";
  throw parseError(`Failed parsing args: ${path}${issue.message}`);
}

/** Positional parameters as an object with these names; an object as it is. */
export function named(params: unknown, ...names: string[]): unknown {
  if (!Array.isArray(params)) return params;
  return Object.fromEntries(params.map((value, index) => [names[index] ?? `${index}`, value]));
}

/** The block that a reference names. Throws UNKNOWN_BLOCK. */
export function findBlock(data: ChainData, reference: BlockReference): Block {
  const { block_id, sync_checkpoint } = reference;
  const oldest = data.config.genesis_height;
  const named_height = typeof block_id === "string" ? data.heights.get(block_id) : block_id;
  const height = sync_checkpoint
    ? oldest
    : block_id === null || block_id === undefined
      ? data.head_height
      : named_height;
  const block = height === undefined || height === null ? undefined : data.blocks.get(height);
  if (block) return block;
  throw handlerError(
    "UNKNOWN_BLOCK",
    { block_reference: { block_id } },
    `DB Not Found Error: BLOCK: ${block_id}`,
  );
}
