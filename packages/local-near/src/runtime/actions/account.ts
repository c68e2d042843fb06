// Actions on the account itself: create, delete, deploy, transfer.
import { isSubAccountOf, isTopLevel } from "../../encoding/account-id.ts";
import { sha256Hash } from "../../encoding/hash.ts";
import { publicKeyOfImplicitAccount } from "../../encoding/keys.ts";
import { ActionFailure } from "../../errors.ts";
import { CHAIN_LIMITS, REGISTRAR_ACCOUNT_ID, STORAGE_BYTES_ACCOUNT } from "../../parameters.ts";
import type { AccessKey, Account } from "../../types.ts";
import type { ActionContext, ActionEffects } from "../apply-action.ts";
import { balanceRefund } from "../new-receipts.ts";
import { accessKeyStorageBytes } from "../storage-usage.ts";
import { firstNonce, refundAllowance } from "./keys.ts";

/** Top-level names belong to the registrar, sub-accounts to the account above them. */
export function createAccount({ runtime, receipt }: ActionContext, effects: ActionEffects): void {
  const { receiver_id: account_id, predecessor_id } = receipt;
  if (isTopLevel(account_id)) {
    const is_short = account_id.length < CHAIN_LIMITS.min_allowed_top_level_account_length;
    if (is_short && predecessor_id !== REGISTRAR_ACCOUNT_ID) {
      throw new ActionFailure({
        CreateAccountOnlyByRegistrar: {
          account_id,
          registrar_account_id: REGISTRAR_ACCOUNT_ID,
          predecessor_id,
        },
      });
    }
  } else if (!isSubAccountOf(account_id, predecessor_id)) {
    throw new ActionFailure({ CreateAccountNotAllowed: { account_id, predecessor_id } });
  }
  effects.actor_id = account_id;
  const account = { amount: 0n, locked: 0n, code_hash: null, storage_usage: STORAGE_BYTES_ACCOUNT };
  runtime.state.setAccount(account_id, account);
}

/** The account of the key that its name spells, with that key as its full-access key. */
export function createImplicitAccount(
  { runtime, receipt }: ActionContext,
  deposit: bigint,
  effects: ActionEffects,
): void {
  const account_id = receipt.receiver_id;
  const public_key = publicKeyOfImplicitAccount(account_id);
  const access_key: AccessKey = { nonce: firstNonce(runtime.block.height), permission: "FullAccess" };
  const storage_usage = STORAGE_BYTES_ACCOUNT + accessKeyStorageBytes(public_key, access_key);
  effects.actor_id = account_id;
  runtime.state.setAccount(account_id, { amount: deposit, locked: 0n, code_hash: null, storage_usage });
  runtime.state.setAccessKey(account_id, public_key, access_key);
}

export function transfer(
  { runtime, receipt, action_receipt }: ActionContext,
  account: Account,
  deposit: bigint,
): void {
  const { receiver_id, predecessor_id } = receipt;
  runtime.state.setAccount(receiver_id, { ...account, amount: account.amount + deposit });
  const is_gas_refund = predecessor_id === "system" && action_receipt.signer_id === receiver_id;
  if (is_gas_refund) refundAllowance(runtime.state, receiver_id, action_receipt.signer_public_key, deposit);
}

export function deployContract(
  { runtime, receipt }: ActionContext,
  account: Account,
  code: Uint8Array,
): void {
  const { state } = runtime;
  const code_hash = sha256Hash(code);
  const storage_usage = account.storage_usage - codeBytes(state, account) + code.length;
  state.setCode(receipt.receiver_id, { ...account, storage_usage }, code_hash, code);
}

/** What is left goes to the beneficiary, who must exist: otherwise it is burnt. */
export function deleteAccount(
  { runtime, receipt }: ActionContext,
  account: Account,
  beneficiary_id: string,
  effects: ActionEffects,
): void {
  const account_id = receipt.receiver_id;
  const bytes = account.storage_usage - codeBytes(runtime.state, account);
  if (bytes > CHAIN_LIMITS.max_account_deletion_storage_usage) {
    throw new ActionFailure({ DeleteAccountWithLargeState: { account_id } });
  }
  if (account.amount > 0n) effects.new_receipts.push(balanceRefund(beneficiary_id, account.amount));
  runtime.state.removeAccount(account_id);
  effects.actor_id = receipt.predecessor_id;
}

function codeBytes(state: ActionContext["runtime"]["state"], { code_hash }: Account): number {
  return code_hash ? (state.code(code_hash)?.length ?? 0) : 0;
}
