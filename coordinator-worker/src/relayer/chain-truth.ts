import { type FaultArguments, implicitAccount, type PublishModuleArguments } from "@near-offshore/protocol";
import type { ContractViews } from "../chain/contract.ts";
import type { WorkerStanding } from "../dispatcher/core/types.ts";
import type { Entry } from "./outbox.ts";

/** What the contract's own state says about an entry, whatever became of its transactions. */
export type Truth =
  /** It happened, by whichever transaction. */
  | "happened"
  /** It did not, and still can. */
  | "open"
  /** It did not, and cannot yet. */
  | "early"
  /** It did not, and cannot any more: the request is over. */
  | "closed";

interface EnrollArguments {
  public_keys: string[];
}

/** Asks the contract whether what an entry is for has happened. */
export async function askContract(views: ContractViews, entry: Entry): Promise<Truth> {
  const args: unknown = JSON.parse(entry.args);
  if (entry.kind === "publish") {
    const { source, module_sha256 } = args as PublishModuleArguments;
    return (await views.publishedModule(source)) === module_sha256 ? "happened" : "open";
  }
  if (entry.kind === "enroll") {
    const { public_keys } = args as EnrollArguments;
    const workers = await Promise.all(public_keys.map((key) => views.worker(key)));
    return workers.every((worker) => worker !== null) ? "happened" : "open";
  }
  if (entry.kind === "fault") {
    const { request_id, worker: public_key } = args as FaultArguments;
    const worker = await views.worker(public_key);
    if (worker === null) return "closed";
    if (worker.slashed) return "happened";
    return (await views.hasReceipt(request_id)) ? "open" : "early";
  }
  const request = await views.request((args as { request_id: number }).request_id);
  if (request === null) return "closed";
  return request.settled ? "happened" : "open";
}

/** Keys of a finished enrolment, as workers. */
export function enrolled(entry: Entry): WorkerStanding[] {
  const { public_keys } = JSON.parse(entry.args) as EnrollArguments;
  return public_keys.map((public_key) => ({
    public_key,
    account_id: implicitAccount(public_key),
    active: true,
    stake_yocto: "0",
    accepted: 0,
  }));
}

/**
 * Refusals that pass by themselves: a paused contract, a yield that was made in this very block, or a contract whose balance
 * did not cover the answers that it was holding in one block.
 */
export function isTransient(message: string): boolean {
  return /paused: |yield_closed: |LackBalanceForState/.test(message);
}
