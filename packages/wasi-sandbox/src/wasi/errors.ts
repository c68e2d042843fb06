import type { Status } from "@near-offshore/protocol";
import type { Errno } from "./abi.ts";

/** Thrown inside a WASI call to make it return this errno. Never crosses into the guest. */
export class WasiErrno {
  readonly errno: Errno;

  constructor(errno: Errno) {
    this.errno = errno;
  }
}

/** Thrown through the guest to end the run with this status: `proc_exit`, or an output that is too large. */
export class RunEnded {
  readonly status: Status;

  constructor(status: Status) {
    this.status = status;
  }
}

export function fail(errno: Errno): never {
  throw new WasiErrno(errno);
}
