#!/bin/sh
# Runs `rill chat` against servers that we did not write: npm's @copilotkit/aimock, pinned by the lock file, directly
# and behind Debian's nginx. All on 127.0.0.1; what is installed and written lies in build/peers.
set -eu

cd "$(dirname "$0")/../.."
work=build/peers
mkdir -p "$work"
if ! cmp -s test/peers/package-lock.json "$work/installed"; then
    cp test/peers/package.json test/peers/package-lock.json "$work/"
    # aimock asks for node 20, but node 18 runs what is used here of its CommonJS build.
    (cd "$work" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
    cp test/peers/package-lock.json "$work/installed"
fi
exec node test/peers/run.mjs
