#!/bin/sh
# The demo, as `make demo` runs it. Talks to a server of its own on this machine, or to that of OPENAI_BASE_URL.
set -eu

rill=build/rill
work=build/demo
here=test/demo
status=0
server=

if [ -t 1 ]; then
    title=$(printf '\033[1m') plain=$(printf '\033[0m')
else
    title='' plain=''
fi

say() { printf '%s\n' "$*"; }
headline() { printf '\n%s%s%s\n\n' "$title" "$*" "$plain"; }

show() { printf '%s$ %s%s\n' "$title" "$*" "$plain"; }

# The question, which stands last, is shown in its quotes.
chat() {
    line="rill chat"
    for word in "$@"; do
        case "$word" in
        *' '*) line="$line \"$word\"" ;;
        *) line="$line $word" ;;
        esac
    done
    show "$line"
    say
    "$rill" chat "$@" || status=$?
}

stop_server() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    server=
}
trap stop_server EXIT
trap 'exit 130' INT TERM

mkdir -p "$work"
rm -f "$work"/*.http "$work"/*.txt "$work"/*.jsonl "$work/port"
if [ -n "${OPENAI_BASE_URL:-}" ]; then
    headline "1. A question to $OPENAI_BASE_URL"
else
    "$work/server" "$here/answer.sse" "$here/tools.sse" "$work" >"$work/port" &
    server=$!
    tries=0
    until [ -s "$work/port" ]; do
        tries=$((tries + 1))
        [ $tries -le 100 ] || { say "the demo's server does not start" >&2; exit 1; }
        sleep 0.05
    done
    OPENAI_BASE_URL=http://127.0.0.1:$(cat "$work/port")/v1
    export OPENAI_BASE_URL
    headline "1. A question to a server on this machine ($OPENAI_BASE_URL)"
fi
chat "What is a rill?"

headline "2. A question with tools: the calls come in fragments and are joined"
chat --tools "$here/tools.json" "What is the weather in Zürich, and what time is it there?"

# What the demo's server sent is kept as it was on the wire; of another server's answer there is no recording.
capture=$work/text.http
[ -s "$capture" ] || capture=$here/answer.sse
headline "3. The recorded stream again, in the memory of a microcontroller"
for memory in "65536 4096 large" "256 24 small"; do
    # shellcheck disable=SC2086
    set -- $memory
    command="decode --buffer $1 --tokens $2 $capture"
    show "rill $command > $work/$3.txt"
    # shellcheck disable=SC2086
    "$rill" $command >"$work/$3.txt" || status=$?
    # shellcheck disable=SC2086
    "$rill" $command --json >"$work/$3.jsonl" || status=$?
done
show "cmp $work/large.txt $work/small.txt"
if cmp "$work/large.txt" "$work/small.txt"; then
    verdict="the same text, $(wc -c <"$work/small.txt") bytes"
else
    verdict="the texts differ"
    status=1
fi

row() { printf '  %-14s %s\n' "$1" "$2"; }
count() { grep -c "$1" "$2" || true; }
longest=$(LC_ALL=C awk '/^data: / && length > most { most = length } END { print most - 6 }' "$here/answer.sse")
say
events=$(count '"part":"whole"' "$work/large.jsonl")
row recorded "$(wc -c <"$capture") bytes, $events events, the longest of $longest bytes"
row "in 256 bytes" "$(count '"part":"first"' "$work/small.jsonl") of these events came in parts"
row result "$verdict"
exit "$status"
