/** The forms of a kernel that are compared. */

import { type EngineName, type SealOptions, seal } from "../src/index.ts";
import type { Variant } from "./measure.ts";

/** Options of `seal` by a form's name. */
export type Forms = Readonly<Record<string, Partial<SealOptions>>>;

/** `sealed` is what the sandbox runs, `sliced` what it runs where it may take long; `stack` and `nan` add one thing each to metering. */
const FORMS: Forms = {
  metered: { canonicalizeNan: false, stackBytesMax: null },
  sealed: {},
  sliced: { slices: true },
  stack: { canonicalizeNan: false },
  nan: { stackBytesMax: null },
  exact: { form: "exact" },
};
const DEFAULT_FORMS = "metered,sealed,sliced";

/** Reads `metered,sealed` or `metered;mine={"form":"fast"}`. */
export function formsOf(text: string = DEFAULT_FORMS): Forms {
  const forms = text.split(text.includes("{") ? ";" : ",").map((part) => {
    const [, name = part, json] = part.match(/^(\w+)=(.*)$/) ?? [];
    const options = json === undefined ? FORMS[name] : (JSON.parse(json) as Partial<SealOptions>);
    if (!options) throw new Error(`no form "${name}": there are ${Object.keys(FORMS).join(", ")}`);
    return [name, options] as const;
  });
  return Object.fromEntries(forms);
}

/** The request's limit, as the protocol's default has it. */
const MEMORY_PAGES_MAX = 128 * 16;

/** The plain module twice (what their times differ by is noise), then the sealed ones. */
export function variantsOf(plain: Uint8Array, forms: Forms, engine: EngineName): Variant[] {
  const variants: Variant[] = [];
  for (const name of ["plain", "again"])
    variants.push({ name, module: named(plain, name), is_sealed: false });
  for (const [name, options] of Object.entries(forms)) {
    const { bytes } = seal(plain, { form: "fast", memoryPagesMax: MEMORY_PAGES_MAX, engine, ...options });
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
