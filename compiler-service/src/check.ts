import { OffshoreError } from "@near-offshore/protocol";
import { checkModule } from "@near-offshore/wasi-sandbox";
import { LIMITS } from "./limits.ts";

/**
 * Checks that every executor can run a module: its size, and all that they check themselves before they run it.
 * @throws OffshoreError `bad_module` saying what is wrong with it.
 */
export function expectRunnable(module: Uint8Array): void {
  if (module.length > LIMITS.module_bytes_max) throw moduleTooLarge();
  if (isComponent(module)) throw badModule("it is a component; build for wasm32-wasip1, not wasm32-wasip2");
  checkModule(module);
}

export function moduleTooLarge(): OffshoreError {
  return badModule(`it has more than ${LIMITS.module_bytes_max / 2 ** 20} MiB`);
}

function badModule(why: string): OffshoreError {
  return new OffshoreError("bad_module", `the module cannot run: ${why}`);
}

// Component model binary format: the magic number of a module, then version 0x0d, layer 1.
function isComponent(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 8)).toString("hex") === "0061736d0d000100";
}

/**
 * A module without its custom sections, but for `name`: the rest (producers, target features, debug information) says how it was
 * made, not what it does. The module has passed `expectRunnable`.
 */
export function stripCustomSections(module: Uint8Array): Uint8Array {
  const kept = [module.subarray(0, 8)];
  let at = 8;
  while (at < module.length) {
    const start = at;
    const id = module[at++];
    const size = readU32(module, at);
    at = size.end + size.value;
    if (id !== 0 || sectionName(module, size.end) === "name") kept.push(module.subarray(start, at));
  }
  return new Uint8Array(Buffer.concat(kept));
}

function sectionName(module: Uint8Array, at: number): string {
  const length = readU32(module, at);
  return new TextDecoder().decode(module.subarray(length.end, length.end + length.value));
}

// LEB128 (WebAssembly core specification, 5.2.2)
function readU32(bytes: Uint8Array, at: number): { value: number; end: number } {
  let value = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = bytes[at++] ?? 0;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  return { value, end: at };
}
