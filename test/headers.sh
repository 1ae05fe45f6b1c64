#!/bin/sh
# Every public header stands alone, in C and in C++, with gcc and clang.
set -eu
count=0
for header in include/rill/*.h; do
    for compiler in "gcc -std=c99 -x c" "gcc -std=c11 -x c" "clang -std=c99 -x c" "clang -std=c11 -x c" \
        "g++ -std=c++11 -x c++" "g++ -std=c++17 -x c++" "g++ -std=c++20 -x c++" \
        "clang++ -std=c++11 -x c++" "clang++ -std=c++17 -x c++" "clang++ -std=c++20 -x c++"; do
        echo "#include \"rill/$(basename "$header")\"" |
            $compiler -Wall -Wextra -Wpedantic -Wshadow -Wundef -Werror -Iinclude -fsyntax-only -
        count=$((count + 1))
    done
done
echo "ran: $count headers and compilers"
