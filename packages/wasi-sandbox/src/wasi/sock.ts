import { ERRNO } from "./abi.ts";
import { fail } from "./errors.ts";
import type { Wasi } from "./wasi.ts";

/** There are no sockets, so a descriptor that is open is not one. */
function notASocket(wasi: Wasi, fd: number): never {
  wasi.descriptors.get(fd);
  return fail(ERRNO.NOTSOCK);
}

export const sockCalls = {
  sock_accept: notASocket,
  sock_recv: notASocket,
  sock_send: notASocket,
  sock_shutdown: notASocket,
};
