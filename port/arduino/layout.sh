#!/bin/sh
# layout.sh FOLDER: makes FOLDER/rill, a library for the Arduino IDE, from the files of this repository and jsmn.h.
# JSMN_DIR=... names the folder of jsmn.h when it is not a system header.
#
# Arduino compiles all that lies under src/ and looks for headers in src/ alone (library specification, "Source code"):
#     src/rill.h       what sketches include; src/jsmn.h
#     src/rill/        the public headers
#     src/rill/port/   ports that need no operating system, sources beside headers
#     src/core/        the library
set -eu

[ $# = 1 ] || { echo "usage: $0 FOLDER" >&2; exit 2; }
root=$(cd "$(dirname "$0")/../.." && pwd)
jsmn=${JSMN_DIR:-/usr/include}/jsmn.h
[ -f "$jsmn" ] || { echo "$0: no $jsmn (Debian: libjsmn-dev); say its folder with JSMN_DIR" >&2; exit 1; }
library=$1/rill

rm -rf "$library"
mkdir -p "$library/src/rill/port" "$library/src/core"
cp "$root/port/arduino/library.properties" "$root/LICENSE" "$library"
cp -R "$root/port/arduino/examples" "$library"
cp "$jsmn" "$library/src"
cp "$root"/include/rill/*.h "$library/src/rill"
cp "$root"/src/*.[ch] "$library/src/core"
for file in "$root"/port/uart/*.[ch] "$root"/port/modem/*.[ch]; do
    [ ! -f "$file" ] || cp "$file" "$library/src/rill/port"
done
cat >"$library/src/rill.h" <<'C'
/* The one header that Arduino looks for; the others are below rill/. */
#include "rill/rill.h"
C
