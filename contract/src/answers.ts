// What a caller gets for an output: JSON text, made when the request is settled so that its callback cannot fail.
import { encodeText, isJson, quoteJson } from "./host.ts";
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
  if (format === "Json") return isJson(output, JSON_DEPTH_MAX) ? output : null;
  return quoteJson(output);
}
