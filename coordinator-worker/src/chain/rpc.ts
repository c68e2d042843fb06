import { OffshoreError } from "@near-offshore/protocol";
import * as z from "zod";
import { fromBase64, textToBase64, toBase64 } from "../base64.ts";
import { fetchText } from "../fetch-text.ts";
import { BOUNDS } from "../limits.ts";

/** The node understood and said no. `cause` is NEAR's stable name, such as `UNKNOWN_TRANSACTION`. */
export class RpcError extends Error {
  readonly cause_name: string;
  constructor(cause_name: string, message: string) {
    super(message);
    this.name = "RpcError";
    this.cause_name = cause_name;
  }
}

const reply = z.object({
  result: z.unknown().optional(),
  error: z
    .object({
      cause: z.object({ name: z.string() }).optional(),
      message: z.string().optional(),
      data: z.unknown().optional(),
    })
    .optional(),
});

/** Said by a node that is in trouble itself: another one may do better. */
const NODE_TROUBLE = [
  "INTERNAL_ERROR",
  "TIMEOUT_ERROR",
  "UNAVAILABLE_SHARD",
  "NO_SYNCED_BLOCKS",
  "NOT_SYNCED_YET",
];

/** NEAR JSON-RPC over one or several nodes: the next one when one is down, slow or behind. */
export class NearRpc {
  readonly #urls: readonly string[];

  constructor(urls: readonly string[]) {
    this.#urls = urls;
  }

  /**
   * Calls one method.
   * @throws RpcError where the node refused; OffshoreError `chain_unavailable` where no node answered.
   */
  async call(method: string, params: unknown): Promise<unknown> {
    let trouble: unknown;
    for (const url of this.#urls) {
      try {
        return await callNode(url, method, params);
      } catch (error) {
        if (error instanceof RpcError && !NODE_TROUBLE.includes(error.cause_name)) throw error;
        trouble = error;
      }
    }
    const reason = trouble instanceof Error ? trouble.message : String(trouble);
    throw new OffshoreError("chain_unavailable", `${method}: ${reason}`, { cause: trouble });
  }

  /** What a view method of a contract answers, at the last final block. */
  async view<T extends z.ZodType>(
    contract_id: string,
    method: string,
    args: unknown,
    schema: T,
  ): Promise<z.output<T>> {
    return (await this.viewAt(contract_id, method, args, schema)).value;
  }

  /** The same with the height of the block it was read at: nodes may lag behind one another. */
  async viewAt<T extends z.ZodType>(
    contract_id: string,
    method: string,
    args: unknown,
    schema: T,
  ): Promise<{ value: z.output<T>; block_height: number }> {
    const result = await this.call("query", {
      request_type: "call_function",
      finality: "final",
      account_id: contract_id,
      method_name: method,
      args_base64: textToBase64(JSON.stringify(args)),
    });
    const answer = z.object({ result: z.array(z.number()), block_height: z.int() }).safeParse(result);
    if (!answer.success) throw new RpcError("CONTRACT_EXECUTION_ERROR", viewError(result));
    const text = new TextDecoder().decode(Uint8Array.from(answer.data.result));
    const parsed = schema.safeParse(text === "" ? null : JSON.parse(text));
    if (parsed.success) return { value: parsed.data, block_height: answer.data.block_height };
    throw new OffshoreError("internal", `${contract_id}.${method}: ${z.prettifyError(parsed.error)}`);
  }

  async finalBlock(): Promise<{ height: number; hash: string }> {
    const block = z.object({ header: z.object({ height: z.int(), hash: z.string() }) });
    return block.parse(await this.call("block", { finality: "final" })).header;
  }

  /** Nonce that the next transaction of this key has to exceed, at the last final block. */
  async accessKeyNonce(account_id: string, public_key: string): Promise<bigint> {
    const result = await this.call("query", {
      request_type: "view_access_key",
      finality: "final",
      account_id,
      public_key,
    });
    const key = z.object({ nonce: z.number() }).safeParse(result);
    if (key.success) return BigInt(key.data.nonce);
    throw new RpcError("UNKNOWN_ACCESS_KEY", `${account_id} has no key ${public_key}`);
  }

  /** Sends a signed transaction and waits until it is final, or until the node gives up waiting. */
  async sendTransaction(bytes: Uint8Array): Promise<TransactionResult> {
    return readResult(await this.call("send_tx", { signed_tx_base64: toBase64(bytes), wait_until: "FINAL" }));
  }

  /** @throws RpcError `UNKNOWN_TRANSACTION` where the chain never saw it. */
  async transaction(tx_hash: string, sender_account_id: string): Promise<TransactionResult> {
    return readResult(await this.call("tx", { tx_hash, sender_account_id, wait_until: "NONE" }));
  }
}

export type TransactionResult =
  | { state: "pending" }
  | { state: "success"; value: string }
  | { state: "failure"; message: string };

/** The part of NEAR's FinalExecutionOutcome that decides. */
export function readResult(result: unknown): TransactionResult {
  const outcome = z
    .object({ final_execution_status: z.string().optional(), status: z.unknown() })
    .safeParse(result);
  if (!outcome.success) return { state: "pending" };
  const { final_execution_status, status } = outcome.data;
  const success = z.object({ SuccessValue: z.string() }).safeParse(status);
  const failure = z.object({ Failure: z.unknown() }).safeParse(status);
  // Executed in a block that may still be dropped is not executed.
  const final = final_execution_status === undefined || final_execution_status === "FINAL";
  if (!final || (!success.success && !failure.success)) return { state: "pending" };
  if (success.success)
    return { state: "success", value: new TextDecoder().decode(fromBase64(success.data.SuccessValue)) };
  return { state: "failure", message: failureMessage(failure.data?.Failure) };
}

/** A contract's own words (`code: sentence`) where it panicked, else the whole of what the chain says. */
function failureMessage(failure: unknown): string {
  const text = JSON.stringify(failure);
  const panic = /"ExecutionError":("Smart contract panicked: (?:[^"\\]|\\.)*")/.exec(text)?.[1];
  if (panic === undefined) return text.slice(0, 2_000);
  return (JSON.parse(panic) as string).replace("Smart contract panicked: ", "").slice(0, 2_000);
}

async function callNode(url: string, method: string, params: unknown): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: "offshore", method, params });
  const headers = { "content-type": "application/json" };
  const { status, text } = await fetchText(url, { method: "POST", headers, body }, BOUNDS.rpc_timeout_ms);
  const parsed = reply.safeParse(safeJson(text));
  if (!parsed.success) throw new RpcError("INTERNAL_ERROR", `HTTP ${status} without a JSON-RPC body`);
  const { error, result } = parsed.data;
  if (error === undefined) return result;
  const detail =
    typeof error.data === "string" ? error.data : JSON.stringify(error.data ?? error.cause ?? "");
  throw new RpcError(
    error.cause?.name ?? "INTERNAL_ERROR",
    `${error.message ?? "error"}: ${detail}`.slice(0, 2_000),
  );
}

function viewError(result: unknown): string {
  const old = z.object({ error: z.string() }).safeParse(result);
  return old.success ? old.data.error.slice(0, 2_000) : "the view gave no result";
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
