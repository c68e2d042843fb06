import { lookup } from "node:dns/promises";
import { BlockList, isIP, isIPv4 } from "node:net";
import { OffshoreError } from "@near-offshore/protocol";
import type { SourcePolicy } from "../config.ts";
import { LIMITS } from "../limits.ts";

/** A source's address that may be connected to. */
export interface SourceAddress {
  url: URL;
  /** Checked addresses of its host, to be connected to without asking the resolver again; null for local sources. */
  pinned: string[] | null;
}

/** Addresses of a host name. */
export type Resolve = (host: string) => Promise<string[]>;

/**
 * Decides by a source's text alone whether it may be built.
 * @param text `https://host/path`, `host/path` (https is meant), or, where local sources are allowed, `file:` and http to this machine
 * @throws OffshoreError `build_failed` saying which rule the address breaks
 */
export function allowedUrl(text: string, policy: SourcePolicy): URL {
  const url = URL.parse(/^[a-z0-9.-]+\.[a-z]+\//i.test(text) ? `https://${text}` : text);
  if (url === null) throw refused(text, "is not an address; expected https://host/owner/name");
  if (policy.allow_local && isLocal(url)) return url;
  if (url.protocol !== "https:")
    throw refused(text, `has the scheme ${url.protocol} and only https: is allowed`);
  if (url.username !== "" || url.password !== "") throw refused(text, "carries credentials");
  if (url.port !== "") throw refused(text, "names a port");
  if (url.search !== "" || url.hash !== "") throw refused(text, "has a query or a fragment");
  if (!policy.allowed_hosts.includes(url.hostname))
    throw refused(text, `has the host ${url.hostname}; allowed are ${policy.allowed_hosts.join(", ")}`);
  return url;
}

/**
 * Decides whether a source may be fetched, and from which addresses.
 * @throws OffshoreError as `allowedUrl`; `build_failed` where its host has an address that is not public, `unavailable` where it has none.
 */
export async function sourceAddress(
  text: string,
  policy: SourcePolicy,
  resolve: Resolve = systemResolve,
): Promise<SourceAddress> {
  const url = allowedUrl(text, policy);
  return { url, pinned: isLocal(url) ? null : await publicAddresses(url.hostname, resolve) };
}

function isLocal(url: URL): boolean {
  if (url.protocol === "file:") return url.host === "";
  return url.protocol === "http:" && ["127.0.0.1", "localhost"].includes(url.hostname);
}

function refused(text: string, why: string): OffshoreError {
  return new OffshoreError("build_failed", `source refused: ${text.slice(0, 300)} ${why}`);
}

async function publicAddresses(host: string, resolve: Resolve): Promise<string[]> {
  const addresses = await resolve(host).catch((cause) => {
    throw new OffshoreError("unavailable", `cannot resolve ${host}`, { cause });
  });
  if (addresses.length === 0) throw new OffshoreError("unavailable", `${host} has no address`);
  // One private address among public ones is an attack (DNS rebinding) or a mistake; neither is connected to.
  const bad = addresses.find((address) => !isPublicAddress(address));
  if (bad !== undefined) throw refused(host, `resolves to ${bad}, which is not a public address`);
  return addresses.slice(0, LIMITS.addresses_max);
}

async function systemResolve(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

/** Whether an IP address is one of the public internet's. Private, loopback, link-local, shared, reserved and tunnelled ones are not. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0) return false;
  if (isIPv4(address)) return !NOT_PUBLIC.check(address, "ipv4");
  return GLOBAL_UNICAST.check(address, "ipv6") && !NOT_PUBLIC.check(address, "ipv6");
}

// IANA special-purpose address registries (RFC 6890 and updates).
const NOT_PUBLIC = new BlockList();
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
] as const)
  NOT_PUBLIC.addSubnet(network, prefix, "ipv4");
for (const [network, prefix] of [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const)
  NOT_PUBLIC.addSubnet(network, prefix, "ipv6");

const GLOBAL_UNICAST = new BlockList();
GLOBAL_UNICAST.addSubnet("2000::", 3, "ipv6");
