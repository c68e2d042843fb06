import { type SealedModule, type SealForm, seal } from "@near-offshore/sealer";
import { checkModule, orRefuse } from "./check.ts";
import { RunFault } from "./fault.ts";
import { SANDBOX_LIMITS, WASM_PAGES_PER_MB } from "./limits.ts";
import { heedBranchHints } from "./node-hints.ts";
import type { WasiLimits } from "./types.ts";

heedBranchHints();
const ENGINE = /\bFirefox\//.test(globalThis.navigator?.userAgent ?? "") ? "spidermonkey" : "v8";

/** A sealed module, ready to be instantiated; or the outcome it has on every machine without running. */
export type Sealed =
  | { readonly outcome: NonNullable<SealedModule["outcome"]> }
  | { readonly outcome: null; readonly module: WebAssembly.Module };

/**
 * A checked module that is sealed and compiled when first run, and kept. Give it to `runModule` to run the same module again at no
 * cost.
 * @throws OffshoreError `bad_module`, from the constructor
 */
export class Program {
  readonly bytes: Uint8Array;
  /** The last one of each form, with slices and without. */
  readonly #sealed = new Map<string, { max_memory_mb: number; sealed: Sealed }>();

  constructor(bytes: Uint8Array) {
    checkModule(bytes);
    this.bytes = bytes;
  }

  /**
   * The module sealed in a form, for limits of memory in MiB and of instructions.
   * @throws OffshoreError `bad_module` if it cannot be sealed
   * @throws RunFault `crashed` if this engine does not compile it
   */
  sealed(form: SealForm, { max_memory_mb, max_instructions }: WasiLimits): Sealed {
    const slices = max_instructions > SANDBOX_LIMITS.unsliced_instructions_max;
    const kind = `${form} ${slices}`;
    const known = this.#sealed.get(kind);
    if (known?.max_memory_mb === max_memory_mb) return known.sealed;
    const sealed = this.#seal(form, max_memory_mb, slices);
    this.#sealed.set(kind, { max_memory_mb, sealed });
    return sealed;
  }

  #seal(form: SealForm, max_memory_mb: number, slices: boolean): Sealed {
    const memoryPagesMax = max_memory_mb * WASM_PAGES_PER_MB;
    const { outcome, bytes } = orRefuse(() =>
      seal(this.bytes, { form, memoryPagesMax, slices, engine: ENGINE }),
    );
    if (outcome) return { outcome };
    try {
      return { outcome: null, module: new WebAssembly.Module(bytes) };
    } catch (cause) {
      throw new RunFault("crashed", "this engine did not compile the sealed module", { cause });
    }
  }
}
