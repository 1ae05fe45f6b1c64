#!/bin/sh
# Runs the firmware tests in the emulator; `make check-firmware` has built the images. Each prints what it ran; the whole
# output of each is in build/log/.
set -u
cd "$(dirname "$0")/../.."
log=build/log
mkdir -p "$log"
passed=0
failed=0
for test in hello conformance examples; do
    started=$(date +%s)
    if node "test/firmware/$test.mjs" >"$log/firmware_$test.txt" 2>&1; then
        passed=$((passed + 1))
        echo "ok $test ($(($(date +%s) - started)) s)"
    else
        failed=$((failed + 1))
        echo "FAILED $test ($(($(date +%s) - started)) s)"
    fi
    sed 's/^/    /' "$log/firmware_$test.txt"
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
