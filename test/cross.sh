#!/bin/sh
# The library compiles without a warning for the cores that it is made for, and with clang.
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
for level in -Os -O2; do
    build "m0plus$level" arm-none-eabi-gcc -mcpu=cortex-m0plus -mthumb $level
    build "m3$level" arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb $level
    build "m33$level" arm-none-eabi-gcc -mcpu=cortex-m33 -mthumb $level
    build "rv32$level" riscv64-unknown-elf-gcc -march=rv32imac -mabi=ilp32 --specs=picolibc.specs $level
    build "clang$level" clang $level
done
echo "ran: $count compilations"
