// What a caller gets for an output: JSON text, made when the request is settled so that its callback cannot fail.
import { decodeText, encodeText } from "./host.ts";
import { JSON_DEPTH_MAX } from "./limits.ts";
import type { ResponseFormat } from "./state.ts";

/** JSON text of the answer: Text a string, Bytes a base64 string, Json the output itself; null where that is no JSON. */
export function answerJson(
  format: ResponseFormat,
  output: Uint8Array,
  output_base64: string,
): Uint8Array | null {
  if (format === "Bytes") return encodeText(JSON.stringify(output_base64));
  const text = decodeText(output);
  if (format === "Text") return encodeText(JSON.stringify(text));
  return isJson(text) && sameBytes(encodeText(text), output) ? output : null;
}

function isJson(text: string): boolean {
  if (!isShallow(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Whether brackets outside strings nest at most `JSON_DEPTH_MAX` deep. */
function isShallow(text: string): boolean {
  // Nothing nests deeper than it has brackets: most answers need no closer look.
  if (text.split("[").length + text.split("{").length - 2 <= JSON_DEPTH_MAX) return true;
  let depth = 0;
  for (const token of text.replace(/"(?:[^"\\]|\\.)*"/g, "").match(/[[\]{}]/g) ?? []) {
    depth += token === "[" || token === "{" ? 1 : -1;
    if (depth > JSON_DEPTH_MAX) return false;
  }
  return true;
}

/** False where the output was not UTF-8: decoding has replaced something. */
function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
