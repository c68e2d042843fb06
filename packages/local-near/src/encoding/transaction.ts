// Signed transactions in Borsh, as every NEAR client sends them.
import { sha256 } from "@noble/hashes/sha2.js";
import { base58 } from "@scure/base";
import { deserialize, type Schema } from "borsh";
import type { AccessKey, Action, SignedTransaction } from "../types.ts";
import { toHash } from "./hash.ts";
import { publicKeyFromBytes } from "./keys.ts";

const BYTES: Schema = { array: { type: "u8" } };
const CURVE_KEY: Schema = {
  enum: [
    { struct: { ed25519: { array: { type: "u8", len: 32 } } } },
    { struct: { secp256k1: { array: { type: "u8", len: 64 } } } },
  ],
};
const SIGNATURE: Schema = {
  enum: [
    { struct: { ed25519: { array: { type: "u8", len: 64 } } } },
    { struct: { secp256k1: { array: { type: "u8", len: 65 } } } },
  ],
};
const FUNCTION_CALL_PERMISSION: Schema = {
  struct: {
    allowance: { option: "u128" },
    receiver_id: "string",
    method_names: { array: { type: "string" } },
  },
};
const ACCESS_KEY: Schema = {
  struct: {
    nonce: "u64",
    permission: {
      enum: [
        { struct: { FunctionCall: FUNCTION_CALL_PERMISSION } },
        { struct: { FullAccess: { struct: {} } } },
      ],
    },
  },
};
const ACTION: Schema = {
  enum: [
    { struct: { CreateAccount: { struct: {} } } },
    { struct: { DeployContract: { struct: { code: BYTES } } } },
    {
      struct: {
        FunctionCall: { struct: { method_name: "string", args: BYTES, gas: "u64", deposit: "u128" } },
      },
    },
    { struct: { Transfer: { struct: { deposit: "u128" } } } },
    { struct: { Stake: { struct: { stake: "u128", public_key: CURVE_KEY } } } },
    { struct: { AddKey: { struct: { public_key: CURVE_KEY, access_key: ACCESS_KEY } } } },
    { struct: { DeleteKey: { struct: { public_key: CURVE_KEY } } } },
    { struct: { DeleteAccount: { struct: { beneficiary_id: "string" } } } },
  ],
};
const SIGNED_TRANSACTION: Schema = {
  struct: {
    signer_id: "string",
    public_key: CURVE_KEY,
    nonce: "u64",
    receiver_id: "string",
    block_hash: { array: { type: "u8", len: 32 } },
    actions: { array: { type: ACTION } },
    signature: SIGNATURE,
  },
};

type WireKey = { ed25519: number[] } | { secp256k1: number[] };
type WirePermission =
  | { FullAccess: object }
  | { FunctionCall: { allowance: bigint | null; receiver_id: string; method_names: string[] } };
type WireAction = {
  CreateAccount?: object;
  DeployContract?: { code: number[] };
  FunctionCall?: { method_name: string; args: number[]; gas: bigint; deposit: bigint };
  Transfer?: { deposit: bigint };
  Stake?: { stake: bigint; public_key: WireKey };
  AddKey?: { public_key: WireKey; access_key: { nonce: bigint; permission: WirePermission } };
  DeleteKey?: { public_key: WireKey };
  DeleteAccount?: { beneficiary_id: string };
};
type WireTransaction = {
  signer_id: string;
  public_key: WireKey;
  nonce: bigint;
  receiver_id: string;
  block_hash: number[];
  actions: WireAction[];
  signature: WireKey;
};

/**
 * Reads a signed transaction; its hash is that of the unsigned part.
 * Throws an `Error` that says why the bytes are not one. Delegate, global-contract and gas-key actions are refused.
 */
export function decodeSignedTransaction(bytes: Uint8Array): SignedTransaction {
  const wire = readWire(bytes);
  const signature_bytes = "ed25519" in wire.signature ? 65 : 66;
  const transaction = {
    signer_id: wire.signer_id,
    public_key: keyText(wire.public_key),
    nonce: wire.nonce,
    receiver_id: wire.receiver_id,
    block_hash: toHash(Uint8Array.from(wire.block_hash)),
    actions: wire.actions.map(readAction),
  };
  // Bytes after the end would shift this slice, and the signature would no longer verify.
  const hash = toHash(sha256(bytes.subarray(0, bytes.length - signature_bytes)));
  return { transaction, hash, signature: signatureText(wire.signature) };
}

function readWire(bytes: Uint8Array): WireTransaction {
  try {
    return deserialize(SIGNED_TRANSACTION, bytes) as WireTransaction;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `not a transaction that local-near reads (delegate, global-contract and gas-key actions are left out): ${reason}`,
      { cause: error },
    );
  }
}

function readAction(wire: WireAction): Action {
  if (wire.CreateAccount) return { type: "CreateAccount" };
  if (wire.DeployContract) return { type: "DeployContract", code: Uint8Array.from(wire.DeployContract.code) };
  if (wire.FunctionCall) {
    const { method_name, args, gas, deposit } = wire.FunctionCall;
    return { type: "FunctionCall", method_name, args: Uint8Array.from(args), gas: Number(gas), deposit };
  }
  if (wire.Transfer) return { type: "Transfer", deposit: wire.Transfer.deposit };
  if (wire.Stake)
    return { type: "Stake", stake: wire.Stake.stake, public_key: keyText(wire.Stake.public_key) };
  if (wire.AddKey) {
    const { public_key, access_key } = wire.AddKey;
    return { type: "AddKey", public_key: keyText(public_key), access_key: readAccessKey(access_key) };
  }
  if (wire.DeleteKey) return { type: "DeleteKey", public_key: keyText(wire.DeleteKey.public_key) };
  return { type: "DeleteAccount", beneficiary_id: wire.DeleteAccount!.beneficiary_id };
}

function readAccessKey(wire: { nonce: bigint; permission: WirePermission }): AccessKey {
  const permission = "FunctionCall" in wire.permission ? wire.permission.FunctionCall : "FullAccess";
  return { nonce: wire.nonce, permission };
}

function keyText(wire: WireKey): string {
  const [tag, data] = "ed25519" in wire ? [0, wire.ed25519] : [1, wire.secp256k1];
  return publicKeyFromBytes(Uint8Array.of(tag, ...data));
}

function signatureText(wire: WireKey): string {
  if ("ed25519" in wire) return `ed25519:${base58.encode(Uint8Array.from(wire.ed25519))}`;
  return `secp256k1:${base58.encode(Uint8Array.from(wire.secp256k1))}`;
}
