import { useSignal } from "@preact/signals";
import { PAGE_LIMITS } from "../limits.ts";

/** Who this browser is to the network. */
export function KeyBox({ public_key, account_id }: { public_key: string; account_id: string | null }) {
  return (
    <section aria-labelledby="key">
      <h2 id="key">Your key</h2>
      <p class="explain">
        Made in this browser the first time you came; its secret half cannot be read or copied, not even by
        this page. Earnings go to its account. Clearing this site's data deletes it.
      </p>
      <Copyable name="Public key" value={public_key} />
      {account_id !== null && <Copyable name="Account" value={account_id} />}
    </section>
  );
}

function Copyable({ name, value }: { name: string; value: string }) {
  const copied = useSignal(false);
  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(value);
    copied.value = true;
    setTimeout(() => {
      copied.value = false;
    }, PAGE_LIMITS.copied_shown_ms);
  }
  return (
    <div class="copyable">
      <span class="name">{name}</span>
      <code>{value}</code>
      <button type="button" class="quiet" aria-label={`Copy ${name.toLowerCase()}`} onClick={copy}>
        <span aria-live="polite">{copied.value ? "Copied" : "Copy"}</span>
      </button>
    </div>
  );
}
