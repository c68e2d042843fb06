/** The forms of a kernel that are compared. */

import { type SealOptions, seal } from "../src/index.ts";
import type { Variant } from "./measure.ts";

/** What is compared unless the caller says more. `sealed` is what the sandbox runs. */
export const SEALED_VARIANTS: Readonly<Record<string, Partial<SealOptions>>> = {
  metered: { canonicalizeNan: false, stackBytesMax: null },
  sealed: {},
};

/** Others with a name of their own. */
export const MORE_VARIANTS: Readonly<Record<string, Partial<SealOptions>>> = {
  stack: { canonicalizeNan: false },
  nan: { stackBytesMax: null },
  exact: { form: "exact" },
};

/** The request's limit, as the protocol's default has it. */
const MEMORY_PAGES_MAX = 128 * 16;

/** The plain module twice (what their times differ by is noise), then the sealed ones. */
export function variantsOf(
  plain: Uint8Array,
  sealed: Readonly<Record<string, Partial<SealOptions>>>,
): Variant[] {
  const variants: Variant[] = [];
  for (const name of ["plain", "again"])
    variants.push({ name, module: named(plain, name), is_sealed: false });
  for (const [name, options] of Object.entries(sealed)) {
    const { bytes } = seal(plain, { form: "fast", memoryPagesMax: MEMORY_PAGES_MAX, ...options });
    variants.push({ name, module: named(bytes, name), is_sealed: true });
  }
  return variants;
}

/** With a custom section at its end: V8 would give equal bytes the same machine code, and hide the noise of making it. */
function named(module: Uint8Array, name: string): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(name);
  const section = [0, text.length + 1, text.length, ...text];
  const bytes = new Uint8Array(module.length + section.length);
  bytes.set(module);
  bytes.set(section, module.length);
  return bytes;
}
