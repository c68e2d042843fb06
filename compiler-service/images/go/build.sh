#!/bin/bash
# Compiles the program at the root of a Go module for wasip1. Standard output: the module.
# build.sh --standard-library: compiles that, when the image is made.
set -eu
exec 3>&1 >&2
export GOOS=wasip1 GOARCH=wasm CGO_ENABLED=0 GOTOOLCHAIN=local GOWORK=off GOSUMDB=off GOENV=off
flags=(-trimpath -buildvcs=false -ldflags="-s -w -buildid=")
if [ "${1-}" = --standard-library ]; then
  go build "${flags[@]}" std
  exit
fi
export GOPATH=/work/go GOMODCACHE=/work/mod GOCACHE=/work/cache GOPROXY=off
[ -d /work/deps ] && GOPROXY=file:///work/deps
# The cache has to be writable: links to what the image has.
cp -rs /usr/local/go-cache /work/cache
cd /work/src
go build "${flags[@]}" -o /work/module.wasm . 3>&-
cat /work/module.wasm >&3
