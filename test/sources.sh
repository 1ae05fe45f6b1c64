#!/bin/sh
# Fetches the foreign sources that tests compile: sources.sh NAME... puts each into build/sources/NAME.
# Debian's come from where this machine gets its packages, npm's from npm's registry. Each file must have the hash that
# sources.sha256 tells; the version is pinned with it. What is there already is not fetched again.
# Where one can't be had it says "skipped: why" and exits with 77.
set -eu

cd "$(dirname "$0")/.."
here=$PWD
place=$here/build/sources
apt=$place/apt
mkdir -p "$place"

skip() {
    echo "skipped: $1"
    exit 77
}

# ---- Debian: the machine's own source definitions, turned from packages to sources, in a folder of the build

apt_get() {
    apt-get -qq -o Dir::Etc::sourcelist="$apt/sources.list" -o Dir::Etc::sourceparts="$apt/sources.list.d" \
        -o Dir::State::lists="$apt/lists" -o Dir::Cache="$apt/cache" -o Acquire::Retries=2 \
        -o Acquire::http::Timeout=20 -o Acquire::https::Timeout=20 -o APT::Sandbox::User= "$@"
}

apt_ready=no
apt_begin() {
    apt_ready=yes
    eval "$(apt-config shell list Dir::Etc::sourcelist/f parts Dir::Etc::sourceparts/d)"
    rm -rf "$apt"
    mkdir -p "$apt/sources.list.d" "$apt/lists/partial" "$apt/cache/archives/partial"
    for file in "$list" "$parts"/*.list "$parts"/*.sources; do
        [ -f "$file" ] || continue
        to=$apt/sources.list.d/$(basename "$file")
        case "$file" in
        *.list) sed -E '/^[[:space:]]*deb-src[[:space:]]/d; s/^([[:space:]]*)deb([[:space:]])/\1deb-src\2/' "$file" ;;
        *) sed -E 's/^Types:.*/Types: deb-src/' "$file" ;;
        esac >"$to"
    done
    touch "$apt/sources.list"
    apt_get update || true # other archives of this machine may have no sources; what counts is what comes below
}

fetch_debian() {
    command -v apt-get >/dev/null && command -v dpkg-source >/dev/null || skip "$1: it comes as Debian's source package"
    [ "$apt_ready" = yes ] || apt_begin
    (cd "$place/$1.files" && apt_get source --download-only "$1=$2") ||
        skip "$1: this machine's Debian archive does not give the source package $1 $2"
}

unpack_debian() {
    dpkg-source --no-check --no-copy -x "$place/$1.files"/*.dsc "$2" >/dev/null
}

# ---- npm

fetch_npm() {
    (cd "$place/$1.files" && npm pack --silent "$1@$2" >/dev/null) || skip "$1: npm does not give $1 $2"
}

unpack_npm() {
    mkdir "$2"
    tar -xzf "$place/$1.files"/*.tgz -C "$2" --strip-components=1
}

# ---- both

verify() {
    (cd "$place/$1.files" && sed -n "s| $1/| |p" "$here/test/sources.sha256" | sha256sum --check --quiet --strict)
}

get() {
    from=$1 name=$2 version=$3
    pinned=$(grep " $name/" test/sources.sha256)
    [ "$pinned" != "$(cat "$place/$name.have" 2>/dev/null)" ] || return 0
    rm -rf "$place/$name" "$place/$name.new" "$place/$name.have"
    mkdir -p "$place/$name.files"
    if ! verify "$name" >/dev/null 2>&1; then
        rm -rf "$place/$name.files"
        mkdir "$place/$name.files"
        "fetch_$from" "$name" "$version"
        verify "$name" || skip "$name: what came is not what test/sources.sha256 tells"
    fi
    "unpack_$from" "$name" "$place/$name.new"
    mv "$place/$name.new" "$place/$name"
    echo "$pinned" >"$place/$name.have"
    echo "$name $version"
}

exec 9>"$place/lock"
flock 9 # one at a time
for wanted in "$@"; do
    case "$wanted" in
    lwip) get debian lwip 2.1.3+dfsg1-2 ;;
    bearssl) get debian bearssl 0.6+dfsg.1-3 ;;
    mbedtls) get debian mbedtls 2.28.3-1 ;;
    cmocka) get debian cmocka 1.1.5-2.1 ;;
    jansson) get debian jansson 2.14-2 ;;
    chibios) get npm chibios 0.0.1 ;;
    *) echo "no such source: $wanted" >&2; exit 2 ;;
    esac
done
