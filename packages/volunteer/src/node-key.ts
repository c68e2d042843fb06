import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { bytesToHex, hexToBytes, OffshoreError, type Signer, signerFromSeed } from "@near-offshore/protocol";
import { systemRandomBytes } from "./system.ts";

/**
 * The worker key in a file (32 bytes of seed in hex, readable by its owner only), made there if there is none.
 * Without a file: a key for this process alone.
 * @throws OffshoreError `invalid_argument` where the file holds something else.
 */
export async function nodeSigner(file: string | undefined): Promise<Signer> {
  if (file === undefined) return signerFromSeed(systemRandomBytes(32));
  const stored = await readFile(file, "utf8").catch(() => null);
  if (stored !== null) {
    if (!/^[0-9a-f]{64}\s*$/.test(stored))
      throw new OffshoreError("invalid_argument", `${file} is no worker key: expected 64 hex characters`);
    return signerFromSeed(hexToBytes(stored.trim()));
  }
  const seed = systemRandomBytes(32);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `${bytesToHex(seed)}\n`, { mode: 0o600, flag: "wx" });
  return signerFromSeed(seed);
}
