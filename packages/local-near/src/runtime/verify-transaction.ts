// Whether a transaction may be included, and charging its signer.
import { isValidAccountId } from "../encoding/account-id.ts";
import { hashBytes } from "../encoding/hash.ts";
import { verifySignature } from "../encoding/keys.ts";
import { InvalidTransaction } from "../errors.ts";
import { ACCESS_KEY_NONCE_RANGE_MULTIPLIER } from "../parameters.ts";
import type { State } from "../state/state.ts";
import type { AccessKey, Account, FunctionCallPermission, SignedTransaction, Transaction } from "../types.ts";
import { type TransactionCost, transactionCost } from "./fees.ts";
import { missingStorageStake } from "./storage-usage.ts";
import { actionsValidationError } from "./validate-actions.ts";

/** Checks that need no state: names, actions, signature. Throws `InvalidTransaction`. */
export function checkTransactionForm({ transaction, signature, hash }: SignedTransaction): void {
  const { signer_id, receiver_id } = transaction;
  if (!isValidAccountId(signer_id)) throw new InvalidTransaction({ InvalidSignerId: { signer_id } });
  if (!isValidAccountId(receiver_id)) throw new InvalidTransaction({ InvalidReceiverId: { receiver_id } });
  const error = actionsValidationError(transaction.actions);
  if (error) throw new InvalidTransaction({ ActionsValidation: error });
  if (!verifySignature(transaction.public_key, hashBytes(hash), signature)) {
    throw new InvalidTransaction("InvalidSignature");
  }
}

/**
 * Checks nonce, balance, storage and permission against the state, and charges the signer.
 * The caller commits or rolls back. Throws `InvalidTransaction`.
 * @param block_height of the block that would include it; bounds the nonce.
 */
export function chargeTransaction(
  state: State,
  transaction: Transaction,
  block_height: number,
): TransactionCost {
  const { signer_id, public_key, receiver_id, actions } = transaction;
  const account = state.account(signer_id);
  if (!account) throw new InvalidTransaction({ SignerDoesNotExist: { signer_id } });
  const access_key = state.accessKey(signer_id, public_key);
  if (!access_key) throw invalidKey({ AccessKeyNotFound: { account_id: signer_id, public_key } });
  checkNonce(transaction.nonce, access_key.nonce, block_height);
  const cost = transactionCost(signer_id, receiver_id, actions);
  const amount = account.amount - cost.total;
  if (amount < 0n) {
    const balance = `${account.amount}`;
    throw new InvalidTransaction({ NotEnoughBalance: { signer_id, balance, cost: `${cost.total}` } });
  }
  const charged_key = chargeAllowance(transaction, access_key, cost.total);
  checkStorage(signer_id, account, amount);
  if (charged_key.permission !== "FullAccess") checkPermission(transaction, charged_key.permission);
  state.setAccount(signer_id, { ...account, amount });
  state.setAccessKey(signer_id, public_key, { ...charged_key, nonce: transaction.nonce });
  return cost;
}

function checkNonce(tx_nonce: bigint, ak_nonce: bigint, block_height: number): void {
  if (tx_nonce <= ak_nonce) {
    throw new InvalidTransaction({
      InvalidNonce: { tx_nonce: Number(tx_nonce), ak_nonce: Number(ak_nonce) },
    });
  }
  const upper_bound = BigInt(block_height) * ACCESS_KEY_NONCE_RANGE_MULTIPLIER;
  if (tx_nonce >= upper_bound) {
    throw new InvalidTransaction({
      NonceTooLarge: { tx_nonce: Number(tx_nonce), upper_bound: Number(upper_bound) },
    });
  }
}

function chargeAllowance(transaction: Transaction, access_key: AccessKey, cost: bigint): AccessKey {
  const { permission } = access_key;
  if (permission === "FullAccess" || permission.allowance === null) return access_key;
  const { allowance } = permission;
  if (allowance < cost) {
    const { signer_id: account_id, public_key } = transaction;
    throw invalidKey({
      NotEnoughAllowance: { account_id, public_key, allowance: `${allowance}`, cost: `${cost}` },
    });
  }
  return { ...access_key, permission: { ...permission, allowance: allowance - cost } };
}

function checkStorage(signer_id: string, account: Account, amount: bigint): void {
  const missing = missingStorageStake(account, amount);
  if (missing > 0n)
    throw new InvalidTransaction({ LackBalanceForState: { signer_id, amount: `${missing}` } });
}

function checkPermission({ actions, receiver_id }: Transaction, permission: FunctionCallPermission): void {
  const [action] = actions;
  if (actions.length !== 1 || action?.type !== "FunctionCall") throw invalidKey("RequiresFullAccess");
  if (action.deposit > 0n) throw invalidKey("DepositWithFunctionCall");
  if (receiver_id !== permission.receiver_id) {
    throw invalidKey({ ReceiverMismatch: { tx_receiver: receiver_id, ak_receiver: permission.receiver_id } });
  }
  const { method_names } = permission;
  if (method_names.length > 0 && !method_names.includes(action.method_name)) {
    throw invalidKey({ MethodNameMismatch: { method_name: action.method_name } });
  }
}

function invalidKey(kind: unknown): InvalidTransaction {
  return new InvalidTransaction({ InvalidAccessKeyError: kind });
}
