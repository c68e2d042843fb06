// The price of entering a function: the chain charges one operator for each 8 bytes of its frame (finite-wasm).
import { concatBytes } from "@noble/hashes/utils.js";
import { WASM_FRAMES } from "../parameters.ts";
import { refuseAbove } from "./prepare-error.ts";
import { encodeU32, readValueType, WasmReader } from "./wasm-reader.ts";

const { base, narrow, wide } = WASM_FRAMES;
const VALUE_BYTES: Record<string, number> = { i: narrow, I: wide, f: narrow, F: wide, r: wide };
const NOP = 0x01;

/**
 * A code section whose functions start with as many `nop`s as their entry costs operators: a `nop` costs as every
 * operator does, and does nothing.
 * @param signatures of the functions that the module defines, in order.
 */
export function priceEntries(reader: WasmReader, signatures: readonly string[]): Uint8Array {
  const bodies = reader.whole(() => reader.take(reader.u32()));
  let locals_total = 0;
  const parts = bodies.map((body, index) => {
    refuseAbove("max_function_body_size", body.length);
    const locals = new WasmReader(body);
    const [params = ""] = (signatures[index] ?? "").split(">");
    let frame_bytes = base + [...params].reduce((sum, type) => sum + (VALUE_BYTES[type] ?? 0), 0);
    locals.vector(() => {
      const count = locals.u32();
      locals_total += count;
      frame_bytes += count * VALUE_BYTES[readValueType(locals)]!;
    });
    refuseAbove("max_locals_per_contract", locals_total);
    const nops = new Uint8Array(Math.ceil(frame_bytes / 8)).fill(NOP);
    const priced = concatBytes(body.subarray(0, locals.offset), nops, body.subarray(locals.offset));
    return concatBytes(encodeU32(priced.length), priced);
  });
  return concatBytes(encodeU32(bodies.length), ...parts);
}
