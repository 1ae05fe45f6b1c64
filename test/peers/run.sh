#!/bin/sh
# Runs `rill chat` against servers that we did not write: npm's @copilotkit/aimock, pinned by the lock file, directly
# and behind Debian's nginx. All on 127.0.0.1; what is installed and written lies in build/peers.
set -eu

cd "$(dirname "$0")/../.."
test/peers/install.sh
exec node test/peers/run.mjs
