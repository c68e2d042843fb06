import { env } from "cloudflare:workers";
import { parseEventLog } from "@near-offshore/protocol";
import { Account } from "near-api-js";
import { call } from "./client.ts";
import { VARS } from "./vars.ts";

// Callers of the contract on the tests' chain. All accounts there have the operator's key.

export const CHAIN_URL = env.CHAIN_URL ?? "";
const DEPOSIT_YOCTO = 10n ** 23n;

/** Calls `request_execution` as alice and returns the request's id once it is on the contract. */
export async function request(args: object): Promise<number> {
  const alice = new Account(
    "alice.local",
    CHAIN_URL,
    (env as never as typeof VARS).OPERATOR_PRIVATE_KEY as never,
  );
  const sent = await alice.callFunctionRaw({
    contractId: VARS.CONTRACT_ID,
    methodName: "request_execution",
    args: args as Record<string, unknown>,
    deposit: DEPOSIT_YOCTO,
    gas: 300_000_000_000_000n,
    waitUntil: "INCLUDED",
  });
  for (;;) {
    const outcome = await alice.provider.viewTransactionStatus({
      txHash: sent.transaction.hash as string,
      accountId: "alice.local",
      waitUntil: "INCLUDED",
    });
    const logs = outcome.receipts_outcome.flatMap(({ outcome: { logs } }) => logs);
    for (const line of logs) {
      const event = parseEventLog(line);
      if (event?.event === "execution_requested") return Number(event.data[0]?.request_id);
    }
    await pause();
  }
}

/** Calls a method that is the owner's. */
export async function asOwner(methodName: string, args: object): Promise<void> {
  const key = (env as never as typeof VARS).OPERATOR_PRIVATE_KEY as never;
  const owner = new Account("alice.local", CHAIN_URL, key);
  const gas = 100_000_000_000_000n;
  await owner.callFunctionRaw({ contractId: VARS.CONTRACT_ID, methodName, args: args as never, gas });
}

export function view(method: string, args: object): Promise<unknown> {
  const alice = new Account("alice.local", CHAIN_URL);
  return alice.provider.callFunction({ contractId: VARS.CONTRACT_ID, method, args: args as never });
}

/** Asks until the answer is what it should be; the test's own timeout ends it. */
export async function until<T>(ask: () => Promise<T | null | false>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== false) return answer;
    await pause();
  }
}

/** The API's record of a task in one of these states. */
export function taskIn<T>(request_id: number, ...states: string[]): Promise<T> {
  return until(async () => {
    const response = await call(`/v1/tasks/${request_id}`);
    const task = (await response.json()) as T & { state: string };
    return states.includes(task.state) ? task : null;
  });
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 25));
}
