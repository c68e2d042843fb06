import { EMPTY_LEDGER, type Ledger } from "@near-offshore/volunteer";
import type { Database } from "./database.ts";

const KEY = "ledger";

/** The verdicts of earlier visits; an empty ledger where there is none or it is not readable any more. */
export async function loadLedger(database: Database): Promise<Ledger> {
  const stored = (await database.get(KEY)) as Ledger | undefined;
  const readable = Array.isArray(stored?.recent) && /^\d+$/.test(String(stored?.earned_yocto));
  return readable ? (stored as Ledger) : EMPTY_LEDGER;
}

/** Writes each new ledger down; one that cannot be written costs the memory of it, not the work. */
export function ledgerSaver(database: Database, first: Ledger): (ledger: Ledger) => void {
  let saved = first;
  return (ledger) => {
    if (ledger === saved) return;
    saved = ledger;
    database.put(KEY, ledger).catch(() => {});
  };
}
