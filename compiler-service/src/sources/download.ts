import http from "node:http";
import https from "node:https";
import { isIPv6 } from "node:net";
import { OffshoreError } from "@near-offshore/protocol";
import type { SourcePolicy } from "../config.ts";
import { LIMITS } from "../limits.ts";
import { sha256Hex } from "../sha256.ts";
import { type SourceAddress, sourceAddress } from "./address.ts";

/**
 * Bytes of a module at a URL, under the same address rules as a repository's, redirects refused.
 * @param sha256 what they must hash to
 * @throws OffshoreError `bad_module` (too large, another hash), `build_failed` (source refused), `module_unavailable` (no such answer).
 */
export async function downloadModule(
  url: string,
  sha256: string,
  options: { policy: SourcePolicy; signal: AbortSignal },
): Promise<Uint8Array> {
  const address = await sourceAddress(url, options.policy);
  if (address.url.protocol === "file:")
    throw new OffshoreError("build_failed", `source refused: ${url} is not http(s)`);
  const bytes = await downloadFrom(address, options.signal);
  const actual = sha256Hex(bytes);
  if (actual !== sha256)
    throw new OffshoreError(
      "bad_module",
      `the bytes at ${url} have the sha256 ${actual}; the source says ${sha256}`,
    );
  return bytes;
}

/**
 * Bytes at an address that may be connected to, at most `module_bytes_max`.
 * @throws OffshoreError `bad_module` (too large), `module_unavailable`
 */
export async function downloadFrom({ url, pinned }: SourceAddress, signal: AbortSignal): Promise<Uint8Array> {
  const { request } = url.protocol === "https:" ? https : http;
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const sent = request(
      url,
      { signal, agent: false, ...(pinned && { lookup: pinnedLookup(pinned) }) },
      resolve,
    );
    sent.on("error", reject);
    sent.end();
  }).catch((cause: Error) => {
    throw unavailable(url, cause.message, cause);
  });
  if (response.statusCode !== 200) {
    response.destroy();
    throw unavailable(url, `answered ${response.statusCode}; redirects are not followed`);
  }
  const chunks: Buffer[] = [];
  let length_bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      length_bytes += chunk.length;
      if (length_bytes > LIMITS.module_bytes_max) break;
      chunks.push(chunk);
    }
  } catch (cause) {
    throw unavailable(url, (cause as Error).message, cause);
  }
  if (length_bytes > LIMITS.module_bytes_max)
    throw new OffshoreError(
      "bad_module",
      `the module at ${url.href} is larger than ${LIMITS.module_bytes_max / 2 ** 20} MiB`,
    );
  return new Uint8Array(Buffer.concat(chunks));
}

function unavailable(url: URL, why: string, cause?: unknown): OffshoreError {
  return new OffshoreError("module_unavailable", `cannot download ${url.href}: ${why}`, { cause });
}

/** Answers with the addresses that were checked, so that a name cannot turn private between check and connection. */
function pinnedLookup(pinned: string[]): NonNullable<http.RequestOptions["lookup"]> {
  const addresses = pinned.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  return (_host, options, callback) => {
    if (options.all) callback(null, addresses);
    else callback(null, addresses[0]!.address, addresses[0]!.family);
  };
}
