#!/bin/sh
# rill as others get it: installed by make and by CMake, and as ESP-IDF, Zephyr, Arduino and PlatformIO take it. Programs
# outside of rill are built with each and run where this machine can run them.
set -u

unset MAKEFLAGS MFLAGS MAKELEVEL DESTDIR
tree=$PWD
here=$tree/test/packaging
out=$tree/build/packaging
rm -rf "$out"
mkdir -p "$out"
passed=0
failed=0

# check WHAT COMMAND...: its output is shown when it fails.
check() {
    what=$1
    shift
    if "$@" >"$out/log.txt" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED $what"
        tail -n 20 "$out/log.txt" | sed 's/^/    /'
    fi
}

refused() { # PATTERN COMMAND...: it fails, and says so
    pattern=$1
    shift
    ! "$@" >"$out/refused.txt" 2>&1 && grep -q "$pattern" "$out/refused.txt"
}
same() { # FILE FILE
    diff "$1" "$2"
}
says() { # WANTED PROGRAM: what the outside program prints of the demo's stream
    "$2" <test/demo/tools.sse >"$out/said.txt" && echo "$1" | diff - "$out/said.txt"
}
files() { # FOLDER >LIST
    (cd "$1" && find . -type f | sed 's|^\./||' | LC_ALL=C sort)
}
version=$(sed -n 's/^.define RILL_VERSION "\(.*\)"/\1/p' include/rill/rill.h)
text='I look that up for Zürich.'
if [ -f /usr/include/bearssl.h ]; then
    LC_ALL=C sort "$here/installed.txt" >"$out/expected.txt"
else
    echo "skipped: librill-bearssl, BearSSL is not here (Debian: libbearssl-dev)"
    grep -v -e bearssl -e /tls "$here/installed.txt" | LC_ALL=C sort >"$out/expected.txt"
fi

# ---- make install, and programs outside by pkg-config
PREFIX=$out/prefix
PKG_CONFIG_PATH=$PREFIX/lib/pkgconfig
export PKG_CONFIG_PATH
outside() { # COMPILER...: the outside program
    # shellcheck disable=SC2046
    "$@" -Wall -Wextra -Wpedantic -Werror "$here/outside/outside.c" $(pkg-config --cflags --libs rill-port) \
        -o "$out/outside" && says "rill $version, choices 1: $text" "$out/outside"
}
whole() { # PACKAGE LIBRARY: nothing is missing in the library, whatever of it is used
    # shellcheck disable=SC2046
    echo 'int main(void) { return 0; }' | gcc -x c - -x none -Wl,--whole-archive "$PREFIX/lib/$2" \
        -Wl,--no-whole-archive $(pkg-config --libs "$1") -o "$out/whole"
}
headers() { # each installed header of a port stands alone, in C and C++
    for header in "$PREFIX"/include/rill/port/*.h; do
        for compiler in 'gcc -std=c99 -x c' 'g++ -std=c++11 -x c++'; do
            # shellcheck disable=SC2046
            echo "#include <rill/port/$(basename "$header")>" |
                $compiler -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wpedantic -Werror -fsyntax-only \
                    $(pkg-config --cflags rill-port) - || return 1
        done
    done
}
program() { # FOLDER: the installed program
    echo "$text" >"$out/wanted.txt"
    "$1/bin/rill" decode test/demo/tools.sse | head -n 1 | diff "$out/wanted.txt" -
}
check 'make install' make -s install PREFIX="$PREFIX"
files "$PREFIX" >"$out/files.txt"
check 'make install: the files' same "$out/expected.txt" "$out/files.txt"
check 'make install: the program' program "$PREFIX"
for package in rill rill-port $(grep -o 'rill-bearssl\.pc' "$out/expected.txt" | sed 's/.pc//'); do
    check "$package.pc: version" pkg-config --exact-version="$version" "$package"
    check "$package.pc: nothing is missing" whole "$package" "lib$package.a"
done
check 'C by pkg-config' outside gcc -std=c99
check 'C++ by pkg-config' outside g++ -std=c++11 -x c++
check 'other capacities than the library has' refused 'undefined reference' outside gcc -std=c99 -DRILL_CHOICES=4
check 'headers of ports' headers

check 'make install: staged' make -s install DESTDIR="$out/stage" PREFIX=/opt/rill LIBDIR=/opt/rill/lib64
files "$out/stage/opt/rill" | sed 's|^lib64/|lib/|' | LC_ALL=C sort >"$out/files.txt"
check 'make install: staged files' same "$out/expected.txt" "$out/files.txt"
check 'make install: folders in rill.pc' grep -qx 'libdir=/opt/rill/lib64' "$out/stage/opt/rill/lib64/pkgconfig/rill.pc"
check 'make install: no trace of the stage' sh -c "! grep -r '$out' '$out/stage' --include=*.pc"
check 'make uninstall' make -s uninstall PREFIX="$PREFIX"
check 'make uninstall: nothing is left' sh -c "[ -z \"\$(find '$PREFIX' -type f)\" ] && [ ! -d '$PREFIX/include/rill' ]"
echo "ran: make install and uninstall, C and C++ by pkg-config"

# ---- CMake: alone and installed; then in projects outside
cmakes() { # BUILD-FOLDER SOURCE OPTION...: configures and builds
    build=$1
    source=$2
    shift 2
    cmake -S "$source" -B "$build" "$@" && cmake --build "$build" -j 2
}
PREFIX=$out/cmake-prefix
PKG_CONFIG_PATH=$PREFIX/lib/pkgconfig
check 'CMake: builds' cmakes "$out/cmake" port/cmake -DCMAKE_INSTALL_PREFIX="$PREFIX" -DCMAKE_INSTALL_LIBDIR=lib \
    -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_FLAGS=-Werror
check 'CMake: installs' cmake --install "$out/cmake"
files "$PREFIX" >"$out/files.txt"
grep -v '^lib/cmake/' "$out/files.txt" >"$out/files-of-make.txt"
check 'CMake: the files of make install' same "$out/expected.txt" "$out/files-of-make.txt"
check 'CMake: the program' program "$PREFIX"
check 'CMake: C by pkg-config' outside gcc -std=c99
check 'find_package' cmakes "$out/found" "$here/outside" -DCMAKE_PREFIX_PATH="$PREFIX" -DWANTED=0.3
for name in outside outside_cpp; do
    check "find_package: $name" says "rill $version, choices 1: $text" "$out/found/$name"
done
check 'find_package: a version that is not there' refused 'compatible' \
    cmake -S "$here/outside" -B "$out/refused" -DCMAKE_PREFIX_PATH="$PREFIX" -DWANTED=0.4
check 'add_subdirectory' cmakes "$out/within" "$here/outside" -DRILL_TREE="$tree" -DRILL_CHOICES=4
for name in outside outside_cpp; do
    check "add_subdirectory: $name" says "rill $version, choices 4: $text" "$out/within/$name"
done
check 'FetchContent' cmakes "$out/fetched" "$here/outside" -DRILL_FETCHED="$tree"
check 'FetchContent: outside' says "rill $version, choices 1: $text" "$out/fetched/outside"
check 'CMake: for a Cortex-M0+' cmakes "$out/m0" port/cmake -DCMAKE_TOOLCHAIN_FILE="$here/cortex-m0plus.cmake" \
    -DJSMN_DIR=/usr/include -DRILL_INSTALL=ON -DCMAKE_INSTALL_PREFIX="$out/m0-prefix"
check 'CMake: for a Cortex-M0+, installs' cmake --install "$out/m0"
check 'CMake: for a Cortex-M0+, only what runs there' \
    sh -c "[ -f '$out/m0-prefix/lib/librill.a' ] && [ -z \"\$(find '$out/m0-prefix' -name 'socket.h' -o -name rill -type f)\" ]"
check 'CMake: without jsmn.h' refused 'rill needs jsmn.h' \
    cmake -S port/cmake -B "$out/refused2" -DJSMN_DIR="$out"
echo "ran: CMake alone, by find_package, add_subdirectory and FetchContent, for a Cortex-M0+"

# ---- ESP-IDF and Zephyr: their CMake files with stand-ins for the functions of these systems
configured() { # NAME KCONFIG SETTING...: the values of Kconfig, as options of CMake, into $out/NAME.txt
    name=$1
    shift
    /usr/bin/python3 "$here/kconfig.py" "$@" >"$out/$name.txt"
}
options() { # NAME
    sed 's/^/-D/' "$out/$1.txt"
}
check 'ESP-IDF: Kconfig' configured esp-idf port/esp-idf/rill/Kconfig RILL_CHOICES=2 RILL_TOOL_CALLS=3
check 'ESP-IDF: a value out of range' refused 'does not take' configured esp-idf-bad port/esp-idf/rill/Kconfig RILL_CHOICES=256
check 'ESP-IDF: first pass' cmake -DRILL_TREE="$tree" -P "$here/esp-idf/early.cmake"
# shellcheck disable=SC2046
check 'ESP-IDF: component for RV32' cmakes "$out/esp-idf" "$here/esp-idf" -DCMAKE_TOOLCHAIN_FILE="$here/rv32.cmake" \
    -DRILL_TREE="$tree" -DJSMN_FOLDER=/usr/include $(options esp-idf)
check 'Zephyr: Kconfig' configured zephyr port/zephyr/Kconfig RILL=y RILL_CHOICES=2 RILL_TOOL_CALLS=3
check 'Zephyr: Kconfig, not wanted' configured zephyr-off port/zephyr/Kconfig RILL=n
# shellcheck disable=SC2046
check 'Zephyr: module for a Cortex-M0+' cmakes "$out/zephyr" "$here/zephyr" -DRILL_TREE="$tree" \
    -DCMAKE_TOOLCHAIN_FILE="$here/cortex-m0plus.cmake" -DJSMN_DIR=/usr/include $(options zephyr)
# shellcheck disable=SC2046
check 'Zephyr: not wanted' cmakes "$out/zephyr-off" "$here/zephyr" -DRILL_TREE="$tree" \
    -DCMAKE_TOOLCHAIN_FILE="$here/cortex-m0plus.cmake" $(options zephyr-off)
check 'Zephyr: not wanted, not built' sh -c "[ -z \"\$(find '$out/zephyr-off' -name 'librill*')\" ]"
for built in esp-idf/rill zephyr/rill; do
    check "$built: all of src is in it" \
        sh -c "[ \$(ar t '$out/$built/librill.a' | wc -l) -ge \$(ls src/*.c | wc -l) ]"
done
echo "ran: ESP-IDF's and Zephyr's CMake files with stand-ins, their Kconfig by kconfiglib"

# ---- Arduino: the library that layout.sh makes, built by Arduino's own builder, with a stand-in for a board package
arduino() { # BOARD
    mkdir -p "$out/sketch-$1"
    arduino-builder -compile -hardware /usr/share/arduino-builder -hardware "$here/arduino" -tools /usr/bin \
        -libraries "$out/arduino" -fqbn "test:cpu:$1" -build-path "$out/sketch-$1" -warnings all \
        "$out/arduino/rill/examples/decode/decode.ino"
}
# As PlatformIO does: all sources below src, with src alone on the include path. Code is made of them elsewhere.
flat() { # COMPILER...
    library=$out/platformio/rill
    find "$library/src" -name '*.c' | while read -r source; do
        "$@" -Wall -Wextra -Werror -I"$library/src" -fsyntax-only "$source" || exit 1
    done
}
check 'Arduino: layout' port/arduino/layout.sh "$out/arduino"
check 'Arduino: sketch for a Cortex-M0+' arduino m0
check 'Arduino: sketch for this machine' arduino host
check 'Arduino: the sketch runs' sh -c "'$out/sketch-host/decode.ino.elf' <test/demo/tools.sse | grep -qx '$text'"
check 'PlatformIO: layout' port/platformio/layout.sh "$out/platformio"
check 'PlatformIO: sources for a Cortex-M0+' flat arm-none-eabi-gcc -mcpu=cortex-m0plus -mthumb -Os
check 'PlatformIO: sources for RV32' flat riscv64-unknown-elf-gcc -march=rv32imc -mabi=ilp32 --specs=picolibc.specs -Os
echo "ran: Arduino's builder, PlatformIO's folders"

check 'manifests' node "$here/manifests.mjs" "$out"
grep '^manifests: ' "$out/log.txt"

echo "$passed passed, $failed failed"
[ $failed = 0 ]
