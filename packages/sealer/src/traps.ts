/** Why a run stopped, as the sealed module itself records it: an engine's own words are never read. */

/** The trap kinds of the protocol. A kind's code in a sealed module is its place here, from 1. */
export const TRAP_KINDS = [
  "unreachable",
  "memory",
  "divide_by_zero",
  "integer_overflow",
  "invalid_conversion",
  "indirect_call",
  "table",
  "stack_overflow",
  "other",
] as const;

export type TrapKind = (typeof TRAP_KINDS)[number];

/** Why an indirect call traps when it is not for the function's type. Their codes come behind those of the kinds. */
export const CALL_FAULTS = ["out_of_bounds", "null"] as const;

export type CallFault = (typeof CALL_FAULTS)[number];

/** The code that a sealed module stores for a kind. */
export function trapCode(kind: TrapKind): number {
  return TRAP_KINDS.indexOf(kind) + 1;
}

/** The kind of a code, or undefined for what is not one. */
export function trapKindOf(code: number): TrapKind | undefined {
  return TRAP_KINDS[code - 1];
}

/** The code for an indirect call that fails so. */
export function callFaultCode(fault: CallFault): number {
  return TRAP_KINDS.length + CALL_FAULTS.indexOf(fault) + 1;
}

/** The fault of a code, or undefined for what is not one. */
export function callFaultOf(code: number): CallFault | undefined {
  return CALL_FAULTS[code - TRAP_KINDS.length - 1];
}

/** State of a module in the fast form, which does not record why it traps. */
export const STATE_UNRECORDED = 0;

/** As STATE_UNRECORDED, of a module that gets its whole budget at once. */
export const STATE_UNSLICED = 50;

/** State of such a module after its budget was over. */
export const STATE_OUT_OF_INSTRUCTIONS = 51;

/** State after the engine refused memory or table space that the limits allow. */
export const STATE_MACHINE_FAULT = 52;
