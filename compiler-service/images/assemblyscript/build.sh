#!/bin/bash
# Compiles AssemblyScript. Standard output: the module. build.sh ENTRY FLAGS...
set -eu
exec 3>&1 >&2
cd /work/src
if [ -d /work/deps/node_modules ]; then
  rm -rf node_modules
  mv /work/deps/node_modules .
fi
# The repository's asconfig.json is not read, as in the service's other backend: the flags are fixed.
# The compiler's optimizer is WebAssembly: to compile that well would take longer than most programs.
node --liftoff-only /usr/local/lib/node_modules/assemblyscript/bin/asc.js "$@" --config ../none.json --outFile ../module.wasm 3>&-
cat /work/module.wasm >&3
