/** Runs inside an engine: how long sealing takes, the first time and after. */

import { seal } from "../src/index.ts";

export interface SpeedInput {
  module: Uint8Array;
  rounds: number;
}

export function run({ module, rounds }: SpeedInput): { times_ms: number[] } {
  const times_ms: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const start_ms = performance.now();
    seal(module, { form: "fast", memoryPagesMax: 65_536 });
    times_ms.push(performance.now() - start_ms);
  }
  return { times_ms };
}
