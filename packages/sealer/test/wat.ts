/** Modules from text, for tests. */

import binaryen from "binaryen";

const { Features } = binaryen;
const FEATURES = Features.All & ~(Features.GC | Features.ExceptionHandling);

/** The binary of a module in text form. */
export function wat(text: string): Uint8Array {
  const module = binaryen.parseText(text);
  module.setFeatures(FEATURES);
  const bytes = module.emitBinary();
  module.dispose();
  return bytes;
}
