#!/bin/sh
# Installs what building (build), testing (check, foreign), measuring beside others (bench), coverage or proving (prove)
# needs, when it is missing.
# Debian 12, as root.
set -eu

build='gcc libc6-dev libjsmn-dev libbearssl-dev'
check="$build g++ clang libclang-rt-dev libhttp-parser-dev libcmocka-dev libjansson-dev gcc-arm-none-eabi
libnewlib-arm-none-eabi gcc-riscv64-unknown-elf picolibc-riscv64-unknown-elf qemu-system-arm qemu-system-misc binutils
socat nodejs npm nginx-light dosbox nasm valgrind cmake pkg-config arduino-builder python3-kconfiglib dpkg-dev slirp
openssl libmbedtls-dev qemu-user gcc-s390x-linux-gnu libc6-dev-s390x-cross gcc-powerpc-linux-gnu
libc6-dev-powerpc-cross gcc-arm-linux-gnueabihf libc6-dev-armhf-cross cppcheck clang-tidy clang-tools"
# One more machine for make check-foreign.
foreign="$check gcc-i686-linux-gnu libc6-dev-i386-cross"
# The parsers that make bench compares with.
bench="$check libcjson-dev libyajl-dev libjson-c-dev rapidjson-dev nlohmann-json3-dev libsimdjson-dev"
# What looks at the code by proof.
prove="gcc libc6-dev libjsmn-dev frama-c-base why3 z3 cvc4 nodejs"
# The compiler that measures MC/DC.
coverage="$check clang-19 llvm-19 libclang-rt-19-dev"

case "$1" in
build) wanted=$build ;;
check) wanted=$check ;;
bench) wanted=$bench ;;
coverage) wanted=$coverage ;;
prove) wanted=$prove ;;
foreign) wanted=$foreign ;;
*) echo "usage: $0 build|check|foreign|bench|coverage|prove" >&2; exit 2 ;;
esac

missing=
for package in $wanted; do
    case "$package" in # these may have come another way than as a package
    nodejs) ! command -v node >/dev/null || continue ;;
    npm) ! command -v npm >/dev/null || continue ;;
    esac
    state=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$state" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "these packages are missing:$missing" >&2
    echo "(as root on Debian they are installed by themselves)" >&2
    exit 1
fi
echo "installing:$missing"
apt-get update -qq
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
