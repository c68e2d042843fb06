// What the owner sets.
import { accountId, LIMITS, yocto } from "@near-offshore/protocol";
import * as z from "zod";
import { amount, call, type Method, none } from "./method.ts";

export const admin: Record<string, Method> = {
  set_owner: call("owner", "Hands the contract over.", z.object({ owner_id: accountId }), {
    owner_id: "owner.near",
  }),
  set_operator: call("owner", "Names the operator.", z.object({ operator_id: accountId }), {
    operator_id: "operator.near",
  }),
  set_pricing: call(
    "owner",
    "Sets prices of requests to come.",
    z
      .object({
        base_fee_yocto: yocto,
        rate_per_million_yocto: yocto,
        min_stake_yocto: yocto,
        reporter_percent: z.int().min(0).max(50),
      })
      .partial(),
    { base_fee_yocto: "1000000000000000000000" },
  ),
  set_limits: call(
    "owner",
    "Sets rules of requests to come.",
    z
      .object({
        max_instructions: z.int().min(1_000_000).max(LIMITS.instructions_max),
        max_memory_mb: z.int().min(16).max(LIMITS.memory_mb_max),
        max_execution_seconds: z.int().min(5).max(LIMITS.execution_seconds_max),
        min_established: z.int().min(0).max(LIMITS.quorum_max),
        vesting_results: z.int().min(0).max(1_000),
        fault_window_blocks: z.int().min(1_000).max(10_000_000),
      })
      .partial(),
    { min_established: 1 },
  ),
  set_paused: call("owner", "Stops new requests and registrations.", z.object({ paused: z.boolean() }), {
    paused: true,
  }),
  withdraw_fees: call("owner", "Pays the owner the fees.", amount, {}),
  migrate: call("owner, the contract", "Brings the state of an older version to this one.", none, {}),
};
