/** Runs a module sealed, for tests. */

import { Meter, type RunEnd, type SealForm, type SealOptions, seal } from "../src/index.ts";

export interface Execution {
  form?: SealForm;
  budget?: bigint;
  slice?: bigint;
  args?: unknown[];
  /** Host functions of import module "host"; they get the meter first. */
  host?: Record<string, (meter: Meter, ...args: never[]) => unknown>;
  options?: Partial<SealOptions>;
}

/** Both forms, for tests of what they have in common. */
export const FORMS = ["fast", "exact"] as const;

/** Every way to seal that must not make a difference. */
export const WAYS = FORMS.flatMap((form) =>
  [false, true].flatMap((slices) =>
    (["v8", "spidermonkey"] as const).map((engine) => ({ form, slices, engine })),
  ),
);

/** An instance of the sealed module with its meter; nothing of it has run. */
export function instantiate(
  bytes: Uint8Array,
  execution: Execution = {},
): { instance: WebAssembly.Instance; meter: Meter } {
  const { form = "fast", budget = 1_000_000n, slice = budget || 1n, host = {}, options = {} } = execution;
  const sealed = seal(bytes, { form, memoryPagesMax: 1024, ...options });
  if (sealed.outcome) throw new Error(sealed.outcome);
  const meter = new Meter({ budget, slice });
  const functions = Object.entries(host).map(([name, call]) => [
    name,
    (...args: never[]) => call(meter, ...args),
  ]);
  const imports = { host: Object.fromEntries(functions), ...meter.imports };
  const instance = new WebAssembly.Instance(new WebAssembly.Module(sealed.bytes), imports);
  meter.attach(instance);
  return { instance, meter };
}

/** Calls export `main` after the start function. */
export function execute(bytes: Uint8Array, execution: Execution = {}): RunEnd<unknown> {
  const { instance, meter } = instantiate(bytes, execution);
  return meter.run(() => {
    meter.start();
    return (instance.exports.main as (...args: unknown[]) => unknown)(...(execution.args ?? []));
  });
}
