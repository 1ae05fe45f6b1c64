#!/bin/sh
# What the library's objects may be made of: imports, writable data, exported names, recursion. Looked at as built for the
# host and for a Cortex-M0+.
set -u

bad=0
complain() {
    echo "$1: $2"
    bad=1
}

# Everything that the objects may take from elsewhere: six functions of <string.h>, and the compiler's own helpers.
allowed='^(memcpy|memmove|memset|memcmp|memchr|strlen|rill_[a-z0-9_]*|_GLOBAL_OFFSET_TABLE_'
allowed="$allowed|__aeabi_[a-z0-9]*|__gnu_thumb1_case_[a-z0-9]*)\$"

look() { # NM SIZE OBJECT...
    nm=$1
    size=$2
    shift 2
    for object in "$@"; do
        for name in $("$nm" -u "$object" | awk '{print $NF}'); do
            echo "$name" | grep -qE "$allowed" || complain "$object" "imports $name"
        done
        for name in $("$nm" -g --defined-only "$object" | awk '{print $3}'); do
            case "$name" in rill_*) ;; *) complain "$object" "exports $name" ;; esac
        done
        # A section of the .data or .bss kind; constants with addresses (.data.rel.ro) are written by the loader only.
        "$size" -A "$object" |
            awk '$1 ~ /^\.(data|bss|tdata|tbss)/ && $1 !~ /^\.data\.rel\.ro/ && $2 > 0 {exit 1}' ||
            complain "$object" "has writable globals"
    done
    echo "looked at: $# objects with $nm"
}

mkdir -p build/m0/src
for source in src/*.c; do
    arm-none-eabi-gcc -std=c99 -mcpu=cortex-m0plus -mthumb -Os -Iinclude -idirafter /usr/include \
        -fcallgraph-info=su -c "$source" -o "build/m0/src/$(basename "$source" .c).o" || bad=1
done
look nm size build/small/src/*.o
look arm-none-eabi-nm arm-none-eabi-size build/m0/src/*.o

# Recursion: a function that reaches itself in the call graph.
node test/stack.mjs --recursion build/m0/src/*.ci || bad=1
[ $bad = 0 ] && echo "ran: imports, exports, writable data, recursion"
exit $bad
