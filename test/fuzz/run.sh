#!/bin/sh
# Replays what was found, then runs each harness: for a fixed number of inputs from a fixed seed, or with TIME for so many
# seconds. The arguments are names of harnesses; none: all.
set -u

built=build/fuzz
here=test/fuzz
TIME=${TIME:-}
export UBSAN_OPTIONS=print_stacktrace=1
# Memory that was freed is poisoned for 8 MB instead of 256 MB: a fifth of the time goes otherwise into new pages.
# Where memory was allocated is not kept but for the caller: a quarter of the time of sse_fuzz goes otherwise into that.
export ASAN_OPTIONS=quarantine_size_mb=8:malloc_context_size=1

# name, inputs, longest input, dictionaries
list() {
    cat <<'END'
reuse 16000 2500 json sse http
stream 10000 2500 json sse http
schema 15000 1000
sse 100000 1500 sse
http 150000 1500 http
sieve 60000 1500 json
sieve-small 40000 1500 json
schema-small 8000 1000
stream-small 6000 2500 json sse http
json 60000 1500 json
request 30000 1000 json http
at 50000 1500 at
uart 40000 600 sse
collect 15000 2500 json sse
url 200000 2500 http
END
}

# The same inputs each time: addresses must be the same, too.
fixed='setarch -R'
$fixed true 2>/dev/null || fixed=

# The last lines say which property does not hold, and which input shows it.
fails() {
    grep -a -A12 -E 'PROPERTY|runtime error|ERROR: AddressSanitizer|ERROR: libFuzzer' "$2" | cut -c1-1000 | head -40
    grep -a 'Test unit written' "$2"
    echo "$1: FAILED, see $2"
    return 1
}

# run NAME INPUTS LONGEST DICTIONARIES...
run() {
    name=$1 inputs=$2 longest=$3
    shift 3
    log=$built/log/$name.txt
    mkdir -p "$built/log" "$built/found"
    dictionary=
    if [ $# -gt 0 ]; then
        dictionary=$built/$name.dict
        for words in "$@"; do cat "$here/$words.dict"; done >"$dictionary"
    fi
    found=$(find "$here/found/${name%-small}" -type f 2>/dev/null | sort)
    if [ -n "$found" ]; then
        # shellcheck disable=SC2086
        "$built/${name}_fuzz" $found >"$log" 2>&1 || { fails "$name" "$log"; return; }
        echo "$name: $(echo "$found" | wc -l) found before, passed"
    fi
    if [ -n "$TIME" ]; then
        new=$built/long/$name # what it has learnt, it knows the next time
        how="-max_total_time=$TIME"
    else
        new=$built/new/$name
        rm -rf "$new"
        how="-seed=1 -runs=$inputs"
    fi
    mkdir -p "$new"
    # shellcheck disable=SC2086
    $fixed "$built/${name}_fuzz" $how -max_len="$longest" -timeout=20 -rss_limit_mb=3000 ${dictionary:+-dict="$dictionary"} \
        -artifact_prefix="$built/found/$name-" "$new" "$here/seeds/${name%-small}" >"$log" 2>&1 || { fails "$name" "$log"; return; }
    echo "$name: $(sed -n 's/^#\([0-9]*\).*DONE *\(cov: [0-9]*\).*/\1 runs, \2/p' "$log")"
}

if [ "${1:-}" = --one ]; then
    shift
    run "$@"
    exit
fi

# Two at a time.
results=$built/results.txt
mkdir -p "$built"
list | while read -r name rest; do
    case " ${*:-$name} " in
    *" $name "*) echo "$name $rest" ;;
    esac
done | TIME=$TIME xargs -P 2 -I {} sh -c 'test/fuzz/run.sh --one {}' >"$results" 2>&1
sort "$results"
setarch -R true 2>/dev/null || echo "skipped: the same inputs each time, since addresses cannot be fixed here"
passed=$(grep -c ' runs, cov: ' "$results")
wanted=$(list | while read -r name rest; do case " ${*:-$name} " in *" $name "*) echo "$name" ;; esac; done | wc -l)
echo "$passed passed, $((wanted - passed)) failed"
[ "$passed" = "$wanted" ]
