/**
 * The network that an address belongs to: its /24 (IPv4) or /48 (IPv6), as text; null for loopback and for what is no
 * address, which are exempt from the rule of one assignment per subnet (a developer's machine has only the one).
 */
export function subnetOf(address: string): string | null {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  const text = mapped?.[1] ?? address;
  const v4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.\d{1,3}$/.exec(text);
  if (v4 !== null) return v4[1] === "127" ? null : `${v4[1]}.${v4[2]}.${v4[3]}.0/24`;
  if (!text.includes(":") || text === "::1") return null;
  const [head = "", tail] = text.toLowerCase().split("::");
  const groups = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - groups.length - after.length;
  const all = [...groups, ...Array<string>(Math.max(0, zeros)).fill("0"), ...after];
  const first = all.slice(0, 3).map((group) => Number.parseInt(group, 16).toString(16));
  return `${first.join(":")}::/48`;
}
