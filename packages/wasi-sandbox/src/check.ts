import { OffshoreError } from "@near-offshore/protocol";
import { inspect, type ModuleInfo, SealError } from "@near-offshore/sealer";
import { CALLS, type CallName, callType, WASI_MODULE } from "./wasi/calls.ts";

/** What modules that import something else were built for, by the module they import from. */
const OTHER_WORLDS: readonly [module: RegExp, world: string][] = [
  [/^wasi_unstable$/, "an early draft of WASI; build it with a toolchain later than 2020"],
  [/^wasi:|^wasi_snapshot_preview2$/, "WASI 0.2; build it for wasm32-wasip1"],
  [/^wasi$/, "WASI threads; build it for wasm32-wasip1"],
  [/^wasix_/, "WASIX; build it for wasm32-wasip1"],
  [/^(gojs|go)$/, "JavaScript, by Go; build it with GOOS=wasip1"],
  [/^(wbg|__wbindgen_.*)$/, "JavaScript, by wasm-bindgen; build it for wasm32-wasip1"],
  [/^GOT\./, "dynamic linking; link it statically"],
  [/^(env|a)$/, "a host of its own (Emscripten's, say), or a function was not linked in"],
];

/**
 * Decides whether bytes are a module that every executor can run: it can be sealed, it has a `_start`, and all its imports are
 * functions of `wasi_snapshot_preview1`. Returns what the module says about itself.
 * @throws OffshoreError `bad_module`; the message names the feature and byte offset, or the import or export at fault
 */
export function checkModule(bytes: Uint8Array): ModuleInfo {
  const info = orRefuse(() => inspect(bytes));
  for (const each of info.imports) checkImport(each);
  checkStart(info);
  return info;
}

function checkImport({ module, name, kind, type }: ModuleInfo["imports"][number]): void {
  const what = `it imports ${kind} ${JSON.stringify(name)} from ${JSON.stringify(module)}`;
  if (module !== WASI_MODULE) {
    const world = OTHER_WORLDS.find(([pattern]) => pattern.test(module))?.[1];
    const hint = world ? `; it was built for ${world}` : "";
    throw refused(`${what}; only functions of ${WASI_MODULE} are there${hint}`);
  }
  if (kind !== "function" || !Object.hasOwn(CALLS, name)) {
    throw refused(`${what}, which WASI preview 1 does not have`);
  }
  const expected = callType(name as CallName);
  if (type !== expected) throw refused(`${what} as ${type}; it is ${expected}`);
}

function checkStart({ exports }: ModuleInfo): void {
  const start = exports.find(({ name }) => name === "_start");
  if (!start) {
    const is_reactor = exports.some(({ name }) => name === "_initialize");
    const what = is_reactor ? "it is a library (a reactor: it exports _initialize)" : "it exports no _start";
    throw refused(`${what}; build it as a WASI command`);
  }
  if (start.kind !== "function" || start.type !== "() -> ()") {
    throw refused(`its _start is a ${start.kind} ${start.type}, not a function () -> ()`);
  }
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
