// What a caller gets for an output: JSON text, made when the request is settled so that its callback cannot fail.
import { decodeText, encodeHex, encodeText, jsonDepth, near } from "./host.ts";
import { JSON_DEPTH_MAX } from "./limits.ts";
import type { ResponseFormat } from "./state.ts";

/** JSON text of the answer: Text a string, Bytes a base64 string, Json the output itself; null where that is no JSON. */
export function answerJson(
  format: ResponseFormat,
  output: Uint8Array,
  output_base64: string,
): Uint8Array | null {
  // Base64 has nothing that JSON escapes.
  if (format === "Bytes") return encodeText(`"${output_base64}"`);
  const text = decodeText(output);
  if (format === "Text") return encodeText(JSON.stringify(text));
  return jsonDepth(output) <= JSON_DEPTH_MAX && isUtf8(output, text) && isJson(text) ? output : null;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Whether decoding has replaced nothing. Hashes are compared because a loop over the bytes costs 100 times as much. */
function isUtf8(bytes: Uint8Array, decoded: string): boolean {
  return encodeHex(near.sha256(bytes)) === encodeHex(near.sha256(encodeText(decoded)));
}
