// Asking for a run.
import { accountId, LIMITS, responseFormat } from "@near-offshore/protocol";
import * as z from "zod";
import {
  call,
  type Method,
  max_error,
  of_request,
  payable,
  quorum,
  REPOSITORY,
  resource_limits,
  source,
  view,
} from "./method.ts";

export const requests: Record<string, Method> = {
  request_execution: payable(
    call(
      "anyone",
      "Runs a program; the call's answer is the program's. What is left of the deposit goes to the payer (default: the caller). Null `resource_limits` or `params.compile_only`: only compiles it (without an input); the answer is the module's hash.",
      z.object({
        source,
        resource_limits,
        input_data: z.string().optional(),
        response_format: responseFormat.optional(),
        payer_account_id: accountId.nullable().optional(),
        secrets_ref: z.null().optional(),
        params: z.object({ quorum, compile_only: z.boolean().optional(), max_error }).optional(),
      }),
      {
        source: { GitHub: REPOSITORY },
        input_data: '{"min":0,"max":1}',
        resource_limits: { max_instructions: 1_000_000_000 },
        response_format: "Json",
        params: { quorum: 3 },
      },
    ),
    "at least `estimate_execution_cost`",
    "0.1",
  ),
  cancel_stale_execution: call(
    "anyone",
    "Closes a request whose callback should have run (250 blocks after it was made) and did not.",
    of_request,
    { request_id: 7 },
  ),
  estimate_execution_cost: view(
    "The deposit that such a request needs, in yoctoNEAR.",
    z.object({
      resource_limits,
      quorum,
      max_error,
      input_bytes: z.int().min(0).max(LIMITS.input_bytes_max).optional(),
    }),
    { resource_limits: { max_instructions: 1_000_000_000 }, quorum: 3, input_bytes: 100 },
  ),
};
