import type { OwnEngine } from "../../compiler-service/src/setup/own-engine.ts";
import { prepareEngine } from "../../compiler-service/src/setup/prepare.ts";

/**
 * A container engine with every toolchain's image; null where there is none and none can be had.
 * @param say is told what is done, and why there is none
 * @param without what that means: "containers are not measured"
 */
export async function openEngine(say: (line: string) => void, without: string): Promise<OwnEngine | null> {
  try {
    return await prepareEngine(say);
  } catch (error) {
    say(`${without}: ${(error as Error).message}`);
    return null;
  }
}
