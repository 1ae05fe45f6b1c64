#!/bin/sh
# Prints flash, RAM and stack of the modem port on a Cortex-M0+: bytes, gcc at -Os. Part of `make size`.
set -eu

cd "$(dirname "$0")/../.."
out=build/size/modem
mkdir -p "$out"
for file in port/modem/*.c; do
    arm-none-eabi-gcc -mcpu=cortex-m0plus -mthumb -std=c99 -Os -Iinclude -fcallgraph-info=su -c "$file" \
        -o "$out/$(basename "$file" .c).o"
done
cat >"$out/structs.c" <<'C'
#include "hayes.h"
#define SHOW(type) extern const char type##_[sizeof(type)]; const char type##_[sizeof(type)] = {0};
SHOW(rill_at)
SHOW(rill_modem)
SHOW(rill_hayes)
C
arm-none-eabi-gcc -mcpu=cortex-m0plus -mthumb -std=c99 -Os -Iinclude -Iport/modem -c "$out/structs.c" -o "$out/structs.o"

flash() { # NAME...: bytes of code and tables
    for name in "$@"; do
        echo "$out/$name.o"
    done | xargs arm-none-eabi-size | awk 'NR > 1 {sum += $1} END {print sum}'
}
ram() { # TYPE
    echo $((0x$(arm-none-eabi-nm -S "$out/structs.o" | awk -v symbol="$1_" '$4 == symbol {print $2}')))
}
verdict() { # BYTES GOAL
    if [ "$1" -le "$2" ]; then echo within; else echo "$(($1 - $2)) over"; fi
}
row() { # DIALECT FILE...
    dialect=$1
    shift
    bytes=$(flash at modem "$@")
    printf '  %-15s tables %5d  with engine and port %5d  (goal 3072: %s)\n' "$dialect" "$(flash "$@")" "$bytes" \
        "$(verdict "$bytes" 3072)"
}

echo "port modem: cortex-m0plus, flash"
echo "  engine $(flash at), port $(flash modem), signal $(flash signal)"
row quectel quectel cellular
row quectel_tls quectel_tls quectel cellular
row simcom simcom cellular
row ublox ublox cellular
row ublox_tls ublox_tls ublox cellular
row esp_at esp_at
row esp_at_active esp_at_active esp_at
row esp_at_tls esp_at_tls esp_at
row nordic_slm nordic_slm cellular
row nordic_slm_tls nordic_slm_tls nordic_slm cellular
row hayes hayes
bytes=$(flash at quectel cellular)
echo "  engine with quectel, without the port: $bytes (goal 3072: $(verdict "$bytes" 3072))"
bytes=$(ram rill_modem)
echo "port modem: cortex-m0plus, RAM beside the line buffer (48 and more)"
echo "  rill_at $(ram rill_at), rill_modem $bytes (goal 200: $(verdict "$bytes" 200)), rill_hayes $(ram rill_hayes)"
echo "port modem: cortex-m0plus, deepest stack without that of the port below"
sed 's/"[^"]*:\(modem\|hayes\)_\(read\|write\|close\)"/"\1_\2"/g' "$out/modem.ci" >"$out/modem_named.ci"
sed 's/"[^"]*:\(modem\|hayes\)_\(read\|write\|close\)"/"\1_\2"/g' "$out/hayes.ci" >"$out/hayes_named.ci"
for name in rill_modem_open modem_read modem_write modem_close hayes_read hayes_close; do
    node test/stack.mjs --of "$name" "$out/at.ci" "$out/modem_named.ci" "$out/hayes_named.ci"
done
