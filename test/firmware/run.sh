#!/bin/sh
# Runs the firmware tests in the emulator; `make check-firmware` has built the images. Each prints what it ran; the whole
# output of each is in build/log/.
set -u
cd "$(dirname "$0")/../.."
log=build/log
mkdir -p "$log"
passed=0
failed=0
skipped=0
for test in hello conformance examples uart uart_min uart_count network serial tls rtos modem; do
    started=$(date +%s)
    status=0
    node "test/firmware/$test.mjs" >"$log/firmware_$test.txt" 2>&1 || status=$?
    case $status in
    0) passed=$((passed + 1)) verdict=ok ;;
    77) skipped=$((skipped + 1)) verdict=skipped ;;
    *) failed=$((failed + 1)) verdict=FAILED ;;
    esac
    echo "$verdict $test ($(($(date +%s) - started)) s)"
    sed 's/^/    /' "$log/firmware_$test.txt"
done
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
