// Which chain the tests run on: `OFFSHORE_CHAIN`, see packages/local-near/README.md.
import { EmbeddedSession } from "./embedded-session.ts";
import { RpcSession } from "./rpc-session.ts";
import type { Session } from "./session.ts";

/** False where the chain is asked over RPC: there blocks come by themselves, its state is out of reach, and calls take longer. */
export const EMBEDDED = (process.env.OFFSHORE_CHAIN || "embedded") === "embedded";

/** A chain on which these accounts have 1,000 NEAR each. */
export function createSession(account_ids: readonly string[]): Promise<Session> {
  return (EMBEDDED ? EmbeddedSession : RpcSession).create(account_ids);
}
