import * as z from "zod";
import { OffshoreError } from "../errors.ts";
import { fromNearText } from "../keys.ts";
import { LIMITS } from "../pure/limits.ts";
import { isCommit, isRef } from "../pure/refs.ts";
import { isStatus, type Status } from "../pure/statuses.ts";

export const hex32 = z.string().regex(/^[0-9a-f]{64}$/, "expected 64 lowercase hex characters");
export const yocto = z.string().regex(/^(0|[1-9][0-9]{0,38})$/, "expected a decimal amount of yoctoNEAR");
export const requestId = z.int().nonnegative();
export const instructions = z.int().nonnegative().max(LIMITS.instructions_max);
export const accountId = z
  .string()
  .min(2)
  .max(64)
  .regex(/^(([a-z\d]+[-_])*[a-z\d]+\.)*([a-z\d]+[-_])*[a-z\d]+$/, "expected a NEAR account id");
export const publicKey = nearText(32, "expected ed25519:<base58 of a 32-byte public key>");
export const signature = nearText(64, "expected ed25519:<base58 of a 64-byte signature>");
export const status = z.custom<Status>((value) => typeof value === "string" && isStatus(value), {
  error:
    "expected a status: ok, exit:<1-255>, trap:<kind>, out_of_instructions, out_of_memory, output_too_large",
});
export const base64 = z.base64();

export const commit = z.string().refine(isCommit, "expected a full 40-character commit");
const commitOrRef = z
  .string()
  .max(LIMITS.ref_chars_max)
  .refine((text) => isCommit(text) || isRef(text), "expected a full commit, a branch or a tag");

export const source = z.union([
  z.strictObject({
    GitHub: z.strictObject({
      repo: z.string().min(1).max(LIMITS.repo_chars_max),
      commit: commitOrRef,
      build_target: z.literal("wasm32-wasip1"),
      module_sha256: hex32.nullable(),
    }),
  }),
  z.strictObject({
    WasmUrl: z.strictObject({
      url: z.string().min(1).max(LIMITS.url_chars_max),
      hash: hex32,
      build_target: z.literal("wasm32-wasip1"),
    }),
  }),
  z.strictObject({ Module: z.strictObject({ sha256: hex32 }) }),
]);

export const executionLimits = z.object({
  max_instructions: z.int().positive().max(LIMITS.instructions_max),
  max_memory_mb: z.int().positive().max(LIMITS.memory_mb_max),
  max_execution_seconds: z.int().positive().max(LIMITS.execution_seconds_max),
});

export const executionContext = z.object({
  seed: hex32,
  block_height: z.int().nonnegative(),
  block_timestamp: z.string().regex(/^[0-9]{1,20}$/, "expected nanoseconds as a decimal string"),
  sender_id: accountId,
  predecessor_id: accountId,
  signer_public_key: z.string().min(1).max(128),
  payment_yocto: yocto,
});

export const taskDescription = z.object({
  rules_version: z.int().positive(),
  contract_id: accountId,
  request_id: requestId,
  source,
  input_sha256: hex32,
  limits: executionLimits,
  context: executionContext,
});

/**
 * Parses what crossed a boundary.
 * @throws OffshoreError with `code` (default `invalid_argument`) naming the first field that is wrong and why.
 */
export function parse<T extends z.ZodType>(
  schema: T,
  value: unknown,
  what: string,
  code: "invalid_argument" | "invalid_frame" = "invalid_argument",
): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new OffshoreError(code, `${what}: ${firstIssue(result.error)}`);
}

/** `field.path: reason` of the first issue of a zod error. */
export function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return "does not match its schema";
  return issue.path.length === 0 ? issue.message : `${issue.path.join(".")}: ${issue.message}`;
}

function nearText(length_bytes: 32 | 64, message: string) {
  return z
    .string()
    .max(100)
    .refine(
      (text) => {
        try {
          fromNearText(text, length_bytes);
          return true;
        } catch {
          return false;
        }
      },
      { error: message },
    );
}
