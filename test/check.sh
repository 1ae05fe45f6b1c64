#!/bin/sh
# Runs every test and says what each did; the programs of the unit tests are the arguments.
# The whole output of each is in build/log/; of one that fails it is printed.
set -u

log=build/log
mkdir -p "$log"
passed=0
failed=0

# run NAME COMMAND...: says NAME, what the test itself says it ran or skipped, and whether it passed.
run() {
    name=$1
    shift
    file=$log/$(echo "$name" | tr '/ ' '__').txt
    started=$(date +%s)
    if "$@" >"$file" 2>&1; then
        verdict=ok
        passed=$((passed + 1))
    else
        verdict=FAILED
        failed=$((failed + 1))
    fi
    echo "$verdict $name ($(($(date +%s) - started)) s)"
    if [ $verdict = ok ]; then
        grep -E '^(skipped|ran|[A-Za-z0-9 /,-]+: [0-9]+ )' "$file" | sed 's/^/    /'
        grep -E '^[0-9]+ passed, [0-9]+ failed' "$file" | sed 's/^/    /'
    else
        sed 's/^/    /' "$file"
    fi
}

for program in "$@"; do
    run "${program#build/}" "$program"
done
for script in objects headers cross race readme; do
    run "$script" "test/$script.sh"
done
run bare test/bare/run.sh
run template test/template/run.sh
run rtos test/rtos/run.sh
run firmware test/firmware/run.sh
run modem-emulator test/modem/emulator.sh
run modem test/modem/run.sh
run lwip test/lwip/run.sh
run ways node test/examples/ways.mjs
run gateway node test/examples/gateway.mjs
run tls test/tls/run.sh
run packaging test/packaging/run.sh
run oracle test/peers/oracle/run.sh
run differential test/peers/differential/run.sh
run peers test/peers/run.sh
run budgets node test/bench/count.mjs
run fuzz test/fuzz/run.sh
run foreign test/foreign/run.sh quick
run analyze node test/analyze/analyze.mjs
run linear node test/bench/linear.mjs --quick

echo "$passed passed, $failed failed"
[ $failed = 0 ]
