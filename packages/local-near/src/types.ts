// The chain's data, as plain values: everything here can be cloned, saved and compared.

/** 32 bytes in base58: block, transaction, receipt, data and code identifiers. */
export type Hash = string;

/** `ed25519:<base58>` or `secp256k1:<base58>`. */
export type PublicKeyText = string;

/** Values are replaced, never changed in place: the state's undo log and snapshots rely on it. */
export type Account = Readonly<{
  amount: bigint;
  locked: bigint;
  code_hash: Hash | null;
  storage_usage: number;
}>;

export type FunctionCallPermission = Readonly<{
  allowance: bigint | null;
  receiver_id: string;
  method_names: readonly string[];
}>;

export type AccessKey = Readonly<{
  nonce: bigint;
  permission: "FullAccess" | FunctionCallPermission;
}>;

export type Action =
  | { type: "CreateAccount" }
  | { type: "DeployContract"; code: Uint8Array }
  | { type: "FunctionCall"; method_name: string; args: Uint8Array; gas: number; deposit: bigint }
  | { type: "Transfer"; deposit: bigint }
  | { type: "Stake"; stake: bigint; public_key: PublicKeyText }
  | { type: "AddKey"; public_key: PublicKeyText; access_key: AccessKey }
  | { type: "DeleteKey"; public_key: PublicKeyText }
  | { type: "DeleteAccount"; beneficiary_id: string };

export type Transaction = {
  signer_id: string;
  public_key: PublicKeyText;
  nonce: bigint;
  receiver_id: string;
  block_hash: Hash;
  actions: Action[];
};

export type SignedTransaction = {
  transaction: Transaction;
  signature: string;
  hash: Hash;
};

export type DataReceiver = { data_id: Hash; receiver_id: string };

export type ActionReceipt = {
  signer_id: string;
  signer_public_key: PublicKeyText;
  gas_price: bigint;
  output_data_receivers: DataReceiver[];
  input_data_ids: Hash[];
  actions: Action[];
};

/** `promise_yield` and `promise_resume` are NEP-519's forms of an action and a data receipt. */
export type ReceiptBody =
  | { type: "action" | "promise_yield"; action: ActionReceipt }
  | { type: "data" | "promise_resume"; data_id: Hash; data: Uint8Array | null };

export type Receipt = {
  receipt_id: Hash;
  predecessor_id: string;
  receiver_id: string;
  body: ReceiptBody;
  /** The transaction that this receipt comes from; null for what the chain itself makes (yield timeouts). */
  tx_hash: Hash | null;
};

export type ExecutionStatus =
  | { SuccessValue: Uint8Array }
  | { SuccessReceiptId: Hash }
  | { Failure: { ActionError: ActionError } };

/** In nearcore's own JSON shape: `{FunctionCallError: {ExecutionError: "..."}}` and so on. */
export type ActionError = { index: number | null; kind: unknown };

export type ExecutionOutcome = {
  id: Hash;
  block_hash: Hash;
  block_height: number;
  executor_id: string;
  logs: string[];
  receipt_ids: Hash[];
  gas_burnt: number;
  tokens_burnt: bigint;
  status: ExecutionStatus;
};

export type Block = {
  height: number;
  hash: Hash;
  prev_hash: Hash;
  prev_height: number;
  timestamp_ns: bigint;
  random_seed: Uint8Array;
  epoch_id: Hash;
  chunk_hash: Hash;
  transactions: Hash[];
  /** Receipts executed in this block, in order. */
  executed_receipts: Hash[];
  gas_burnt: number;
  tokens_burnt: bigint;
};

export type TransactionRecord = { signed: SignedTransaction; outcome: ExecutionOutcome };

export type PromiseResult = { status: "successful"; value: Uint8Array } | { status: "failed" };
