// How many bytes things count for, and whether a balance covers them.
import { publicKeyToBytes } from "../encoding/keys.ts";
import {
  STORAGE_AMOUNT_PER_BYTE,
  STORAGE_EXTRA_BYTES_RECORD,
  ZERO_BALANCE_ACCOUNT_STORAGE_BYTES,
} from "../parameters.ts";
import type { AccessKey, Account, PublicKeyText } from "../types.ts";

/** Borsh bytes of the key and its permission, and the record's own. */
export function accessKeyStorageBytes(public_key: PublicKeyText, access_key: AccessKey): number {
  return publicKeyToBytes(public_key).length + accessKeyBytes(access_key) + STORAGE_EXTRA_BYTES_RECORD;
}

function accessKeyBytes({ permission }: AccessKey): number {
  const nonce_and_tag = 8 + 1;
  if (permission === "FullAccess") return nonce_and_tag;
  const allowance = permission.allowance === null ? 1 : 17;
  const receiver = 4 + Buffer.byteLength(permission.receiver_id);
  const names = permission.method_names.reduce((sum, name) => sum + 4 + Buffer.byteLength(name), 4);
  return nonce_and_tag + allowance + receiver + names;
}

/** What is missing, in yocto, for the balance to cover the account's storage; 0n when it does. */
export function missingStorageStake(account: Account, amount = account.amount): bigint {
  const missing = BigInt(account.storage_usage) * STORAGE_AMOUNT_PER_BYTE - amount - account.locked;
  if (missing <= 0n || account.storage_usage <= ZERO_BALANCE_ACCOUNT_STORAGE_BYTES) return 0n;
  return missing;
}
