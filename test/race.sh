#!/bin/sh
# The UART's ring between two threads, under the thread sanitizer: no access of one side races with the other's.
set -eu
mkdir -p build/race
gcc -std=c99 -D_POSIX_C_SOURCE=200809L -O1 -g -fsanitize=thread -Iinclude -Iport/uart -idirafter "${JSMN_DIR:-/usr/include}" \
    test/unit/uart_test.c src/*.c -lcmocka -pthread -o build/race/uart_test
timeout 300 build/race/uart_test 2>&1
echo "ran: the ring of port/uart under the thread sanitizer"
