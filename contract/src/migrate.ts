// Brings the state of an older version to this one. To be called in the transaction that deploys the new code.
import { loadTotals, readConfig, requireOwner, saveConfig, saveTotals } from "./config.ts";
import { near } from "./host.ts";
import { NEW_RULES } from "./limits.ts";
import { STATE_VERSION } from "./state.ts";

/**
 * `migrate()`: owner, or the contract's own account (which deploys). Configuration and totals are written anew; records
 * are brought along one by one, when they are read. Nothing happens where the state is this version's. Answers the
 * versions, `{from, to}`.
 */
export function migrate(): object {
  const config = readConfig();
  if (near.predecessorAccountId() !== near.currentAccountId()) requireOwner(config);
  const from = config.version ?? 1;
  if (from !== STATE_VERSION) {
    // Version 1: no vesting, no rules to set, no accounts of storage. What it stored, the deployment's balance pays for.
    // Version 2: nothing that is not brought along when it is read.
    saveConfig({ ...NEW_RULES, ...config, version: STATE_VERSION });
    saveTotals(loadTotals());
  }
  return { from, to: STATE_VERSION };
}
