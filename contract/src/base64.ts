const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Base64 of bytes, with padding (RFC 4648, section 4). For a few bytes: it is not fast. */
export function encodeBase64(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(i, i + 3);
    const bits = (a << 16) | (b << 8) | c;
    for (let j = 0; j < 4; j++) text += i + j > bytes.length ? "=" : ALPHABET[(bits >> (18 - 6 * j)) & 63];
  }
  return text;
}
