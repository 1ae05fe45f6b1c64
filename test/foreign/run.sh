#!/bin/sh
# The unit suites on other machines (emulated by qemu-user; i386 on an x86-64 itself), by other compilers, and by other flags
# than those of make check.
#
#   run.sh quick   two machines, one build of each, without the suites that an emulator takes minutes for; in make check,
#                  which sets RILL_STRIDE
#   run.sh all     every suite on four machines, with the TLS libraries, and every compiler, level and sign of char here
#   run.sh NAME... these builds of "all", with every suite
#
# Failures are printed; what each program said is in build/foreign/log.
set -u

cd "$(dirname "$0")/../.." || exit 1
export BUILDS=build/foreign
log=$BUILDS/log
mkdir -p "$log"

# ---- NAME TARGET TLS COMPILER FLAGS...: what is built

# Big-endian of 64 bits and of 32; little-endian of 32 are the boards of test/firmware. Of char s390x has the sign that its
# ABI does not have.
quick() {
    cat <<'END'
s390x     s390x   - s390x-linux-gnu-gcc     -O3 -std=c11 -fsigned-char
powerpc   powerpc - powerpc-linux-gnu-gcc   -Os -std=c99
END
}
slow='answers_test reuse_test faults_test request_test uart_test'
alone='json_test:powerpc limits_test:powerpc modem_test:s390x' # the longest of the others: on one machine each

roomy='-DRILL_CHOICES=8 -DRILL_TOOL_CALLS=16 -DRILL_LOGPROBS=16 -DRILL_TOP_LOGPROBS=20'
all() {
    while read -r target compiler; do
        echo "$target-tls   $target tls $compiler -O2 -std=c99"
        echo "$target-roomy $target -   $compiler -Os -std=c11 -fsigned-char $roomy"
    done <<'END'
s390x   s390x-linux-gnu-gcc
powerpc powerpc-linux-gnu-gcc
armhf   arm-linux-gnueabihf-gcc
i386    i686-linux-gnu-gcc
END
    for compiler in gcc clang; do
        for level in -O0 -O1 -O2 -O3 -Os; do
            echo "$compiler$level-signed   here tls $compiler $level -std=c99 -fsigned-char"
            echo "$compiler$level-unsigned here tls $compiler $level -std=c11 -funsigned-char"
        done
    done
}

# ---- how a machine's programs are run
emulator() {
    case "$1" in
    here) ;;
    s390x) echo qemu-s390x -L /usr/s390x-linux-gnu ;;
    powerpc) echo qemu-ppc -L /usr/powerpc-linux-gnu ;;
    armhf) echo qemu-arm -L /usr/arm-linux-gnueabihf ;;
    i386) # an x86-64 runs it itself; in qemu-i386 7.2 a dynamically linked program stays in its first pthread_create()
        echo /usr/i686-linux-gnu/lib/ld-linux.so.2 --library-path /usr/i686-linux-gnu/lib ;;
    esac
}

# Whether a build leaves a suite out: NAME PROGRAM
is_left_out() {
    case " $without $alone " in
    *" $2 "*) true ;;
    *" $2:$1 "*) false ;;
    *" $2:"*) true ;;
    *) false ;;
    esac
}

make_one() ( # NAME TARGET TLS COMPILER FLAGS...; a shell of its own, for the caller's loop has such variables too
    name=$1 target=${2#here} tls=${3#-} compiler=$4
    shift 4
    left_out=$(for suite in $without $alone; do suite=${suite%:*}; is_left_out "$name" "$suite" && echo "$suite"; done)
    make -s -j2 -f test/foreign/foreign.mk VARIANT="$name" TARGET="$target" TLS="$tls" CC="$compiler" FLAGS="$*" WITHOUT="$left_out"
)

# One program: its line is "passed NAME PROGRAM TESTS" or "FAILED ..."
if [ "$1" = program ]; then
    name=$2 target=$3 program=$4
    file=$log/$name-$program.txt
    # shellcheck disable=SC2046
    timeout -k 10 3600 $(emulator "$target") "$BUILDS/$name/$program" >"$file" 2>&1
    status=$?
    tests=$(sed -n 's/.*PASSED  \] \([0-9]*\) test.*/\1/p' "$file")
    if [ $status = 0 ] && [ "${tests:-0}" -gt 0 ]; then
        echo "passed $name $program $tests"
    else
        echo "FAILED $name $program: exit code $status, see $file"
        grep -vE '^\[ +(RUN|OK) ' "$file" | tail -20 | cut -c1-300 | sed "s/^/    /"
    fi
    exit 0
fi

case "$1" in
quick) builds=$(quick) without=$slow ;;
all) builds=$(all) without= alone= ;;
*) builds=$(for name in "$@"; do all | grep "^$name "; done) without= alone= ;;
esac
[ -n "$builds" ] || { echo "usage: run.sh quick|all|NAME...; names:"; all | sed 's/ .*//'; exit 2; }

# ---- the libraries that the foreign machines' suites are linked with
wanted=$(echo "$builds" | awk '$2 != "here" {print "cmocka jansson"; if ($3 == "tls") print "bearssl mbedtls"}' | tr ' ' '\n' | sort -u)
if [ -n "$wanted" ]; then
    # shellcheck disable=SC2086
    test/sources.sh $wanted
    case $? in
    0) ;;
    77) builds=$(echo "$builds" | awk '$2 == "here"') ;; # why was told
    *) exit 1 ;;
    esac
fi

result=$BUILDS/result.$$
: >"$result"
trap 'rm -f "$result" "$result.list"' EXIT
echo "$builds" | while read -r name target tls compiler flags; do
    [ -n "$name" ] || continue
    # shellcheck disable=SC2086
    if make_one $name $target $tls $compiler $flags; then
        for program in "$BUILDS/$name"/*_test; do
            program=$(basename "$program")
            is_left_out "$name" "$program" || echo "program $name $target $program"
        done
    else
        echo "FAILED $name: it does not build with $compiler $flags" >>"$result"
    fi
done >"$result.list"
xargs -P 2 -L 1 test/foreign/run.sh <"$result.list" >>"$result"

grep -A 20 '^FAILED' "$result" | grep -v '^passed'
echo "$builds" | while read -r name target tls compiler flags; do
    tests=$(awk -v name="$name" '$1 == "passed" && $2 == name {n += $4} END {print n + 0}' "$result")
    [ -z "$name" ] || echo "$name: $tests tests passed ($compiler $flags)"
done
[ -z "$without" ] || echo "ran: the suites without $without; $alone alone; make check-foreign runs all on each machine"
passed=$(grep -c '^passed' "$result")
failed=$(grep -c '^FAILED' "$result")
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && { [ "$passed" -gt 0 ] || [ -z "$builds" ]; }
