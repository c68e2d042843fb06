import { OffshoreError } from "@near-offshore/protocol";
import { inspect, type ModuleInfo, SealError } from "@near-offshore/sealer";
import { CALLS, type CallName, callType, WASI_MODULE } from "./wasi/calls.ts";

/**
 * Decides whether bytes are a module that every executor can run: it can be sealed, it has a `_start`, and all its imports are
 * functions of `wasi_snapshot_preview1`. Returns what the module says about itself.
 * @throws OffshoreError `bad_module`; the message names the feature and byte offset, or the import or export at fault
 */
export function checkModule(bytes: Uint8Array): ModuleInfo {
  const info = orRefuse(() => inspect(bytes));
  for (const { module, name, kind, type } of info.imports) {
    const what = `it imports ${kind} ${JSON.stringify(name)} from ${JSON.stringify(module)}`;
    if (module !== WASI_MODULE) throw refused(`${what}; only functions of ${WASI_MODULE} are there`);
    if (kind !== "function" || !Object.hasOwn(CALLS, name)) {
      throw refused(`${what}, which WASI preview 1 does not have`);
    }
    const expected = callType(name as CallName);
    if (type !== expected) throw refused(`${what} as ${type}; it is ${expected}`);
  }
  const start = info.exports.find(({ name }) => name === "_start");
  if (!start) throw refused("it exports no _start; build it as a WASI command, not as a library");
  if (start.kind !== "function" || start.type !== "() -> ()") {
    throw refused(`its _start is a ${start.kind} ${start.type}, not a function () -> ()`);
  }
  return info;
}

/** What the sealer throws about a module, as `bad_module`. */
export function orRefuse<T>(ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    if (error instanceof SealError) throw refused(error.message, error);
    throw error;
  }
}

function refused(why: string, cause?: unknown): OffshoreError {
  return new OffshoreError("bad_module", `the module cannot run: ${why}`, { cause });
}
