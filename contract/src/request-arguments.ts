// The arguments of `request_execution`, checked and with defaults filled in.
import { type ExecutionLimits, LIMITS, type Source } from "@near-offshore/protocol/pure";
import { accountId, boolean, fraction, integer, type Json, object, oneOf, wrong } from "./checks.ts";
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
  compile_only: boolean;
  max_error: number | null;
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
  const source = parseSource(args.source);
  const params = parseParams(args);
  if (params.compile_only && !("GitHub" in source)) {
    refuse("invalid_argument", "source.GitHub is what can be compiled: this source is a module already");
  }
  if (params.compile_only && input.length > 0) {
    refuse("invalid_argument", "input_data has no use where nothing is run: this request is compile only");
  }
  return {
    source,
    limits: parseLimits(args.resource_limits, rules),
    input_data,
    input,
    ...params,
    response_format: oneOf<ResponseFormat>(
      args.response_format ?? "Text",
      "response_format",
      RESPONSE_FORMATS,
    ),
    payer_account_id: payer === null ? near.predecessorAccountId() : accountId(payer, "payer_account_id"),
  };
}

/** Limits with defaults filled in. Null is for a request that is not to run. */
export function parseLimits(value: unknown, rules: Rules): ExecutionLimits {
  const limits = value === undefined || value === null ? {} : object(value, "resource_limits");
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

/** Null `resource_limits` mean compile only too, as in the system whose callers this one serves. */
function parseParams(args: Json) {
  const params = object(args.params ?? {}, "params");
  const compile_only =
    boolean(params.compile_only ?? false, "params.compile_only") || args.resource_limits === null;
  const max_error = params.max_error ?? null;
  const quorum = integer(params.quorum ?? LIMITS.quorum_default, "params.quorum", 1, LIMITS.quorum_max);
  return {
    compile_only,
    quorum: compile_only ? 0 : quorum,
    max_error: max_error === null ? null : fraction(max_error, "params.max_error"),
  };
}
