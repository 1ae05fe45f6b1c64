#!/bin/sh
# Prints flash, RAM and stack as the cross compilers make them: bytes, at -Os. `make size` runs it.
set -eu

path='http sse sieve sieve_kept sieve_string sieve_number sieve_part fill fill_number stream stream_body stream_end stream_event stream_item chat chat_rules' # the chat stream path, from bytes to structs
beside='lean collect collect_lean json request client status_text'
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
SHOW(rill_request_, rill_request)
SHOW(rill_collector_, rill_collector)
C

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
    echo "== $name"
    for room in $path $beside; do
        [ -f "$out/$room.o" ] || continue
        "${prefix}size" "$out/$room.o" | awk -v room="$room" 'NR == 2 {
            printf "  %-12s text %6d  data %3d  bss %3d\n", room, $1, $2, $3}'
    done
    for room in $path; do
        [ -f "$out/$room.o" ] && echo "$out/$room.o"
    done | xargs "${prefix}size" | awk 'FNR > 1 {text += $1; data += $2; bss += $3} END {
        printf "  %-12s text %6d  data %3d  bss %3d   (goal: 8192)\n", "chat path", text, data, bss}'
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
