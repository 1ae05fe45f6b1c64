#!/bin/sh
# The modem port against the emulator: every dialect, and every fault; see engine.mjs. VERBOSE=1 says how each case ended.
set -eu

cd "$(dirname "$0")/../.."
make -s build/small-san/libport.a build/small-san/librill.a
mkdir -p build/modem
gcc -std=c99 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wundef -Wvla -Werror -D_POSIX_C_SOURCE=200809L \
    -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -Iinclude -Iport/posix -Iport/modem test/modem/dial.c \
    build/small-san/libport.a build/small-san/librill.a -o build/modem/dial
exec node test/modem/engine.mjs build/modem/dial "$@"
