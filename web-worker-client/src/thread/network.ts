import { statusReply } from "@near-offshore/protocol";
import { PAGE_LIMITS } from "../limits.ts";
import type { NetworkStatus } from "../messages.ts";

/** Asks `GET /v1/status` now and then while someone is looking; the listener gets null when there is no answer. */
export function watchNetwork(coordinator_url: string, listener: (status: NetworkStatus | null) => void) {
  const url = new URL("/v1/status", coordinator_url);
  let timer: ReturnType<typeof setInterval> | undefined;
  const ask = () =>
    fetchStatus(url).then(listener, () => {
      listener(null);
    });
  return {
    setVisible(visible: boolean): void {
      clearInterval(timer);
      if (!visible) return;
      void ask();
      timer = setInterval(ask, PAGE_LIMITS.network_every_ms);
    },
  };
}

async function fetchStatus(url: URL): Promise<NetworkStatus> {
  const response = await fetch(url, { signal: AbortSignal.timeout(PAGE_LIMITS.network_timeout_ms) });
  const { tasks, network_id, contract_id, block_height, workers_online, workers_active } = statusReply.parse(
    await response.json(),
  );
  const count = (...states: string[]) => states.reduce((sum, state) => sum + (tasks[state] ?? 0), 0);
  return {
    network_id,
    contract_id,
    block_height,
    workers_online,
    workers_active,
    queued: count("waiting_for_module", "queued"),
    running: count("running", "agreed", "settling"),
    settled: count("settled"),
  };
}
