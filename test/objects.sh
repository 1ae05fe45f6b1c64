#!/bin/sh
# What the library's objects may be made of: imports, writable data, exported names, recursion. Looked at as built for the
# host (build/small) and for firmware on a Cortex-M0+ (build/firmware/m0plus).
set -u

bad=0
complain() { # WHAT: what is wrong, a line for each, from standard input
    awk -v what="$1" 'NF {print $1, what, $2; found = 1} END {exit !found}' && bad=1
}

# Everything that the objects may take from elsewhere: six functions of <string.h>, and the compiler's own helpers.
allowed='(memcpy|memmove|memset|memcmp|memchr|strlen|rill_[a-z0-9_]*|_GLOBAL_OFFSET_TABLE_'
allowed="$allowed|__aeabi_[a-z0-9]*|__gnu_thumb1_case_[a-z0-9]*)"

look() { # NM SIZE OBJECT...
    nm=$1
    size=$2
    shift 2
    given= sections=
    taken=$("$nm" -A -u "$@") && given=$("$nm" -A -g --defined-only "$@") && sections=$("$size" -A "$@") || bad=1
    complain imports <<END
$(echo "$taken" | awk '{print $1, $NF}' | grep -vE " $allowed\$")
END
    complain exports <<END
$(echo "$given" | awk '$NF !~ /^(rill_.*)?$/ {print substr($1, 1, index($1, ":")), $NF}')
END
    # A section of the .data or .bss kind; constants with addresses (.data.rel.ro) are written by the loader only.
    complain 'has writable globals in' <<END
$(echo "$sections" | awk '$2 ~ /^:/ {object = $1 ":"}
        $1 ~ /^\.(data|bss|tdata|tbss)/ && $1 !~ /^\.data\.rel\.ro/ && $2 > 0 {print object, $1}')
END
    echo "looked at: $# objects with $nm"
}

look nm size build/small/src/*.o
look arm-none-eabi-nm arm-none-eabi-size build/firmware/m0plus/src/*.o

# Recursion: a function that reaches itself in the call graph.
node test/stack.mjs --recursion build/firmware/m0plus/src/*.ci || bad=1
[ $bad = 0 ] && echo "ran: imports, exports, writable data, recursion"
exit $bad
