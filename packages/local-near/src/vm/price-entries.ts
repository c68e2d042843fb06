// The price of entering a function: the chain charges one operator for each 8 bytes of its frame (finite-wasm).
import { concatBytes } from "@noble/hashes/utils.js";
import { CHAIN_LIMITS } from "../parameters.ts";
import { PrepareError } from "./prepare-error.ts";
import { encodeU32, VALUE_TYPES, WasmReader } from "./wasm-reader.ts";

/** What the chain counts for any frame, in bytes, besides its parameters and locals. */
const FRAME_BYTES = 64;
const VALUE_BYTES: Record<string, number> = { i: 4, I: 8, f: 4, F: 8 };
const NOP = 0x01;

/**
 * A code section whose functions start with as many `nop`s as their entry costs operators: a `nop` costs as every
 * operator does, and does nothing.
 * @param signatures of the functions that the module defines, in order.
 */
export function priceEntries(reader: WasmReader, signatures: readonly string[]): Uint8Array {
  const bodies = reader.vector(() => reader.take(reader.u32()));
  let locals_total = 0;
  const parts = bodies.map((body, index) => {
    const locals = new WasmReader(body);
    const [params = ""] = (signatures[index] ?? "").split(">");
    let frame_bytes = FRAME_BYTES + [...params].reduce((sum, type) => sum + (VALUE_BYTES[type] ?? 0), 0);
    locals.vector(() => {
      const count = locals.u32();
      locals_total += count;
      frame_bytes += count * (VALUE_BYTES[VALUE_TYPES[locals.byte()] ?? ""] ?? 0);
    });
    if (locals_total > CHAIN_LIMITS.max_locals_per_contract) throw new PrepareError("TooManyLocals");
    const nops = new Uint8Array(Math.ceil(frame_bytes / 8)).fill(NOP);
    const priced = concatBytes(body.subarray(0, locals.offset), nops, body.subarray(locals.offset));
    return concatBytes(encodeU32(priced.length), priced);
  });
  return concatBytes(encodeU32(bodies.length), ...parts);
}
