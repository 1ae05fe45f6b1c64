#!/bin/sh
# The oracle test: rill against the openai package's own decoder, over the whole corpus.
set -eu
exec node test/peers/oracle/oracle.mjs
