/**
 * Bounds on the original module, part of the rules: the same for every form and every engine. They keep what the sealer
 * adds within what engines accept (WebAssembly JavaScript Interface, "Implementation-defined Limits").
 */
export const LIMITS = {
  moduleBytes: 256 * 1024 * 1024,
  types: 100_000,
  imports: 10_000,
  functions: 200_000,
  globals: 100_000,
  exports: 100_000,
  tables: 16,
  /** Elements a table may have or grow to; `table.grow` past it returns -1. */
  tableElements: 1_000_000,
  segments: 100_000,
  params: 900,
  results: 900,
  locals: 40_000,
  bodyBytes: 4_000_000,
  /** Weights (`Body.weight`): engines accept function bodies up to 7,654,321 bytes and modules up to 1 GiB. */
  functionWeight: 7_600_000,
  moduleWeight: 1_000_000_000,
  brTableTargets: 65_000,
  /** Locals of all functions, and operands of all calls, block types and branches with more than one: they take time without taking bytes. */
  operandWork: 50_000_000,
  nameBytes: 100_000,
  nesting: 10_000,
  memoryPages: 65_536,
} as const;
