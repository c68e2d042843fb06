// What near-sandbox adds to a node: changing the state from outside and skipping time.
import { base64 } from "@scure/base";
import * as z from "zod";
import { sha256Hash } from "../../encoding/hash.ts";
import { FAST_FORWARD_BLOCKS_MAX } from "../../limits.ts";
import { State } from "../../state/state.ts";
import type { AccessKey } from "../../types.ts";
import type { Node } from "../node.ts";
import { PUBLIC_KEY, parseParams } from "../params.ts";
import { parseError } from "../rpc-error.ts";

const YOCTO = z.string().regex(/^\d+$/).transform(BigInt);
const BYTES = z.base64().transform((text) => base64.decode(text));
const PERMISSION = z.union([
  z.literal("FullAccess"),
  z.object({
    FunctionCall: z.object({
      allowance: YOCTO.nullable(),
      receiver_id: z.string(),
      method_names: z.array(z.string()),
    }),
  }),
]);
const RECORD = z.union([
  z.object({
    Account: z.object({
      account_id: z.string(),
      account: z.object({
        amount: YOCTO,
        locked: YOCTO,
        code_hash: z.string(),
        storage_usage: z.number().int().nonnegative(),
      }),
    }),
  }),
  z.object({ Data: z.object({ account_id: z.string(), data_key: BYTES, value: BYTES }) }),
  z.object({ Contract: z.object({ account_id: z.string(), code: BYTES }) }),
  z.object({
    AccessKey: z.object({
      account_id: z.string(),
      public_key: PUBLIC_KEY,
      access_key: z.object({ nonce: z.number().int().nonnegative(), permission: PERMISSION }),
    }),
  }),
]);
type StateRecord = z.infer<typeof RECORD>;

const NO_CODE_HASH = "11111111111111111111111111111111";

/** Applies records in order and makes a block, so that nobody sees a block change under its hash. */
export async function sandboxPatchState({ chain }: Node, params: unknown) {
  const { records } = parseParams(z.object({ records: z.array(RECORD) }), params);
  const state = new State(chain.data.world);
  for (const record of records) patch(state, record);
  state.commit();
  chain.produceBlock();
  return {};
}

function patch(state: State, record: StateRecord): void {
  if ("Account" in record) {
    const { account_id, account } = record.Account;
    const code_hash = account.code_hash === NO_CODE_HASH ? null : account.code_hash;
    state.setAccount(account_id, { ...account, code_hash });
  } else if ("Data" in record) {
    const { account_id, data_key, value } = record.Data;
    state.setData(account_id, Buffer.from(data_key).toString("latin1"), value);
  } else if ("Contract" in record) {
    patchContract(state, record.Contract.account_id, record.Contract.code);
  } else {
    const { account_id, public_key, access_key } = record.AccessKey;
    state.setAccessKey(account_id, public_key, readAccessKey(access_key));
  }
}

/** The account must have the code's hash already, as in near-sandbox. */
function patchContract(state: State, account_id: string, code: Uint8Array): void {
  const code_hash = sha256Hash(code);
  const account = state.account(account_id);
  if (account?.code_hash !== code_hash) {
    throw parseError(`Failed parsing args: account ${account_id} does not have code hash ${code_hash}`);
  }
  state.setCode(account_id, account, code_hash, code);
}

function readAccessKey({
  nonce,
  permission,
}: {
  nonce: number;
  permission: z.infer<typeof PERMISSION>;
}): AccessKey {
  return {
    nonce: BigInt(nonce),
    permission: permission === "FullAccess" ? permission : permission.FunctionCall,
  };
}

export async function sandboxFastForward(node: Node, params: unknown) {
  const schema = z.object({ delta_height: z.number().int().min(1).max(FAST_FORWARD_BLOCKS_MAX) });
  node.chain.fastForward(parseParams(schema, params).delta_height);
  await node.kick();
  return {};
}
