/**
 * What WASI calls cost, in instructions. A call costs its price whatever it returns, plus `ITEM_PRICE` for each item it handles,
 * plus the bytes it moves >> 3 (README.md says what counts as an item, and which bytes). The prices follow what the calls take on a
 * machine, at 1 to 3 ns an instruction. They are part of the rules: changing one changes `rules_version`.
 */
export const ITEM_PRICE = 200;

/**
 * Every function of `wasi_snapshot_preview1`: its parameters (`i` = i32, `I` = i64; the result is an i32 errno) and its price.
 */
export const CALLS = {
  args_get: { params: "ii", price: 200 },
  args_sizes_get: { params: "ii", price: 200 },
  environ_get: { params: "ii", price: 200 },
  environ_sizes_get: { params: "ii", price: 200 },
  clock_res_get: { params: "ii", price: 200 },
  clock_time_get: { params: "iIi", price: 500 },
  fd_advise: { params: "iIIi", price: 200 },
  fd_allocate: { params: "iII", price: 500 },
  fd_close: { params: "i", price: 500 },
  fd_datasync: { params: "i", price: 200 },
  fd_fdstat_get: { params: "ii", price: 200 },
  fd_fdstat_set_flags: { params: "ii", price: 200 },
  fd_fdstat_set_rights: { params: "iII", price: 200 },
  fd_filestat_get: { params: "ii", price: 500 },
  fd_filestat_set_size: { params: "iI", price: 500 },
  fd_filestat_set_times: { params: "iIIi", price: 500 },
  fd_pread: { params: "iiiIi", price: 500 },
  fd_prestat_get: { params: "ii", price: 200 },
  fd_prestat_dir_name: { params: "iii", price: 200 },
  fd_pwrite: { params: "iiiIi", price: 500 },
  fd_read: { params: "iiii", price: 500 },
  fd_readdir: { params: "iiiIi", price: 2000 },
  fd_renumber: { params: "ii", price: 500 },
  fd_seek: { params: "iIii", price: 500 },
  fd_sync: { params: "i", price: 200 },
  fd_tell: { params: "ii", price: 200 },
  fd_write: { params: "iiii", price: 500 },
  path_create_directory: { params: "iii", price: 2000 },
  path_filestat_get: { params: "iiiii", price: 2000 },
  path_filestat_set_times: { params: "iiiiIIi", price: 2000 },
  path_link: { params: "iiiiiii", price: 2000 },
  path_open: { params: "iiiiiIIii", price: 2000 },
  path_readlink: { params: "iiiiii", price: 2000 },
  path_remove_directory: { params: "iii", price: 2000 },
  path_rename: { params: "iiiiii", price: 2000 },
  path_symlink: { params: "iiiii", price: 2000 },
  path_unlink_file: { params: "iii", price: 2000 },
  poll_oneoff: { params: "iiii", price: 2000 },
  proc_exit: { params: "i", price: 200 },
  proc_raise: { params: "i", price: 200 },
  random_get: { params: "ii", price: 500 },
  sched_yield: { params: "", price: 200 },
  sock_accept: { params: "iii", price: 200 },
  sock_recv: { params: "iiiiii", price: 200 },
  sock_send: { params: "iiiii", price: 200 },
  sock_shutdown: { params: "ii", price: 200 },
} as const satisfies Record<string, { params: string; price: number }>;

export type CallName = keyof typeof CALLS;

/** The module every import has to come from. */
export const WASI_MODULE = "wasi_snapshot_preview1";

const TYPES: Record<string, string> = { i: "i32", I: "i64" };

/** A call's type as the sealer writes it: `(i32, i64) -> (i32)`. */
export function callType(name: CallName): string {
  const params = [...CALLS[name].params].map((letter) => TYPES[letter]);
  return `(${params.join(", ")}) -> (${name === "proc_exit" ? "" : "i32"})`;
}
