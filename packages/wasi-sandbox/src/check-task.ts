import { OffshoreError } from "@near-offshore/protocol";
import type { WasiLimits, WasiTask } from "./types.ts";

const SEED_BYTES = 32;
const TIME_NS_MAX = 2n ** 64n - 1n;
/** All that a 32-bit module can address. */
const MEMORY_MB_MAX = 4096;

/** @throws OffshoreError `invalid_argument` for a task that no world can be made from */
export function checkTask(
  { args = [], env = {}, preopens = {}, seed, start_ns = 0n }: WasiTask,
  limits: WasiLimits,
): void {
  for (const [name, value] of Object.entries(limits)) {
    if (!Number.isSafeInteger(value) || value < 0) throw invalid(`${name} is ${value}, not a whole number`);
  }
  if (limits.max_memory_mb > MEMORY_MB_MAX) throw invalid(`max_memory_mb is above ${MEMORY_MB_MAX}`);
  if (seed && seed.length !== SEED_BYTES)
    throw invalid(`the seed has ${seed.length} bytes, not ${SEED_BYTES}`);
  if (start_ns < 0n || start_ns > TIME_NS_MAX)
    throw invalid(`start_ns is ${start_ns}, no time of a 64-bit clock`);
  const strings = [...args, ...Object.keys(env), ...Object.values(env), ...Object.keys(preopens)];
  const with_nul = strings.find((string) => string.includes("\0"));
  if (with_nul !== undefined) throw invalid(`${JSON.stringify(with_nul)} has a NUL in it`);
  const bad_name = Object.keys(env).find((name) => name === "" || name.includes("="));
  if (bad_name !== undefined) throw invalid(`no variable can be called ${JSON.stringify(bad_name)}`);
}

function invalid(message: string): OffshoreError {
  return new OffshoreError("invalid_argument", message);
}
