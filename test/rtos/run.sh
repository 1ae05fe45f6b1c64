#!/bin/sh
# port/rtos for the systems that can't be had here: FreeRTOS and Zephyr. Their files are compiled against stand-ins of our own
# (standin/), which declare what the systems' documentation says. That checks our spelling and types, not the systems.
# With FREERTOS=... (the folder of FreeRTOS's kernel) the FreeRTOS file is also compiled against the real headers.
set -eu
cd "$(dirname "$0")/../.."
place=build/rtos
mkdir -p "$place"
warnings='-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wundef -Wvla -Werror'
count=0

compile() { # NAME COMPILER...
    name=$1
    shift
    # shellcheck disable=SC2086
    "$@" -std=c99 $warnings -Iinclude -Iport/uart -c "port/rtos/$name.c" -o "$place/$name.o"
    count=$((count + 1))
}

for compiler in "gcc" "clang" "arm-none-eabi-gcc -mcpu=cortex-m0plus -mthumb -Os"; do
    # shellcheck disable=SC2086
    compile rtos $compiler
    for name in freertos zephyr; do
        # shellcheck disable=SC2086
        compile $name $compiler -isystem test/rtos/standin
    done
done
echo "ran: $count compilations; FreeRTOS and Zephyr against stand-ins of our own"

# The same objects: no writable data, nothing exported but rill_.
for name in rtos freertos zephyr; do
    if arm-none-eabi-nm "$place/$name.o" | grep -E ' [BDCbdc] '; then
        echo "$name: writable data"
        exit 1
    fi
    if arm-none-eabi-nm -g --defined-only "$place/$name.o" | grep -v ' rill_'; then
        echo "$name: a name that is not ours"
        exit 1
    fi
done

if [ -n "${FREERTOS:-}" ]; then
    compile freertos arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb -Os -Itest/firmware/rtos -isystem "$FREERTOS/include" \
        -isystem "$FREERTOS/portable/GCC/ARM_CM3"
    echo "ran: FreeRTOS's own headers"
else
    echo "skipped: FreeRTOS's own headers: neither Debian nor npm has them; name the kernel's folder with FREERTOS=..."
fi
echo "skipped: Zephyr's own headers: neither Debian nor npm has them"
