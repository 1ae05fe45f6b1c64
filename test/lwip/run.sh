#!/bin/sh
# Runs the tests of port/lwip: each of its two files on this machine, with lwIP from Debian's source, under ASan and UBSan.
# Both compile for other compilers and cores too.
set -eu

cd "$(dirname "$0")/../.."
mkdir -p build/lwip
status=0
test/sources.sh lwip || status=$?
if [ $status = 77 ]; then
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
elif [ $status != 0 ]; then
    exit 1
fi
make -s build/small-san/librill.a
make -s -j2 -f test/lwip/lwip.mk

passed=0
failed=0
for kind in raw wide sockets; do
    if timeout 120 "build/lwip/${kind}_test" >"build/lwip/$kind.txt" 2>&1; then
        echo "lwip $kind: $(sed -n 's/.*PASSED  \] \([0-9]*\) test.*/\1/p' "build/lwip/$kind.txt") passed"
        passed=$((passed + 1))
    else
        cat "build/lwip/$kind.txt"
        failed=$((failed + 1))
    fi
done

strict="-std=c99 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wundef -Wvla -Werror -Iinclude
-isystem build/sources/lwip/src/include -c -o build/lwip/any.o"
compiles() {
    # shellcheck disable=SC2086
    if "$@" $strict; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
    fi
}
m0="arm-none-eabi-gcc -mcpu=cortex-m0plus -mthumb -Os"
compiles clang -Itest/lwip/raw port/lwip/lwip_raw.c
compiles clang -D_POSIX_C_SOURCE=200809L -Itest/lwip/sockets -isystem build/sources/lwip/port/include port/lwip/lwip_sockets.c
# shellcheck disable=SC2086
compiles $m0 -Itest/firmware/net -DNET_ETHERNET=1 -DNET_PPP=0 port/lwip/lwip_raw.c
# shellcheck disable=SC2086
compiles $m0 -Itest/lwip/sockets -isystem build/sources/lwip/port/include port/lwip/lwip_sockets.c
echo "ran: both files also with clang and for a Cortex-M0+"
echo "$passed passed, $failed failed"
[ $failed = 0 ]
