/** Runs inside an engine: how modules that call themselves without end are stopped. */

import { Meter, type SealForm, seal } from "../src/index.ts";

export interface DepthInput {
  modules: Uint8Array[];
  form: SealForm;
  stackBytesMax: number;
}

/** The ends of runs of `main`: their kinds, and the kinds of traps. */
export function run({ modules, form, stackBytesMax }: DepthInput): string[] {
  return modules.map((module) => {
    const { bytes } = seal(module, { form, memoryPagesMax: 16, stackBytesMax });
    const meter = new Meter({ budget: 10n ** 12n });
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { ...meter.imports });
    meter.attach(instance);
    const end = meter.run(instance.exports.main as () => void);
    return end.kind === "trap" ? end.trap : end.kind;
  });
}
