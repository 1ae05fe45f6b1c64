#!/bin/sh
# The modem emulator's own tests: each dialect against its manual's examples, and each fault.
set -u

cd "$(dirname "$0")"
if ! command -v openssl >/dev/null; then
    echo "openssl is missing: the modems' TLS cannot be tested" >&2
    exit 1
fi
output=$(node --test emulator_test.mjs 2>&1)
status=$?
count() {
    echo "$output" | sed -n "s/^# $1 //p"
}
[ "$status" = 0 ] || echo "$output"
echo "ran: modem emulator, quectel, simcom, ublox, esp-at, nordic-slm, hayes; each fault of its table"
echo "$(count pass) passed, $(count fail) failed"
exit "$status"
