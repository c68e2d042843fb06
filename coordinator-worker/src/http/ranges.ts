/**
 * The one byte range that a `Range` header asks for (RFC 9110, 14.2), inclusive; null where all bytes are to be sent,
 * which is also the answer to several ranges and to what is no range.
 */
export function parseRange(
  header: string | undefined,
  length: number,
): { start: number; end: number } | "unsatisfiable" | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  if (match === null) return null;
  const [, first = "", last = ""] = match;
  if (first === "" && last === "") return null;
  if (first === "") {
    const start = Math.max(0, length - Number(last));
    return Number(last) === 0 ? "unsatisfiable" : { start, end: length - 1 };
  }
  const start = Number(first);
  const end = last === "" ? length - 1 : Math.min(Number(last), length - 1);
  if (start >= length) return "unsatisfiable";
  return end < start ? null : { start, end };
}
