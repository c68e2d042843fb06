#!/bin/bash
# Compiles C or C++ for WASI. Standard output: the module.
# build.sh DRIVER UNIT...; $COMPILE_FLAGS and $LINK_FLAGS have a flag a line.
set -eu
exec 3>&1 >&2
driver=$1
shift
mapfile -t compile_flags <<<"$COMPILE_FLAGS"
mapfile -t link_flags <<<"$LINK_FLAGS"
target=--target=wasm32-wasi # what Debian 13 calls wasm32-wasip1
cd /work/src
objects=()
for unit in "$@"; do
  object=/work/object-${#objects[@]}.o
  compiler=clang++
  [[ $unit == *.c ]] && compiler=clang
  echo "$compiler $unit"
  "$compiler" "${compile_flags[@]}" $target -ffile-prefix-map=/work/src=/src -c -o "$object" -- "$unit" 3>&-
  objects+=("$object")
done
"$driver" "${link_flags[@]}" $target "${objects[@]}" -o /work/module.wasm 3>&-
cat /work/module.wasm >&3
