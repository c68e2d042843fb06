import { createHash } from "node:crypto";

/** As lowercase hexadecimal. Node's own: that of the protocol runs in browsers, and takes ten times as long. */
export function sha256Hex(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
