// Why the chain refuses to run a contract at all.

import { CHAIN_LIMITS } from "../parameters.ts";

/** The code is not a contract; `kind` is nearcore's `PrepareError`. */
export class PrepareError extends Error {
  override name = "PrepareError";
  readonly kind: string;

  constructor(kind: string) {
    super(`contract cannot be prepared: ${kind}`);
    this.kind = kind;
  }
}

/** What is said of code that is beyond a limit. */
const ERRORS = {
  max_functions_number_per_contract: "TooManyFunctions",
  max_locals_per_contract: "TooManyLocals",
  max_types_per_contract: "TooManyTypes",
  max_tables_per_contract: "TooManyTables",
  max_elements_per_contract_table: "TooManyTableElements",
  max_params_per_function: "TooManyParamsPerFunction",
  max_params_per_contract: "TooManyParamsPerContract",
  max_function_body_size: "FunctionBodyTooLarge",
  max_blocks_per_function: "TooManyBlocksPerFunction",
  max_blocks_per_contract: "TooManyBlocksPerContract",
  max_operand_stack_bytes_per_function: "OperandStackTooLarge",
} as const;

export function refuseAbove(limit: keyof typeof ERRORS, value: number): void {
  if (value > CHAIN_LIMITS[limit]) throw new PrepareError(ERRORS[limit]);
}
