import type { NetworkStatus } from "../messages.ts";

/** The network as the coordinator sees it. */
export function NetworkBox({ network }: { network: NetworkStatus | null }) {
  return (
    <section aria-labelledby="network">
      <h2 id="network">Network</h2>
      {network === null ? (
        <p class="empty">No word from the coordinator yet.</p>
      ) : (
        <dl class="facts">
          <Fact name="Workers online" value={network.workers_online} />
          <Fact name="of them registered" value={network.workers_active} />
          <Fact name="Tasks in the queue" value={network.queued} />
          <Fact name="Tasks running" value={network.running} />
          <Fact name="Tasks settled" value={network.settled} />
          {network.block_height !== null && <Fact name="Block" value={network.block_height} />}
        </dl>
      )}
    </section>
  );
}

function Fact({ name, value }: { name: string; value: number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value.toLocaleString("en")}</dd>
    </div>
  );
}
