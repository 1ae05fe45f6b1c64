#!/bin/sh
# The oracle test: rill against the openai package's own decoder, over the whole corpus. Then made-up answers, in little
# memory against much; then the corpus with reuse and without. Each says how many checks passed and failed.
set -u
failed=0
node test/peers/oracle/oracle.mjs || failed=1
node test/peers/oracle/generated.mjs || failed=1
node test/peers/oracle/reuse.mjs || failed=1
exit "$failed"
