#!/bin/sh
# Framing beside Debian's http-parser, and the grammar of JSON beside jansson, over documents that are made of the cases in
# test/golden, and of the shared corpus where it is. Where they differ a table says why: framing.c, grammar.c.
#
#     run.sh [COUNT]    documents of each; 200000 unless told otherwise
set -u
cd "$(dirname "$0")/../../.."
count=${1:-200000}
corpus=${RILL_CORPUS:-../shared/corpus}
build=build/differential
here=test/peers/differential
mkdir -p "$build"
${CC:-cc} -std=c99 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wundef -Wvla -Werror \
    -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -Iinclude -Itest -Iport/posix \
    -isystem "${JSMN_DIR:-/usr/include}" $here/*.c test/cases.c test/logs/quoted.c port/posix/growing.c port/posix/sink.c src/*.c \
    -ljansson -lhttp_parser -o "$build/differential" || exit 1

passed=0
failed=0
# compare SUBJECT FILE...
compare() {
    subject=$1
    shift
    if timeout 600 "$build/differential" "$subject" "$count" "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}
found() {
    if [ -d "$corpus" ]; then find "$corpus/$1" -name "$2" -size -17 | LC_ALL=C sort; fi
}
[ -d "$corpus" ] || echo "skipped: seeds of the shared corpus (no folder $corpus; RILL_CORPUS names it)"
# shellcheck disable=SC2046
compare framing test/golden/http.txt test/golden/answers/http.txt $(found conformance/http '*.bin') $(found wire '*.http')
# shellcheck disable=SC2046
compare grammar test/golden/sieve.txt test/golden/answers/*.txt $(found conformance/jsontestsuite '*.json') $(found quirks '*.sse')
echo "$passed passed, $failed failed"
[ $failed = 0 ]
