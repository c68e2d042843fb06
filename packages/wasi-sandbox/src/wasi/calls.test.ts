import { describe, expect, test } from "vitest";
import { program, run } from "../../test/helpers.ts";
import { ERRNO } from "./abi.ts";
import { CALLS, type CallName, ITEM_PRICE } from "./calls.ts";

const names = Object.keys(CALLS) as CallName[];

/** A program that makes one call with these arguments and exits with its errno. */
function callWith(name: CallName, values: readonly (number | bigint)[]): Uint8Array {
  const params = [...CALLS[name].params].map((letter) => (letter === "i" ? "i32" : "i64"));
  const type = `(param ${params.join(" ")}) (result i32)`;
  const constants = values.map((value, index) => `(${params[index]}.const ${value})`);
  const imports = { [name]: type, proc_exit: "(param i32)" };
  return program(imports, `(call $proc_exit (call $${name} ${constants.join(" ")}))`);
}

function statusOf(errno: number): string {
  return errno === 0 ? "ok" : `exit:${errno}`;
}

const BAD = 0xfffffff0;
const { SUCCESS, FAULT, BADF, INVAL, NOTSOCK, NOTSUP, SPIPE } = ERRNO;

/** One call each, with every pointer out of bounds and everything else right. */
const BAD_POINTERS: Partial<Record<CallName, [args: (number | bigint)[], errno: number]>> = {
  args_get: [[BAD, BAD], FAULT],
  args_sizes_get: [[BAD, BAD], FAULT],
  environ_get: [[0, BAD], FAULT],
  environ_sizes_get: [[0, BAD], FAULT],
  clock_res_get: [[0, BAD], FAULT],
  clock_time_get: [[0, 0n, BAD], FAULT],
  fd_fdstat_get: [[1, BAD], FAULT],
  fd_filestat_get: [[1, 65_500], FAULT],
  fd_pread: [[3, BAD, 1, 0n, 0], ERRNO.ISDIR],
  fd_prestat_get: [[3, BAD], FAULT],
  fd_prestat_dir_name: [[3, BAD, 1], FAULT],
  fd_read: [[0, BAD, 1, 0], FAULT],
  fd_readdir: [[3, BAD, 100, 0n, 0], FAULT],
  fd_seek: [[0, 0n, 0, BAD], SPIPE],
  fd_write: [[1, 65_533, 1, 0], FAULT],
  path_create_directory: [[3, BAD, 3], FAULT],
  path_filestat_get: [[3, 0, BAD, 3, 0], FAULT],
  path_filestat_set_times: [[3, 0, BAD, 3, 0n, 0n, 0], FAULT],
  path_link: [[3, 0, BAD, 3, 3, 0, 1], FAULT],
  path_open: [[3, 0, BAD, 3, 0, 0n, 0n, 0, 0], FAULT],
  path_readlink: [[3, BAD, 3, 0, 1, 0], FAULT],
  path_remove_directory: [[3, BAD, 3], FAULT],
  path_rename: [[3, BAD, 3, 3, 0, 1], FAULT],
  path_symlink: [[BAD, 3, 3, 0, 1], FAULT],
  path_unlink_file: [[3, BAD, 3], FAULT],
  poll_oneoff: [[BAD, 0, 1, 0], FAULT],
  random_get: [[BAD, 32], FAULT],
};

describe("bad pointers", () => {
  test.each(Object.entries(BAD_POINTERS))("%s answers with an errno", (name, [values, errno]) => {
    expect(run(callWith(name as CallName, values)).status).toBe(statusOf(errno));
  });

  test.each(names.filter((name) => name !== "proc_exit"))("%s survives every extreme argument", (name) => {
    for (const value of [0, 1, 3, 0x7fffffff, BAD, 0xffffffff]) {
      const values = [...CALLS[name].params].map((letter) => (letter === "I" ? BigInt(value) << 31n : value));
      expect(run(callWith(name, values)).status).toMatch(/^(ok|exit:\d+)$/);
    }
  });
});

describe("what is not there", () => {
  test.each<[CallName, (number | bigint)[], number]>([
    ["sock_accept", [1, 0, 0], NOTSOCK],
    ["sock_recv", [1, 0, 0, 0, 0, 0], NOTSOCK],
    ["sock_send", [99, 0, 0, 0, 0], BADF],
    ["sock_shutdown", [1, 0], NOTSOCK],
    ["proc_raise", [6], NOTSUP],
    ["fd_close", [99], BADF],
    ["clock_time_get", [9, 0n, 0], INVAL],
    ["poll_oneoff", [0, 0, 0, 0], INVAL],
    ["sched_yield", [], SUCCESS],
  ])("%s answers with its errno", (name, values, errno) => {
    expect(run(callWith(name, values)).status).toBe(statusOf(errno));
  });
});

describe("prices", () => {
  test.each(names.filter((name) => name !== "proc_exit"))(
    "%s costs its price, even when it fails",
    (name) => {
      const values = [...CALLS[name].params].map((letter) => (letter === "I" ? -1n : -1));
      // The function's entry, the arguments, the two calls, and the price of proc_exit.
      const around = 1 + values.length + 2 + CALLS.proc_exit.price;
      expect(run(callWith(name, values)).instructions).toBe(around + CALLS[name].price);
    },
  );

  const count = (name: CallName, values: number[]) => run(callWith(name, values)).instructions;

  test("bytes cost an eighth", () => {
    const path = (length: number) => count("path_unlink_file", [99, 0, length]);
    expect(path(4096)).toBe(path(0));
    const target = (length: number) => count("path_symlink", [1024, length, 3, 0, 0]);
    expect([target(4000) - target(0), target(7) - target(0)]).toEqual([500, 0]);
  });

  test("items cost 200: buffers, subscriptions, random blocks, names in a path", () => {
    const read = (buffers: number) => count("fd_read", [0, 1024, buffers, 0]);
    expect(read(10) - read(0)).toBe(10 * ITEM_PRICE);
    const poll = (subscriptions: number) => count("poll_oneoff", [1024, 2048, subscriptions, 0]);
    expect(poll(4) - poll(1)).toBe(3 * ITEM_PRICE);
    const random = (length: number) => count("random_get", [0, length]);
    expect(random(65) - random(64)).toBe(ITEM_PRICE);
  });
});
