/** Checks a module without keeping its sealed form. */

import type { ModuleInfo } from "./info.ts";
import { LIMITS } from "./limits.ts";
import { seal } from "./seal.ts";

/**
 * Says what a module imports, exports and uses.
 * @throws SealError exactly when `seal` would.
 */
export function inspect(bytes: Uint8Array): ModuleInfo {
  return seal(bytes, { form: "fast", memoryPagesMax: LIMITS.memoryPages }).info;
}
