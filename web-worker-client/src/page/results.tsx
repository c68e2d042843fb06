import type { Verdict } from "@near-offshore/volunteer";
import { PAGE_LIMITS } from "../limits.ts";
import { formatNear, shorten, transactionLink } from "../view/format.ts";

interface ResultsProps {
  verdicts: readonly Verdict[];
  network_id: "mainnet" | "testnet" | "local";
}

/** The verdicts on the last results, the newest first. */
export function Results({ verdicts, network_id }: ResultsProps) {
  return (
    <section aria-labelledby="results">
      <h2 id="results">Latest results</h2>
      {verdicts.length === 0 && <p class="empty">None yet. A result counts once others agree with it.</p>}
      {verdicts.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">Task</th>
              <th scope="col">Verdict</th>
              <th scope="col" class="number">
                Earned (NEAR)
              </th>
              <th scope="col" class="transaction">
                Transaction
              </th>
            </tr>
          </thead>
          <tbody>
            {verdicts.slice(0, PAGE_LIMITS.recent_shown).map((verdict) => (
              <tr key={verdict.assignment} data-verdict={verdict.accepted ? "accepted" : "rejected"}>
                <td>{verdict.request_id}</td>
                <td class="verdict">{verdict.accepted ? "accepted" : "rejected"}</td>
                <td class="number">{formatNear(verdict.earned_yocto)}</td>
                <td class="transaction">
                  <Transaction tx={verdict.tx} network_id={network_id} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Transaction({ tx, network_id }: { tx: string | null; network_id: ResultsProps["network_id"] }) {
  if (tx === null) return <span class="empty">on its way</span>;
  const link = transactionLink(tx, network_id);
  if (link === null)
    return (
      <code title={tx} data-tx={tx}>
        {shorten(tx)}
      </code>
    );
  return (
    <a href={link} target="_blank" rel="noreferrer" data-tx={tx}>
      <code>{shorten(tx)}</code>
    </a>
  );
}
