#!/bin/bash
# Compiles the one program of a cargo package for wasm32-wasip1. Standard output: the module.
set -eu
exec 3>&1 >&2
export CARGO_HOME=/work/cargo CARGO_TARGET_DIR=/work/target CARGO_NET_OFFLINE=true CARGO_TERM_COLOR=never
export CARGO_TARGET_WASM32_WASIP1_LINKER=wasm-ld CARGO_PROFILE_RELEASE_STRIP=symbols
# No path of the build is in the bytes.
export RUSTFLAGS="--remap-path-prefix=/work/src=/src --remap-path-prefix=/work/deps=/deps"
mkdir -p "$CARGO_HOME"
if [ -d /work/deps/vendor ]; then
  cat > "$CARGO_HOME/config.toml" <<EOF
[source.crates-io]
replace-with = "fetched"
[source.fetched]
directory = "/work/deps/vendor"
EOF
fi
cd /work/src
cargo build --release --locked --offline --target wasm32-wasip1 3>&-
shopt -s nullglob
programs=("$CARGO_TARGET_DIR"/wasm32-wasip1/release/*.wasm)
if [ ${#programs[@]} -ne 1 ]; then
  echo "error: expected one program, found ${#programs[@]}: ${programs[*]##*/}"
  exit 1
fi
cat "${programs[0]}" >&3
