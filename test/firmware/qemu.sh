#!/bin/sh
# Runs an image in the emulator: qemu.sh BOARD IMAGE [QEMU OPTION...]; its exit status is the image's.
# Semihosting is on; words for the image are given as ARGUMENTS="...". The emulator ends after SECONDS_MAX (60) at most.
set -eu
board=$1
image=$2
shift 2
case "$board" in
an385) machine="qemu-system-arm -M mps2-an385 -kernel" ;;
an505) machine="qemu-system-arm -M mps2-an505 -kernel" ;;
lm3s) machine="qemu-system-arm -M lm3s6965evb -kernel" ;;
microbit) machine="qemu-system-arm -M microbit -kernel" ;;
virt) machine="qemu-system-riscv32 -M virt -bios none -kernel" ;;
*) echo "unknown board: $board" >&2; exit 2 ;;
esac
arguments=
for word in ${ARGUMENTS:-}; do arguments="$arguments,arg=$word"; done
# shellcheck disable=SC2086
exec timeout --foreground "${SECONDS_MAX:-60}" $machine "$image" -display none -monitor none -nodefaults \
    -semihosting-config "enable=on,target=native$arguments" "$@"
