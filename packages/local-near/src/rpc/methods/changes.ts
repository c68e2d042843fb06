// What a block changed in the state.
import { base64 } from "@scure/base";
import * as z from "zod";
import type { ChainData } from "../../chain/chain-data.ts";
import type { StateChange } from "../../state/state.ts";
import type { Block } from "../../types.ts";
import type { Node } from "../node.ts";
import { BLOCK_REFERENCE, findBlock, PUBLIC_KEY, parseParams } from "../params.ts";
import { handlerError } from "../rpc-error.ts";
import { accessKeyView, accountView } from "../views.ts";

const ACCOUNTS = z.object({ account_ids: z.array(z.string()) });
const KEYS = z.array(z.object({ account_id: z.string(), public_key: PUBLIC_KEY }));
const REQUEST = BLOCK_REFERENCE.and(
  z.discriminatedUnion("changes_type", [
    ACCOUNTS.extend({ changes_type: z.literal("account_changes") }),
    ACCOUNTS.extend({ changes_type: z.literal("all_access_key_changes") }),
    ACCOUNTS.extend({ changes_type: z.literal("data_changes"), key_prefix_base64: z.base64() }),
    ACCOUNTS.extend({ changes_type: z.literal("contract_code_changes") }),
    z.object({ changes_type: z.literal("single_access_key_changes"), keys: KEYS }),
  ]),
);
type Request = z.infer<typeof REQUEST>;

/** `changes` and `EXPERIMENTAL_changes`. The newest 1,000 blocks only. */
export async function stateChanges({ chain }: Node, params: unknown) {
  const request = parseParams(REQUEST, params);
  const block = findBlock(chain.data, request);
  const changes = changesOf(chain, block).filter((change) => isWanted(request, change));
  return { block_hash: block.hash, changes: changes.map((change) => changeView(chain.data, change)) };
}

/** `EXPERIMENTAL_changes_in_block`: which accounts a block touched, and how. */
export async function changesInBlock({ chain }: Node, params: unknown) {
  const block = findBlock(chain.data, parseParams(BLOCK_REFERENCE, params));
  const touched = changesOf(chain, block).map(({ of, account_id }) => `${of}_touched ${account_id}`);
  const changes = [...new Set(touched)].map((text) => {
    const [type, account_id] = text.split(" ");
    return { type, account_id };
  });
  return { block_hash: block.hash, changes };
}

function changesOf({ data }: Node["chain"], { height, hash }: Block): StateChange[] {
  const changes = data.changes.get(height);
  if (changes) return changes;
  const info = { block_height: height, block_hash: hash };
  throw handlerError("GARBAGE_COLLECTED_BLOCK", info, `The changes of block ${height} are not kept any more`);
}

function isWanted(request: Request, change: StateChange): boolean {
  if (request.changes_type === "single_access_key_changes") {
    const { of, account_id } = change;
    if (of !== "access_key") return false;
    return request.keys.some((key) => key.account_id === account_id && key.public_key === change.public_key);
  }
  if (!request.account_ids.includes(change.account_id)) return false;
  if (request.changes_type === "account_changes") return change.of === "account";
  if (request.changes_type === "all_access_key_changes") return change.of === "access_key";
  if (request.changes_type === "contract_code_changes") return change.of === "contract_code";
  const prefix = Buffer.from(request.key_prefix_base64, "base64").toString("latin1");
  return change.of === "data" && change.key.startsWith(prefix);
}

/** A change as `changes` and the block feed show it. */
export function changeView(data: ChainData, change: StateChange) {
  const { account_id, cause, of, value } = change;
  const type = `${of}_${value === undefined ? "deletion" : "update"}`;
  return { cause, type, change: { account_id, ...changedView(data, change) } };
}

function changedView({ world }: ChainData, change: StateChange) {
  switch (change.of) {
    case "account":
      return change.value ? accountView(change.value) : {};
    case "access_key": {
      const { public_key, value } = change;
      return value ? { public_key, access_key: accessKeyView(value) } : { public_key };
    }
    case "contract_code":
      return change.value ? { code_base64: base64.encode(world.codes.get(change.value)!) } : {};
    case "data": {
      const key_base64 = Buffer.from(change.key, "latin1").toString("base64");
      return change.value ? { key_base64, value_base64: base64.encode(change.value) } : { key_base64 };
    }
  }
}
