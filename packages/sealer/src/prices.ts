/** What is counted, and at what price. */

/** Version of the rules in docs/metering.md that `RULES_1_PRICES` and the default options are. */
export const RULES_VERSION = 1;

/** A price list. Every price is a whole number of the list's own unit. */
export interface Prices {
  /** Each operator executed that is not in `free`. */
  operator: number;
  /** Opcodes (first byte) that cost nothing. Branches and calls cannot be free: loops would be. */
  free: readonly number[];
  /** Each entry into a function of the module. */
  functionEntry: number;
  /** Each round of a loop. */
  loopRound: number;
  /** Operators whose price depends on their operand, as below, also cost this. */
  operandBase: number;
  /** `memory.copy`, `memory.fill`, `memory.init` of n bytes also cost (n >> `memoryBytesShift`) * `memoryUnit`. */
  memoryBytesShift: number;
  memoryUnit: number;
  /** `memory.grow` also costs this for each page asked for. */
  memoryPage: number;
  /** `table.grow`, `table.fill`, `table.copy`, `table.init` also cost this for each element. */
  tableElement: number;
}

/** Rules version 1: unreachable nop block loop else end return drop are free, every other operator costs 1. */
export const RULES_1_PRICES: Prices = {
  operator: 1,
  free: [0x00, 0x01, 0x02, 0x03, 0x05, 0x0b, 0x0f, 0x1a],
  functionEntry: 1,
  loopRound: 0,
  operandBase: 0,
  memoryBytesShift: 3,
  memoryUnit: 1,
  memoryPage: 8192,
  tableElement: 1,
};

const MUST_COST = [0x0c, 0x0d, 0x0e, 0x10, 0x11, 0x12, 0x13];
const PRICE_MAX = 2 ** 30;

/**
 * The price of each opcode by its first byte.
 * @throws RangeError for a list whose loops would be free, or whose prices are not whole numbers up to 2^30.
 */
export function operatorPrices(prices: Prices): Float64Array {
  const { free, memoryBytesShift, ...amounts } = prices;
  for (const price of Object.values(amounts)) {
    if (!Number.isInteger(price) || price < 0 || price > PRICE_MAX)
      throw new RangeError(`bad price ${price}`);
  }
  if (!(memoryBytesShift >= 0 && memoryBytesShift <= 31)) throw new RangeError("bad memoryBytesShift");
  const table = new Float64Array(256).fill(amounts.operator);
  for (const opcode of free) table[opcode] = 0;
  if (amounts.operator === 0 || MUST_COST.some((opcode) => table[opcode] === 0)) {
    throw new RangeError("branches and calls must have a price");
  }
  return table;
}
