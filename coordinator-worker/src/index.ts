import type { Env } from "./env.ts";
import { createApp, wakeAll } from "./http/app.ts";

export { ChainWatcher } from "./chain/watcher.ts";
export { Dispatcher } from "./dispatcher/dispatcher.ts";
export { Relayer } from "./relayer/relayer.ts";

const app = createApp();

export default {
  fetch: app.fetch,
  /** Once a minute: whatever lost its alarm (a crash, a deploy) goes on; leases, builds and outboxes are looked over. */
  scheduled: (_event, env) => wakeAll(env),
} satisfies ExportedHandler<Env>;
