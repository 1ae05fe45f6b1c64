#!/bin/sh
# The smaller builds of stream.h: RILL_NO_HTTP, and other sizes of kept ids. Each decodes the demo's stream, has nothing of
# http.c in it, and does not link with a library that was built in another way.
set -u

passed=0
failed=0
check() { # WHAT COMMAND...
    what=$1
    shift
    if "$@"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $what"
    fi
}

out=build/bare
mkdir -p $out/mixed
warnings='-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wundef -Wvla -Werror'
sanitize='-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all'

# build NAME FLAGS...: a library of its own and the program
build() {
    name=$1
    shift
    rm -rf "${out:?}/$name" "$out/$name.a"
    mkdir -p "$out/$name"
    for source in src/*.c; do
        # shellcheck disable=SC2086
        ${CC:-cc} -std=c99 $warnings $sanitize -Iinclude ${JSMN_DIR:+-isystem "$JSMN_DIR"} "$@" -c "$source" \
            -o "$out/$name/$(basename "$source" .c).o" || return 1
    done
    ar rcs "$out/$name.a" "$out/$name"/*.o
    link "$name" "$name" "$@"
}

link() { # PROGRAM LIBRARY FLAGS...
    program=$1
    library=$2
    shift 2
    # shellcheck disable=SC2086
    ${CC:-cc} -std=c99 $warnings $sanitize -Iinclude "$@" test/bare/bare.c "$out/$library.a" -o "$out/$program/program" 2>"$out/errors"
}

decodes() {
    "$out/$1/program" <test/demo/tools.sse >"$out/$1/text" &&
        printf 'I look that up for Zürich.\nget_weather %s\n' '{"city":"Zürich","days": 2}' | cmp - "$out/$1/text"
}

has_no_http() {
    ! nm "$out/$1/program" | grep rill_http
}

does_not_link() {
    ! link mixed "$@" && grep -q 'undefined reference to .rill_stream_begin' "$out/errors"
}

none='-DRILL_NO_HTTP -DRILL_SSE_ID_SIZE=8'
least='-DRILL_NO_HTTP -DRILL_SSE_ID_SIZE=1 -DRILL_CHOICES=2'
# shellcheck disable=SC2086
{
    check 'a build without HTTP' build none $none
    check 'it decodes' decodes none
    check 'nothing of http.c' has_no_http none
    check 'a build without ids' build least $least
    check 'it decodes too' decodes least
    check 'another size of ids does not link' does_not_link least $none
    check 'a library with HTTP does not link' does_not_link ../small/librill $none
}
echo "bare: $passed passed"
echo "$passed passed, $failed failed"
[ $failed = 0 ]
