#!/bin/sh
# layout.sh FOLDER: makes FOLDER/rill, a library for PlatformIO: the folders of Arduino's, with PlatformIO's manifest.
# JSMN_DIR=... names the folder of jsmn.h when it is not a system header.
set -eu

[ $# = 1 ] || { echo "usage: $0 FOLDER" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
"$here/../arduino/layout.sh" "$1"
rm -r "$1/rill/library.properties" "$1/rill/examples"
cp "$here/library.json" "$1/rill"
