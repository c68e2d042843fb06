#!/bin/bash
# Downloads the modules that go.sum names, from the module proxy only. Standard output: a tar of them, for build.sh.
set -eu
export GOPATH=/work/go GOMODCACHE=/work/mod GOCACHE=/work/cache GOTOOLCHAIN=local GOWORK=off GOSUMDB=off GOFLAGS=-mod=readonly
# Without its `direct`, which would fetch from any server that a module's name leads to.
GOPROXY=$(go env GOPROXY | cut -d, -f1)
export GOPROXY
[ -e /work/ca.crt ] && export SSL_CERT_FILE=/work/ca.crt
cd /work/src
go mod download >&2
mkdir -p /work/mod/cache/download
tar -c --sort=name -C /work/mod/cache --transform='s,^download,deps,' download
