/** Modules from text, for tests. */

import binaryen from "binaryen";

/** The binary of a module in text form, all features on. */
export function wat(text: string): Uint8Array {
  const module = binaryen.parseText(text);
  module.setFeatures(binaryen.Features.All);
  const bytes = module.emitBinary();
  module.dispose();
  return bytes;
}
