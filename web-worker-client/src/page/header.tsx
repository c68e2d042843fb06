import type { NetworkStatus } from "../messages.ts";

const NETWORK_NAMES = { mainnet: "mainnet", testnet: "testnet", local: "local network" } as const;

export function Header({ network }: { network: NetworkStatus | null }) {
  return (
    <header>
      <p class="wordmark">
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <path d="M14.6 9h2.8l2.6 11h-8z" class="mark-buoy" />
          <circle cx="16" cy="6" r="2.6" class="mark-light" />
          <path d="M2 22q3.5-3 7 0t7 0 7 0 7 0" class="mark-wave" />
          <path d="M6 27q2.5-2.4 5 0t5 0 5 0 5 0" class="mark-wave" />
        </svg>
        NEAR Offshore
      </p>
      {network && <p class="network-name">{NETWORK_NAMES[network.network_id]}</p>}
    </header>
  );
}
