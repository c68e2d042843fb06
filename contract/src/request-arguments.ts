// The arguments of `request_execution`, checked and with defaults filled in.
import { type ExecutionLimits, LIMITS, type Source } from "@near-offshore/protocol/pure";
import { accountId, boolean, integer, type Json, object, oneOf, wrong } from "./checks.ts";
import { refuse } from "./errors.ts";
import { encodeText, isUtf8, near } from "./host.ts";
import { parseSource } from "./sources.ts";
import type { ResponseFormat, Rules } from "./state.ts";

const RESPONSE_FORMATS = ["Bytes", "Text", "Json"] as const;

/** What a caller asks for. */
export interface AskedRequest {
  source: Source;
  limits: ExecutionLimits;
  input_data: string;
  /** Its UTF-8 bytes. */
  input: Uint8Array;
  quorum: number;
  response_format: ResponseFormat;
  payer_account_id: string;
}

export function parseRequest(args: Json, rules: Rules): AskedRequest {
  if ((args.secrets_ref ?? null) !== null) {
    refuse("not_supported", "secrets_ref must be null: a volunteer's browser cannot keep a secret");
  }
  const input_data = args.input_data ?? "";
  if (typeof input_data !== "string") return wrong("input_data", "a string", input_data);
  const input = encodeText(input_data);
  if (!isUtf8(input)) refuse("invalid_argument", "input_data has half of a surrogate pair");
  if (input.length > LIMITS.input_bytes_max) {
    refuse(
      "invalid_argument",
      `input_data has ${input.length} bytes, at most ${LIMITS.input_bytes_max} are allowed`,
    );
  }
  const payer = args.payer_account_id ?? null;
  return {
    source: parseSource(args.source),
    limits: parseLimits(args.resource_limits, rules),
    input_data,
    input,
    quorum: parseQuorum(args.params ?? {}),
    response_format: oneOf<ResponseFormat>(
      args.response_format ?? "Text",
      "response_format",
      RESPONSE_FORMATS,
    ),
    payer_account_id: payer === null ? near.predecessorAccountId() : accountId(payer, "payer_account_id"),
  };
}

/** Limits with defaults filled in. Null means compile only, in the system whose callers this one serves. */
export function parseLimits(value: unknown, rules: Rules): ExecutionLimits {
  if (value === null) refuse("not_supported", "resource_limits: null (compile only) is not supported yet");
  const limits = value === undefined ? {} : object(value, "resource_limits");
  const limit = (name: keyof ExecutionLimits, by_default: number, max: number) =>
    integer(limits[name] ?? Math.min(by_default, max), `resource_limits.${name}`, 1, max);
  return {
    max_instructions: limit("max_instructions", LIMITS.instructions_default, rules.max_instructions),
    max_memory_mb: limit("max_memory_mb", LIMITS.memory_mb_default, rules.max_memory_mb),
    max_execution_seconds: limit(
      "max_execution_seconds",
      LIMITS.execution_seconds_default,
      rules.max_execution_seconds,
    ),
  };
}

function parseQuorum(value: unknown): number {
  const params = object(value, "params");
  if (boolean(params.compile_only ?? false, "params.compile_only")) {
    refuse("not_supported", "params.compile_only is not supported yet");
  }
  if ((params.max_error ?? null) !== null) refuse("not_supported", "params.max_error is not supported yet");
  return integer(params.quorum ?? LIMITS.quorum_default, "params.quorum", 1, LIMITS.quorum_max);
}
