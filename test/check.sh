#!/bin/sh
# Runs every test, as many at a time as there are processors (JOBS), and says what each did. The programs of the unit tests
# are the arguments. The whole output of each is in build/log/; of one that fails it is printed.
set -u
cd "$(dirname "$0")/.." || exit 1

log=build/log
JOBS=${JOBS:-$(nproc)}
# Of the places to cut, the sizes and the ways, small-san has all. What takes longest besides has one of so many, as have the
# streams through emulated UARTs and modems.
stride=${RILL_STRIDE:-5}
unset RILL_STRIDE
# Memory that was freed is poisoned for 8 MB instead of 256 MB: a fifth of the time goes otherwise into new pages.
# Of where memory was allocated only the caller is kept: a tenth of the time goes otherwise into that.
export ASAN_OPTIONS=quarantine_size_mb=8:malloc_context_size=1
# make's own variables would make an inner make a part of the outer one's job server.
unset MAKEFLAGS MFLAGS MAKELEVEL

# check.sh one NAME COMMAND...: says NAME, what the test itself says it ran or skipped, and whether it passed.
if [ "${1-}" = one ]; then
    name=$2
    shift 2
    file=$log/$(echo "$name" | tr '/ ' '__').txt
    started=$(date +%s)
    verdict=FAILED
    "$@" >"$file" 2>&1 && verdict=ok
    echo "$verdict $name" >>"$log/verdicts"
    {
        echo "$verdict $name ($(($(date +%s) - started)) s)"
        if [ $verdict = ok ]; then
            grep -E '^(skipped|ran|[A-Za-z0-9 /,-]+: [0-9]+ )' "$file" | sed 's/^/    /'
            grep -E '^[0-9]+ passed, [0-9]+ failed' "$file" | sed 's/^/    /'
        else
            sed 's/^/    /' "$file"
        fi
    } >"$file.said"
    flock "$log/lock" cat "$file.said"
    rm "$file.said"
    exit 0
fi

# NAME COMMAND...
firmware() {
    test/firmware/run.sh list | while read -r tests; do
        echo "firmware/$(echo "$tests" | tr ' ' ',') env RILL_STRIDE=$stride test/firmware/run.sh $tests"
    done
}

# Those that mostly wait. They run one at a time, beside the others.
waiting() {
    echo 'ways node test/examples/ways.mjs'
    echo 'modem test/modem/run.sh'
    firmware | grep network
    echo 'gateway node test/examples/gateway.mjs'
    echo 'peers test/peers/run.sh'
    echo "oracle env RILL_STRIDE=$stride test/peers/oracle/run.sh"
}

# Those that take minutes first, so that the end is not a wait for one of them.
list() {
    firmware | grep -v network
    cat <<END
foreign env RILL_STRIDE=$stride test/foreign/run.sh quick
budgets node test/bench/count.mjs
analyze node test/analyze/analyze.mjs
fuzz test/fuzz/run.sh
END
    for program in "$@"; do
        case "$program" in
        */roomy-san/*) echo "${program#build/} env RILL_STRIDE=$stride $program" ;;
        *) echo "${program#build/} $program" ;;
        esac
    done
    cat <<'END'
packaging test/packaging/run.sh
readme test/readme.sh
cross test/cross.sh
tls test/tls/run.sh
linear node test/bench/linear.mjs --quick
modem-emulator test/modem/emulator.sh
differential test/peers/differential/run.sh
race test/race.sh
lwip test/lwip/run.sh
bare test/bare/run.sh
template test/template/run.sh
rtos test/rtos/run.sh
objects test/objects.sh
headers test/headers.sh
END
}

mkdir -p "$log"
rm -f "$log/verdicts"
waiting >"$log/waiting"
list "$@" >"$log/list"
xargs -L 1 "$0" one <"$log/waiting" &
xargs -P "$JOBS" -L 1 "$0" one <"$log/list"
wait

tests=$(cat "$log/waiting" "$log/list" | wc -l)
passed=$(grep -c '^ok ' "$log/verdicts")
echo "$passed passed, $((tests - passed)) failed"
grep -v '^ok ' "$log/verdicts"
[ "$passed" = "$tests" ]
