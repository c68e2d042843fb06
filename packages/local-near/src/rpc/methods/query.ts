// `query`: the state of accounts, keys, code, data, and view calls. Only the newest block's state is kept.
import { base64 } from "@scure/base";
import * as z from "zod";
import { UnknownAccount, ViewCallFailed } from "../../chain/view-call.ts";
import { isValidAccountId } from "../../encoding/account-id.ts";
import { CHAIN_LIMITS } from "../../parameters.ts";
import type { Account, Block } from "../../types.ts";
import { callErrorJson } from "../../vm/call-error.ts";
import type { Node } from "../node.ts";
import { BLOCK_REFERENCE, findBlock, PUBLIC_KEY, parseParams } from "../params.ts";
import { handlerError, parseError } from "../rpc-error.ts";
import { accessKeyView, accountView } from "../views.ts";
import { legacyQuery } from "./legacy-query.ts";

const BASE64 = z.string().transform((text, context) => {
  try {
    return base64.decode(text);
  } catch {
    context.addIssue({ code: "custom", message: "not base64" });
    return z.NEVER;
  }
});

const QUERY = z.intersection(
  BLOCK_REFERENCE,
  z.discriminatedUnion("request_type", [
    z.object({ request_type: z.literal("view_account"), account_id: z.string() }),
    z.object({ request_type: z.literal("view_access_key"), account_id: z.string(), public_key: PUBLIC_KEY }),
    z.object({ request_type: z.literal("view_access_key_list"), account_id: z.string() }),
    z.object({ request_type: z.literal("view_code"), account_id: z.string() }),
    z.object({ request_type: z.literal("view_state"), account_id: z.string(), prefix_base64: BASE64 }),
    z.object({
      request_type: z.literal("call_function"),
      account_id: z.string(),
      method_name: z.string(),
      args_base64: BASE64,
    }),
  ]),
);

type Query = z.infer<typeof QUERY>;

/** `query`. Where a key is not there or a view fails, the answer is a result with an `error`, for the sake of old clients. */
export async function query(node: Node, params: unknown) {
  try {
    return answer(node, Array.isArray(params) ? legacyQuery(params) : params);
  } catch (error) {
    if (error instanceof FailedQuery) return { error: error.message, logs: [], ...error.at };
    throw error;
  }
}

/** `EXPERIMENTAL_view_account` and its like: a query of one kind, all of whose failures are errors. */
export function queryOf(request_type: Query["request_type"]) {
  return async (node: Node, params: unknown) => {
    try {
      return answer(node, { ...(params as object | null), request_type });
    } catch (error) {
      if (error instanceof FailedQuery)
        throw handlerError(error.cause_name, { ...error.info, ...error.at }, error.message);
      throw error;
    }
  };
}

function answer({ chain }: Node, params: unknown) {
  const request = parseParams(QUERY, params);
  const block = findBlock(chain.data, request);
  checkIsNewest(chain.head, block);
  const at = { block_height: block.height, block_hash: block.hash };
  if (!isValidAccountId(request.account_id)) {
    throw parseError(`Failed parsing args: invalid account id ${request.account_id}`);
  }
  if (request.request_type === "call_function") return { ...callFunction(chain, request, at), ...at };
  const account = chain.account(request.account_id);
  if (!account) throw unknownAccount(request.account_id, at);
  return { ...viewOf(chain, request, account, at), ...at };
}

type At = { block_height: number; block_hash: string };

/** A query that was understood and has no answer, and how a node names that. */
class FailedQuery extends Error {
  override name = "FailedQuery";
  readonly cause_name: string;
  readonly info: object;
  readonly at: At;

  constructor(cause_name: string, info: object, message: string, at: At) {
    super(message);
    this.cause_name = cause_name;
    this.info = info;
    this.at = at;
  }
}

type View<T extends Query["request_type"]> = Extract<Query, { request_type: T }>;

function checkIsNewest(head: Block, block: Block): void {
  if (block.height === head.height) return;
  const info = { block_height: block.height, block_hash: block.hash };
  const data = `local-near keeps the state of the newest block only; block ${block.height} is older`;
  throw handlerError("GARBAGE_COLLECTED_BLOCK", info, data);
}

function viewOf(chain: Node["chain"], request: Query, account: Account, at: At) {
  switch (request.request_type) {
    case "view_account":
      return accountView(account);
    case "view_access_key":
      return viewAccessKey(chain, request, at);
    case "view_access_key_list":
      return viewAccessKeyList(chain, request.account_id);
    case "view_code":
      return viewCode(chain, request.account_id, account, at);
    case "view_state":
      return viewState(chain, request, account, at);
    default:
      throw new TypeError(`not a view: ${request.request_type}`);
  }
}

function viewAccessKey(chain: Node["chain"], { account_id, public_key }: View<"view_access_key">, at: At) {
  const access_key = chain.data.world.access_keys.get(account_id)?.get(public_key);
  if (access_key) return accessKeyView(access_key);
  const message = `access key ${public_key} does not exist while viewing`;
  throw new FailedQuery("UNKNOWN_ACCESS_KEY", { public_key }, message, at);
}

function viewAccessKeyList(chain: Node["chain"], account_id: string) {
  const keys = [...(chain.data.world.access_keys.get(account_id) ?? [])];
  return {
    keys: keys.map(([public_key, access_key]) => ({ public_key, access_key: accessKeyView(access_key) })),
  };
}

function viewCode(chain: Node["chain"], contract_account_id: string, { code_hash }: Account, at: At) {
  const code = code_hash ? chain.data.world.codes.get(code_hash) : undefined;
  if (!code) {
    const data = `Contract code for contract ID ${contract_account_id} has never been observed on the node`;
    throw handlerError("NO_CONTRACT_CODE", { contract_account_id, ...at }, data);
  }
  return { code_base64: base64.encode(code), hash: code_hash };
}

function viewState(
  chain: Node["chain"],
  { account_id, prefix_base64 }: View<"view_state">,
  account: Account,
  at: At,
) {
  const code = account.code_hash ? (chain.data.world.codes.get(account.code_hash)?.length ?? 0) : 0;
  if (account.storage_usage - code > CHAIN_LIMITS.too_large_contract_state) {
    const data = `State of contract ${account_id} is too large to be viewed`;
    throw handlerError("TOO_LARGE_CONTRACT_STATE", { contract_account_id: account_id, ...at }, data);
  }
  const prefix = Buffer.from(prefix_base64).toString("latin1");
  const entries = [...(chain.data.world.contract_data.get(account_id) ?? [])];
  const matching = entries.filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
  const values = matching.map(([key, value]) => ({
    key: Buffer.from(key, "latin1").toString("base64"),
    value: base64.encode(value),
  }));
  return { values };
}

function callFunction(chain: Node["chain"], request: View<"call_function">, at: At) {
  try {
    const { result, logs } = chain.view(request.account_id, request.method_name, request.args_base64);
    return { result: [...result], logs };
  } catch (error) {
    if (error instanceof UnknownAccount) throw unknownAccount(request.account_id, at);
    if (!(error instanceof ViewCallFailed)) throw error;
    const info = { vm_error: callErrorJson(error.call_error) };
    throw new FailedQuery("CONTRACT_EXECUTION_ERROR", info, error.message, at);
  }
}

function unknownAccount(requested_account_id: string, at: At) {
  const data = `account ${requested_account_id} does not exist while viewing`;
  return handlerError("UNKNOWN_ACCOUNT", { requested_account_id, ...at }, data);
}
