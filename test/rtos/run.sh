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

# The snippets of README.md, with a stand-in for the board.
snippet() { # NAME INCLUDE...
    name=$1
    shift
    sed -n "/^\`\`\`c $name\$/,/^\`\`\`\$/p" port/rtos/README.md | sed '1d;$d' >"$place/snippet_$name.c"
    [ -s "$place/snippet_$name.c" ] || { echo "README.md has no snippet for $name"; exit 1; }
    # shellcheck disable=SC2086
    arm-none-eabi-gcc -mcpu=cortex-m3 -mthumb -Os -std=gnu99 $warnings -Wno-pedantic -Wno-missing-prototypes -Iinclude -Iport/uart \
        -Iport/rtos "$@" -c "$place/snippet_$name.c" -o "$place/snippet_$name.o"
    echo "ran: the snippet for $name"
}
snippet freertos -isystem test/rtos/standin -include test/rtos/standin/board.h
snippet zephyr -isystem test/rtos/standin
chibios=build/sources/chibios/os
if [ -d "$chibios" ]; then
    snippet chibios -include test/rtos/standin/board.h -Itest/firmware/rtos -isystem $chibios/rt/include \
        -isystem $chibios/common/oslib/include -isystem $chibios/common/ports/ARMCMx \
        -isystem $chibios/common/ports/ARMCMx/compilers/GCC -isystem $chibios/common/ext/CMSIS/include
else
    echo "skipped: the snippet for chibios: test/sources.sh chibios has not fetched it"
fi

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
