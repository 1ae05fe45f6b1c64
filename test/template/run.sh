#!/bin/sh
# The template as a beginner uses it: copied, renamed, its four functions filled in (here with two file descriptors), then
# put through the contract and under a client. Nothing else of it is changed.
set -eu
cd "$(dirname "$0")/../.."
place=build/template
rm -rf "$place"
mkdir -p "$place"

# Puts test/template/filled/NAME in place of the line that says "fill in NAME".
fill() { # FILE NAME...
    file=$1
    shift
    for name in "$@"; do
        [ "$(grep -c "fill in .*$name" "$file")" = 1 ] || { echo "no single line to fill in: $name"; exit 1; }
        sed -i -e "/fill in .*$name/{r test/template/filled/$name.c" -e 'd}' "$file"
    done
}

for end in h c; do
    sed 's/rill_template/rill_pipe/g; s/RILL_TEMPLATE/RILL_PIPE/g; s/template/pipe/g' "port/template/template.$end" \
        >"$place/pipe.$end"
done
fill "$place/pipe.h" device
fill "$place/pipe.c" headers receive send close now
echo "ran: $(grep -c . "$place/pipe.c") lines, of them filled in: $(cat test/template/filled/[!d]*.c | grep -c .)"

warnings='-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wundef -Wvla -Werror'
for compiler in "gcc -fsanitize=address,undefined -fno-sanitize-recover=all" clang; do
    # shellcheck disable=SC2086
    $compiler -std=c99 $warnings -D_POSIX_C_SOURCE=200809L -O1 -g \
        -Iinclude -Itest -I"$place" test/template/program.c test/port_contract.c "$place/pipe.c" src/*.c \
        -o "$place/program-${compiler%% *}"
    "$place/program-${compiler%% *}"
done
