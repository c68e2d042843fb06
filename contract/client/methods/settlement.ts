// Answers, failures and what is kept of them.
import {
  compilationArguments,
  FAILURE_CODES,
  failArguments,
  resolveArguments,
} from "@near-offshore/protocol";
import * as z from "zod";
import { call, HASH, KEY, type Method, of_request, SIGNATURE, view } from "./method.ts";

export const settlement: Record<string, Method> = {
  resolve_execution: call(
    "operator",
    "Settles a request with an outcome that its quorum signed.",
    resolveArguments.extend({
      ref_commit: resolveArguments.shape.ref_commit.describe(
        "where the request names a branch or tag and pins no module",
      ),
    }),
    {
      request_id: 7,
      rules_version: 1,
      module_sha256: HASH,
      status: "ok",
      output_base64: "NDI=",
      instructions: 1_234_567,
      attestations: [{ worker: KEY, signature: SIGNATURE }],
    },
  ),
  resolve_compilation: call(
    "anyone",
    "Answers a request that is compile only, once its module is published. `ref_commit` is for one that names a branch or tag.",
    compilationArguments,
    { request_id: 7 },
  ),
  fail_execution: call(
    "operator",
    "Ends a request for which there is no outcome.",
    failArguments.extend({ code: z.enum(Object.keys(FAILURE_CODES) as [string, ...string[]]) }),
    { request_id: 7, code: "no_quorum", message: "two against two" },
  ),
  on_execution_response: call("the contract", "The yield's callback: pays and answers.", of_request, {
    request_id: 7,
  }),
  get_receipt: view("What was settled, while a fault can be reported; else null.", of_request, {
    request_id: 7,
  }),
  prune_receipts: call(
    "anyone",
    "Removes receipts that are too old.",
    z.object({ limit: z.int().min(1).max(50).optional() }),
    { limit: 50 },
  ),
};
