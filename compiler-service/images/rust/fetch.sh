#!/bin/bash
# Fetches the crates that Cargo.lock names, and runs nothing of them. Standard output: a tar of them, for build.sh.
set -eu
export CARGO_HOME=/work/cargo
[ -e /work/ca.crt ] && export CARGO_HTTP_CAINFO=/work/ca.crt
cd /work/src
cargo vendor --locked --versioned-dirs --quiet /work/deps/vendor >&2
tar -c --sort=name -C /work deps
