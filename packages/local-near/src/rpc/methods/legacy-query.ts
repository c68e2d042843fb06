// `query` as old clients write it: a path and data in base58. https://docs.near.org/api/rpc/contracts
import { base58, base64 } from "@scure/base";
import * as z from "zod";
import { parseParams } from "../params.ts";
import { parseError } from "../rpc-error.ts";

const PARAMS = z.tuple([z.string(), z.string()]);

/** The query that a path means: `account/A`, `access_key/A[/KEY]`, `code/A`, `contract/A` (state), `call/A/METHOD`. */
export function legacyQuery(params: unknown): object {
  const [path, data] = parseParams(PARAMS, params);
  const [kind, account_id, last] = path.split("/");
  switch (kind) {
    case "account":
      return { request_type: "view_account", account_id };
    case "access_key":
      return last === undefined
        ? { request_type: "view_access_key_list", account_id }
        : { request_type: "view_access_key", account_id, public_key: last };
    case "code":
      return { request_type: "view_code", account_id };
    case "contract":
      return { request_type: "view_state", account_id, prefix_base64: fromBase58(data) };
    case "call":
      return { request_type: "call_function", account_id, method_name: last, args_base64: fromBase58(data) };
    default:
      throw parseError(`Failed parsing args: not a query path: ${path}`);
  }
}

function fromBase58(text: string): string {
  try {
    return base64.encode(base58.decode(text));
  } catch {
    throw parseError("Failed parsing args: not base58");
  }
}
