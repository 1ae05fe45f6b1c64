#!/bin/sh
# Runs the firmware tests in the emulator, or those that are named; `make check-firmware` has built the images. Each prints
# what it ran; the whole output of each is in build/log/.
#
#   run.sh [NAME...]
#   run.sh list        the names, the longest tests first; those of one line have the same servers, one behind the other
set -u
cd "$(dirname "$0")/../.."
log=build/log
mkdir -p "$log"
passed=0
failed=0
skipped=0
tests='conformance
uart
modem
serial tls network
examples
rtos
uart_min
uart_count
hello'
[ "${1-}" != list ] || { echo "$tests"; exit 0; }
for test in ${*:-$tests}; do
    started=$(date +%s)
    status=0
    node "test/firmware/$test.mjs" >"$log/firmware-$test.txt" 2>&1 || status=$?
    case $status in
    0) passed=$((passed + 1)) verdict=ok ;;
    77) skipped=$((skipped + 1)) verdict=skipped ;;
    *) failed=$((failed + 1)) verdict=FAILED ;;
    esac
    echo "$verdict $test ($(($(date +%s) - started)) s)"
    sed 's/^/    /' "$log/firmware-$test.txt"
done
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
