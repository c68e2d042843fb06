// Actions on access keys.
import { ActionFailure } from "../../errors.ts";
import { ACCESS_KEY_NONCE_RANGE_MULTIPLIER } from "../../parameters.ts";
import type { State } from "../../state/state.ts";
import type { AccessKey, Account, PublicKeyText } from "../../types.ts";
import type { ActionContext } from "../apply-action.ts";
import { accessKeyStorageBytes } from "../storage-usage.ts";

/** The nonce in the action is ignored: the chain sets it by the block's height. */
export function addKey(
  { runtime, receipt }: ActionContext,
  account: Account,
  { public_key, access_key }: { public_key: PublicKeyText; access_key: AccessKey },
): void {
  const { state, block } = runtime;
  const account_id = receipt.receiver_id;
  if (state.accessKey(account_id, public_key)) {
    throw new ActionFailure({ AddKeyAlreadyExists: { account_id, public_key } });
  }
  state.setAccessKey(account_id, public_key, { ...access_key, nonce: firstNonce(block.height) });
  const storage_usage = account.storage_usage + accessKeyStorageBytes(public_key, access_key);
  state.setAccount(account_id, { ...account, storage_usage });
}

export function deleteKey(
  { runtime, receipt }: ActionContext,
  account: Account,
  public_key: PublicKeyText,
): void {
  const { state } = runtime;
  const account_id = receipt.receiver_id;
  const access_key = state.accessKey(account_id, public_key);
  if (!access_key) throw new ActionFailure({ DeleteKeyDoesNotExist: { account_id, public_key } });
  state.setAccessKey(account_id, public_key, undefined);
  const storage_usage = account.storage_usage - accessKeyStorageBytes(public_key, access_key);
  state.setAccount(account_id, { ...account, storage_usage });
}

/** Unspent gas also goes back to the allowance of the key that paid for it. */
export function refundAllowance(
  state: State,
  account_id: string,
  public_key: PublicKeyText,
  deposit: bigint,
): void {
  const access_key = state.accessKey(account_id, public_key);
  if (!access_key || access_key.permission === "FullAccess" || access_key.permission.allowance === null)
    return;
  const permission = { ...access_key.permission, allowance: access_key.permission.allowance + deposit };
  state.setAccessKey(account_id, public_key, { ...access_key, permission });
}

/** New keys start above any nonce that the same key may have had before it was deleted. */
export function firstNonce(block_height: number): bigint {
  return BigInt(block_height - 1) * ACCESS_KEY_NONCE_RANGE_MULTIPLIER;
}
