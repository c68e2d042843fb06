import { ERRNO } from "./abi.ts";
import { argsEnvironCalls } from "./args-environ.ts";
import { CALLS, type CallName } from "./calls.ts";
import { clockCalls } from "./clock.ts";
import { WasiErrno } from "./errors.ts";
import { fdCalls } from "./fd.ts";
import { fdIoCalls } from "./fd-io.ts";
import { pathCalls } from "./path.ts";
import { pathOpenCalls } from "./path-open.ts";
import { pollCalls } from "./poll.ts";
import { procCalls } from "./proc.ts";
import { randomCalls } from "./random.ts";
import { readdirCalls } from "./readdir.ts";
import { sockCalls } from "./sock.ts";
import type { Wasi } from "./wasi.ts";

type Argument = number | bigint;
/** Numbers arrive unsigned. A call that returns is a success; it fails by throwing a `WasiErrno`. */
type Call = (wasi: Wasi, ...args: never[]) => void;

const IMPLEMENTATIONS = {
  ...argsEnvironCalls,
  ...clockCalls,
  ...fdCalls,
  ...fdIoCalls,
  ...readdirCalls,
  ...pathOpenCalls,
  ...pathCalls,
  ...pollCalls,
  ...procCalls,
  ...randomCalls,
  ...sockCalls,
} satisfies Record<CallName, Call>;

const toUnsigned = (value: Argument) => (typeof value === "number" ? value >>> 0 : BigInt.asUintN(64, value));

/** The functions of `wasi_snapshot_preview1`, bound to one run. Each is charged before it does anything. */
export function wasiImports(wasi: Wasi): Record<string, (...args: Argument[]) => number> {
  const bind = (name: CallName) => {
    const call = IMPLEMENTATIONS[name] as (wasi: Wasi, ...args: Argument[]) => void;
    const price = BigInt(CALLS[name].price);
    return (...args: Argument[]): number => {
      wasi.charge(price);
      try {
        call(wasi, ...args.map(toUnsigned));
        return ERRNO.SUCCESS;
      } catch (error) {
        if (error instanceof WasiErrno) return error.errno;
        throw error;
      }
    };
  };
  const names = Object.keys(CALLS) as CallName[];
  return Object.fromEntries(names.map((name) => [name, bind(name)]));
}
