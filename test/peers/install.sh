#!/bin/sh
# Installs npm's @copilotkit/aimock, pinned by the lock file, into build/peers, unless it is there.
set -eu

cd "$(dirname "$0")/../.."
work=build/peers
mkdir -p "$work"
cmp -s test/peers/package-lock.json "$work/installed" && exit
cp test/peers/package.json test/peers/package-lock.json "$work/"
# aimock asks for node 20, but node 18 runs what is used here of its CommonJS build.
(cd "$work" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
cp test/peers/package-lock.json "$work/installed"
