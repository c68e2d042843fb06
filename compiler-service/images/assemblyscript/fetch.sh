#!/bin/bash
# Installs the packages that package-lock.json names, and runs nothing of them. Standard output: a tar of them, for build.sh.
set -eu
export HOME=/work/home npm_config_ignore_scripts=true npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
[ -e /work/ca.crt ] && export NODE_EXTRA_CA_CERTS=/work/ca.crt
cd /work/src
npm ci --omit=dev --no-bin-links --loglevel=error >&2
mkdir -p node_modules /work/deps
mv node_modules /work/deps/
tar -c --sort=name -C /work deps
