#!/bin/sh
# The library compiles without a warning for the cores that it is made for, and with clang. Firmware and benchmarks are built
# with the same warnings: m0, m0plus, m3, m33 and rv32 at -Os; m3, m33 and rv32 at -O2. Here is what these leave.
set -eu
warnings='-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wundef -Wvla -Werror'
count=0
build() { # NAME COMPILER...
    folder=build/cross/$1
    shift
    mkdir -p "$folder"
    for source in src/*.c; do
        # shellcheck disable=SC2086
        "$@" -std=c99 $warnings -Iinclude -idirafter /usr/include -c "$source" \
            -o "$folder/$(basename "$source" .c).o"
        count=$((count + 1))
    done
}
build m0plus-O2 arm-none-eabi-gcc -mcpu=cortex-m0plus -mthumb -O2
build clang-Os clang -Os
build clang-O2 clang -O2
echo "ran: $count compilations"
