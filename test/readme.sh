#!/bin/sh
# The programs in README.md and docs/guide.md compile as they stand and do what they say.
set -eu
node test/readme.mjs
