// Every method of the contract: who calls it, what it takes, an example. `abi.json` and docs/contract.md are made from it.
import { accountId } from "@near-offshore/protocol";
import * as z from "zod";
import { admin } from "./methods/admin.ts";
import { call, type Method } from "./methods/method.ts";
import { modules } from "./methods/modules.ts";
import { money } from "./methods/money.ts";
import { requests } from "./methods/requests.ts";
import { settlement } from "./methods/settlement.ts";
import { views } from "./methods/views.ts";
import { workers } from "./methods/workers.ts";

export type { Method } from "./methods/method.ts";

export const METHODS: Record<string, Method> = {
  new: call(
    "anyone",
    "Initializes the contract, once.",
    z.object({ owner_id: accountId, operator_id: accountId }),
    {
      owner_id: "owner.near",
      operator_id: "operator.near",
    },
  ),
  ...requests,
  ...settlement,
  ...modules,
  ...workers,
  ...money,
  ...admin,
  ...views,
};
