#!/bin/sh
# Prints flash, RAM and stack as the cross compilers make them: bytes, at -Os. `make size` runs it.
set -eu

path='http http_effects sse sieve sieve_kept sieve_string sieve_number sieve_part sieve_run fill fill_number stream stream_body stream_end stream_event stream_part stream_item chat chat_rules' # the chat stream path, from bytes to structs
# The same with less: the lean schema, no HTTP, no event ids.
bare='sse sieve sieve_kept sieve_string sieve_number sieve_part sieve_run fill fill_number stream stream_body stream_end stream_event stream_part stream_item lean chat_rules'
without='-DRILL_NO_HTTP -DRILL_SSE_ID_SIZE=1'
beside='lean reuse reuse_match reuse_unescape collect collect_lean json request client status_text'
folder=build/size
mkdir -p "$folder"

cat >"$folder/structs.c" <<'C'
#include "rill/rill.h"
#define SHOW(name, type) extern const char name[sizeof(type)]; const char name[sizeof(type)] = {0};
SHOW(rill_stream_state, rill_stream)
SHOW(of_it_http, rill_http)
SHOW(of_it_sse, rill_sse)
SHOW(of_it_sieve, rill_sieve)
SHOW(rill_stream_config_, rill_stream_config)
SHOW(rill_item_, rill_item)
SHOW(rill_token_, rill_token)
SHOW(rill_chunk_, rill_chunk)
SHOW(of_it_choice, rill_choice)
SHOW(of_it_usage, rill_usage)
SHOW(rill_lean_chunk_, rill_lean_chunk)
SHOW(rill_client_, rill_client)
SHOW(rill_reuse_, rill_reuse)
SHOW(rill_request_, rill_request)
SHOW(rill_collector_, rill_collector)
C

sum() { # NAME NOTE OBJECT...
    what=$1
    note=$2
    shift 2
    "${prefix}size" "$@" | awk -v what="$what" -v note="$note" 'FNR > 1 {text += $1; data += $2; bss += $3} END {
        printf "  %-12s text %6d  data %3d  bss %3d%s\n", what, text, data, bss, note}'
}

measure() { # NAME PREFIX COMPILER FLAGS...
    name=$1
    prefix=$2
    shift 2
    out=$folder/$name
    mkdir -p "$out"
    for room in $path $beside; do
        [ -f "src/$room.c" ] || continue
        "$@" -std=c99 -Os -Iinclude -idirafter /usr/include -fcallgraph-info=su -c "src/$room.c" -o "$out/$room.o"
    done
    "$@" -std=c99 -Os -Iinclude -c "$folder/structs.c" -o "$out/structs.o"
    rm -rf "$out/bare"
    mkdir "$out/bare"
    for room in $bare; do
        # shellcheck disable=SC2086
        "$@" -std=c99 -Os $without -Iinclude -idirafter /usr/include -c "src/$room.c" -o "$out/bare/$room.o"
    done
    # shellcheck disable=SC2086
    "$@" -std=c99 -Os $without -Iinclude -c "$folder/structs.c" -o "$out/bare/structs"
    echo "== $name"
    for room in $path $beside; do
        [ -f "$out/$room.o" ] || continue
        "${prefix}size" "$out/$room.o" | awk -v room="$room" 'NR == 2 {
            printf "  %-12s text %6d  data %3d  bss %3d\n", room, $1, $2, $3}'
    done
    # shellcheck disable=SC2046
    sum "chat path" "   (goal: 8192)" $(for room in $path; do echo "$out/$room.o"; done)
    # shellcheck disable=SC2046
    sum "lean path" "" $(for room in $path lean; do [ $room = chat ] || echo "$out/$room.o"; done)
    sum "bare path" "" "$out"/bare/*.o
    "${prefix}nm" -S --defined-only "$out/bare/structs" | awk '$4 == "rill_stream_state" {print "bare_stream", $2}' |
        while read -r symbol bytes; do
            printf '  sizeof %-20s %5d\n' "$symbol" "0x$bytes"
        done
    "${prefix}nm" -S --defined-only "$out/structs.o" | awk '{print $4, $2}' | while read -r symbol bytes; do
        printf '  sizeof %-20s %5d\n' "$symbol" "0x$bytes"
    done
    echo "  deepest stack, bytes:"
    node test/stack.mjs --of rill_stream_next "$out"/*.ci
    node test/stack.mjs --of rill_client_next "$out"/*.ci
}

measure cortex-m0plus arm-none-eabi- arm-none-eabi-gcc -mcpu=cortex-m0plus -mthumb
measure cortex-m3 arm-none-eabi- arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb
measure cortex-m33 arm-none-eabi- arm-none-eabi-gcc -mcpu=cortex-m33 -mthumb
measure rv32imac riscv64-unknown-elf- riscv64-unknown-elf-gcc -march=rv32imac -mabi=ilp32 --specs=picolibc.specs
test/modem/size.sh
