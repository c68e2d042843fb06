/**
 * How values cross between this process and a browser: JSON, then the bytes it refers to. As in structured clone, `Uint8Array`, `bigint`,
 * `undefined` and every number come out as they went in; any other class does not.
 */

type Tagged = { $: "bytes"; length: number } | { $: "bigint" | "number"; text: string } | { $: "undefined" };

/** 4 bytes: length of the JSON, little-endian; the JSON; the bytes of every array in the order met. */
export function encode(value: unknown): Uint8Array<ArrayBuffer> {
  const arrays: Uint8Array[] = [];
  const json = new TextEncoder().encode(JSON.stringify(tag(value, arrays)));
  const total = arrays.reduce((sum, array) => sum + array.length, 4 + json.length);
  const bytes = new Uint8Array(total);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  let position = 4;
  for (const part of [json, ...arrays]) {
    bytes.set(part, position);
    position += part.length;
  }
  return bytes;
}

export function decode(bytes: Uint8Array): unknown {
  const json_length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  let position = 4 + json_length;
  const json = new TextDecoder().decode(bytes.subarray(4, position));
  const take = (length: number) => {
    position += length;
    return bytes.slice(position - length, position);
  };
  return untag(JSON.parse(json), take);
}

function tag(value: unknown, arrays: Uint8Array[]): unknown {
  if (value instanceof Uint8Array) {
    arrays.push(value);
    return { $: "bytes", length: value.length } satisfies Tagged;
  }
  if (typeof value === "bigint") return { $: "bigint", text: String(value) } satisfies Tagged;
  if (value === undefined) return { $: "undefined" } satisfies Tagged;
  if (typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0)))
    return { $: "number", text: Object.is(value, -0) ? "-0" : String(value) } satisfies Tagged;
  if (Array.isArray(value)) return value.map((item) => tag(item, arrays));
  if (typeof value !== "object" || value === null) return value;
  if ("$" in value) throw new TypeError("a value with a property $ cannot cross");
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, tag(item, arrays)]));
}

function untag(value: unknown, take: (length: number) => Uint8Array): unknown {
  if (Array.isArray(value)) return value.map((item) => untag(item, take));
  if (typeof value !== "object" || value === null) return value;
  if (!("$" in value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, untag(item, take)]));
  const tagged = value as Tagged;
  if (tagged.$ === "bytes") return take(tagged.length);
  if (tagged.$ === "bigint") return BigInt(tagged.text);
  if (tagged.$ === "number") return Number(tagged.text);
  return undefined;
}
