import binaryen from "binaryen";

/** A WASI program that counts to `rounds` and then prints `done`. */
export function spinModule(rounds: bigint): Uint8Array {
  const module = binaryen.parseText(`(module
    (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 16) "done")
    (func (export "_start")
      (local $i i64)
      (loop $again
        (local.set $i (i64.add (local.get $i) (i64.const 1)))
        (br_if $again (i64.lt_u (local.get $i) (i64.const ${rounds}))))
      (i32.store (i32.const 0) (i32.const 16))
      (i32.store (i32.const 4) (i32.const 4))
      (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))`);
  try {
    return module.emitBinary();
  } finally {
    module.dispose();
  }
}
