import type { Source } from "@near-offshore/protocol";

const YOCTO_DIGITS = 24;

/** An amount of yoctoNEAR in NEAR, exact: `1250000000000000000000` is `0.00125`. */
export function formatNear(yocto: string): string {
  const digits = yocto.padStart(YOCTO_DIGITS + 1, "0");
  const whole = digits.slice(0, -YOCTO_DIGITS).replace(/\B(?=(\d{3})+$)/g, ",");
  const fraction = digits.slice(-YOCTO_DIGITS).replace(/0+$/, "");
  return fraction === "" ? whole : `${whole}.${fraction}`;
}

const MAGNITUDES = [
  [1e12, "trillion"],
  [1e9, "billion"],
  [1e6, "million"],
] as const;

/** A count for people: `950`, `12,345`, `312 million`, `1.25 billion`; three digits are shown from a million on. */
export function formatCount(count: number): string {
  for (const [size, word] of MAGNITUDES)
    if (count >= size) return `${Number((count / size).toPrecision(3)).toLocaleString("en")} ${word}`;
  return Math.round(count).toLocaleString("en");
}

/** Where a module comes from, short: `owner/repo@c0ffee1`. */
export function sourceLabel(source: Source): string {
  if ("GitHub" in source) {
    const { repo, commit } = source.GitHub;
    return `${repo.replace(/^https?:\/\/(www\.)?github\.com\//, "").replace(/\.git$/, "")}@${commit.slice(0, 7)}`;
  }
  if ("WasmUrl" in source) return `${source.WasmUrl.url} (${source.WasmUrl.hash.slice(0, 7)})`;
  return `module ${source.Module.sha256.slice(0, 7)}`;
}

/** Where to read a source; null where it is no web page. */
export function sourceLink(source: Source): string | null {
  if (!("GitHub" in source)) return null;
  const { repo, commit } = source.GitHub;
  return /^https:\/\/(www\.)?github\.com\//.test(repo)
    ? `${repo.replace(/\.git$/, "")}/tree/${commit}`
    : null;
}

/** The first and last characters of a long name, for where the whole is a click away. */
export function shorten(text: string): string {
  return text.length <= 16 ? text : `${text.slice(0, 8)}…${text.slice(-5)}`;
}

/** A transaction in the network's public explorer; null on a local chain. */
export function transactionLink(tx: string, network_id: "mainnet" | "testnet" | "local"): string | null {
  if (network_id === "local") return null;
  const host = network_id === "mainnet" ? "nearblocks.io" : "testnet.nearblocks.io";
  return `https://${host}/txns/${encodeURIComponent(tx)}`;
}
