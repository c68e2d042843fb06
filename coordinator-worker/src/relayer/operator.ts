import {
  actions,
  baseDecode,
  baseEncode,
  createTransaction,
  KeyPairSigner,
  type PublicKey,
} from "near-api-js";
import type { NearRpc } from "../chain/rpc.ts";
import type { Config } from "../config.ts";
import { depositYocto, METHODS, type TransactionKind } from "./submissions.ts";

export interface SignedBytes {
  hash: string;
  bytes: Uint8Array;
  nonce: bigint;
  /** Height of the block that the transaction refers to. */
  height: number;
}

const TGAS = 1_000_000_000_000n;

/** The operator's key: builds and signs the contract's calls, one nonce after the other. */
export class Operator {
  readonly #config: Config;
  readonly #rpc: NearRpc;
  readonly #signer: KeyPairSigner;
  #last_nonce: bigint;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(config: Config, rpc: NearRpc, last_nonce: bigint) {
    this.#config = config;
    this.#rpc = rpc;
    this.#last_nonce = last_nonce;
    this.#signer = KeyPairSigner.fromSecretKey(config.operator_private_key as `ed25519:${string}`);
  }

  /** Signs a call with a nonce that nothing else has. Not sent yet. */
  sign(kind: TransactionKind, args: string): Promise<SignedBytes> {
    const signed = this.#turn.then(() => this.#sign(kind, args));
    this.#turn = signed.catch(() => {});
    return signed;
  }

  /** Nonce that the chain has seen of this key, at the last final block. */
  async chainNonce(): Promise<bigint> {
    const key: PublicKey = await this.#signer.getPublicKey();
    return this.#rpc.accessKeyNonce(this.#config.operator_account_id, key.toString());
  }

  async #sign(kind: TransactionKind, args: string): Promise<SignedBytes> {
    const { contract_id, operator_account_id } = this.#config;
    const { method, tgas } = METHODS[kind];
    const [chain_nonce, block] = await Promise.all([this.chainNonce(), this.#rpc.finalBlock()]);
    if (chain_nonce > this.#last_nonce) this.#last_nonce = chain_nonce;
    const nonce = ++this.#last_nonce;
    const deposit = depositYocto(kind, args);
    const call = actions.functionCall(method, new TextEncoder().encode(args), BigInt(tgas) * TGAS, deposit);
    const key = await this.#signer.getPublicKey();
    const hash = baseDecode(block.hash);
    const transaction = createTransaction(operator_account_id, key, contract_id, nonce, [call], hash);
    const { txHash, signedTransaction } = await this.#signer.signTransaction(transaction);
    return { hash: baseEncode(txHash), bytes: signedTransaction.encode(), nonce, height: block.height };
  }
}
