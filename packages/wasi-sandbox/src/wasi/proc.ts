import { ERRNO } from "./abi.ts";
import { fail, RunEnded } from "./errors.ts";
import type { Wasi } from "./wasi.ts";

export const procCalls = {
  /** Of the code, only the low 8 bits count, as in POSIX. */
  proc_exit(_wasi: Wasi, code: number) {
    const exit_code = code & 0xff;
    throw new RunEnded(exit_code === 0 ? "ok" : `exit:${exit_code}`);
  },

  proc_raise(_wasi: Wasi, _signal: number) {
    fail(ERRNO.NOTSUP);
  },

  sched_yield(_wasi: Wasi) {},
};
