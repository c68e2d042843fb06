import { parse, parseEventLog, type TaskDetail, taskDetail } from "@near-offshore/protocol";
import type { Account } from "near-api-js";
import { LIMITS } from "./limits.ts";
import { until } from "./log.ts";
import { CONTRACT_ID } from "./network.ts";

const GAS = 300_000_000_000_000n;
const DEPOSIT_YOCTO = 100_000_000_000_000_000_000_000n;

export interface Call {
  caller: Account;
  contract_id?: string;
  method?: string;
  args: object;
  deposit_yocto?: bigint;
}

export interface SentRequest {
  request_id: number;
  request_tx: string;
  /** Resolves when the whole transaction is over, with what the caller got. */
  answer(): Promise<unknown>;
}

/** Sends a call that leads to `request_execution` and returns once its request is on the contract. */
export async function sendRequest({
  caller,
  contract_id,
  method,
  args,
  deposit_yocto,
}: Call): Promise<SentRequest> {
  const sent = await caller.callFunctionRaw({
    contractId: contract_id ?? CONTRACT_ID,
    methodName: method ?? "request_execution",
    args: args as Record<string, unknown>,
    deposit: deposit_yocto ?? DEPOSIT_YOCTO,
    gas: GAS,
    waitUntil: "INCLUDED",
  });
  const request_tx = sent.transaction.hash as string;
  const status = (wait: "INCLUDED" | "FINAL") =>
    caller.provider.viewTransactionStatus({
      txHash: request_tx,
      accountId: caller.accountId,
      waitUntil: wait,
    });
  const request_id = await until(
    "the request to be on the contract",
    async () => {
      const outcome = await status("INCLUDED");
      const failure = failureOf(outcome);
      if (failure) throw new Error(`the request was refused: ${failure}`);
      for (const receipt of outcome.receipts_outcome ?? [])
        for (const log of receipt.outcome.logs) {
          const event = parseEventLog(log);
          if (event?.event === "execution_requested") return { id: Number(event.data[0]?.request_id) };
        }
      return null;
    },
    { timeout_ms: LIMITS.settle_ms, every_ms: LIMITS.poll_ms },
  );
  const answer = async () => {
    const outcome = await status("FINAL");
    const failure = failureOf(outcome);
    if (failure) throw new Error(failure);
    const value = (outcome.status as { SuccessValue: string }).SuccessValue;
    return value === "" ? undefined : JSON.parse(Buffer.from(value, "base64").toString());
  };
  return { request_id: request_id.id, request_tx, answer };
}

/** The coordinator's record of a request once it is over (`settled` or `failed` and confirmed). */
export function settledTask(coordinator_url: string, request_id: number): Promise<TaskDetail> {
  return until(
    `request ${request_id} to be settled`,
    async () => {
      const task = await readTask(coordinator_url, request_id);
      return task && (task.state === "failed" || (task.state === "settled" && task.settle_tx)) ? task : null;
    },
    { timeout_ms: LIMITS.settle_ms, every_ms: LIMITS.poll_ms },
  );
}

/** The coordinator's record of a request, or null while it has none. */
export async function readTask(coordinator_url: string, request_id: number): Promise<TaskDetail | null> {
  const reply = await fetch(`${coordinator_url}/v1/tasks/${request_id}`);
  return reply.ok ? parse(taskDetail, await reply.json(), "task") : null;
}

function failureOf(outcome: { status?: unknown }): string | null {
  const { status } = outcome;
  if (typeof status === "object" && status !== null && "Failure" in status)
    return JSON.stringify(status.Failure);
  return null;
}
