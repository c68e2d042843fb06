// What a method is described by, and what several have in common.
import {
  accountId,
  executionLimits,
  hex32,
  LIMITS,
  publicKey,
  requestId,
  yocto,
} from "@near-offshore/protocol";
import * as z from "zod";

export type Caller = "anyone" | "owner" | "operator" | "its account" | "the contract" | "owner, the contract";

export interface Method {
  kind: "view" | "call";
  caller: Caller;
  /** What the deposit is for; absent where a call takes none. */
  deposit?: string;
  about: string;
  args: z.ZodObject;
  example: Record<string, unknown>;
  /** Of the example. */
  deposit_near?: string;
}

export const KEY = "ed25519:FAe4sisG95oZ42w7buUn5qEE4TAnfTTFPiguZUHmhiF";
export const SIGNATURE =
  "ed25519:gAboGQPSqJhcm6ecSJMGBM5RGhc16orKMEXfnGUTgDFgRgfAMYMqMHTM2oowg4SgAzAfhfyJiBxtSCm1HVRCCk8";
export const HASH = "a948904f2f0f479b8f8197694b30184b0d2ed1c1cd2a1ec0fb85d299a192a447";
export const COMMIT = "0123456789abcdef0123456789abcdef01234567";
export const REPOSITORY = { repo: "https://github.com/near-examples/coin-flip", commit: COMMIT };

const target = z.enum(["wasm32-wasip1", "wasm32-wasi"]).optional();
export const repository = z.object({
  repo: z.string().max(LIMITS.repo_chars_max),
  commit: z.string(),
  build_target: target,
});
export const repository_or_ref = repository.extend({
  commit: z.string().max(LIMITS.ref_chars_max).describe("a full commit, a branch or a tag"),
  module_sha256: hex32.nullable().optional(),
});
export const source = z.union([
  z.object({ GitHub: repository_or_ref }),
  z.object({
    WasmUrl: z.object({ url: z.string().max(LIMITS.url_chars_max), hash: hex32, build_target: target }),
  }),
  z.object({ Module: z.object({ sha256: hex32 }) }),
]);
export const resource_limits = executionLimits.partial().nullable().optional();
export const quorum = z.int().min(1).max(LIMITS.quorum_max).optional();
export const max_error = z.number().gt(0).lt(1).nullable().optional();
export const page = z.object({
  from_index: z.int().nonnegative().optional(),
  limit: z.int().min(1).max(LIMITS.page_items_max).optional(),
});
export const none = z.object({});
export const of_key = z.object({ public_key: publicKey });
export const of_request = z.object({ request_id: requestId });
export const of_account = z.object({ account_id: accountId });
export const amount = z.object({ amount_yocto: yocto.optional() });

export const view = (about: string, args: z.ZodObject, example: object): Method => ({
  kind: "view",
  caller: "anyone",
  about,
  args,
  example: { ...example },
});

export const call = (caller: Caller, about: string, args: z.ZodObject, example: object): Method => ({
  ...view(about, args, example),
  kind: "call",
  caller,
});

export const payable = (method: Method, deposit: string, deposit_near: string): Method => ({
  ...method,
  deposit,
  deposit_near,
});
