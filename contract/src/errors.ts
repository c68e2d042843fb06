import { panic } from "./host.ts";

/** Why a call is refused. Codes are stable; a panic's message is `code: sentence`. */
export type ContractErrorCode =
  | "already_initialized"
  | "already_registered"
  | "already_settled"
  | "already_slashed"
  | "bad_signature"
  | "duplicate_account"
  | "duplicate_key"
  | "insufficient_deposit"
  | "insufficient_stake"
  | "insufficient_storage"
  | "invalid_argument"
  | "module_mismatch"
  | "no_fault"
  | "not_account"
  | "not_builder"
  | "not_initialized"
  | "not_migrated"
  | "not_operator"
  | "not_owner"
  | "not_payable"
  | "not_private"
  | "not_supported"
  | "nothing_to_withdraw"
  | "paused"
  | "quorum_not_met"
  | "too_early"
  | "too_late"
  | "unknown_receipt"
  | "unknown_request"
  | "unknown_worker"
  | "worker_inactive"
  | "wrong_module"
  | "wrong_rules_version"
  | "wrong_settlement"
  | "yield_closed";

/** Ends the call with a named error; nothing that it wrote stays. */
export function refuse(code: ContractErrorCode, sentence: string): never {
  return panic(`${code}: ${sentence}`);
}
