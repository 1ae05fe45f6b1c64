#include "fuzz.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint64_t fuzz_steps;

/* Called at each branch of the code under test: -fsanitize-coverage=trace-pc, and --wrap of the linker. */
void __wrap___sanitizer_cov_trace_pc(void);
void __wrap___sanitizer_cov_trace_pc(void)
{
    fuzz_steps++;
}

fuzz_input fuzz_open(const uint8_t *data, size_t size)
{
    fuzz_input input = {{0}, NULL, 0};
    size_t head = size < FUZZ_HEAD ? size : FUZZ_HEAD;
    for (size_t i = 0; i < head; i++)
        input.head[i] = (uint8_t)(data[i] - '0');
    input.bytes = (const char *)data + head;
    input.length = size - head;
    return input;
}

void fuzz_fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("\nPROPERTY BROKEN: ", stderr);
    vfprintf(stderr, format, arguments);
    fputs("\n", stderr);
    va_end(arguments);
    abort();
}

void fuzz_same_text(const char *what, const char *one_name, const char *one, const char *other_name, const char *other)
{
    size_t at = 0;
    while (one[at] == other[at]) /* not by strcmp(), from which libFuzzer takes ideas for its mutations */
        if (one[at++] == '\0')
            return;
    while (at > 0 && one[at - 1] != '\n')
        at--;
    fuzz_fail("%s: from byte %zu on %s has\n%.2000s\n%s has\n%.2000s", what, at, one_name, one + at, other_name, other + at);
}

void *fuzz_memory(size_t size)
{
    void *memory = malloc(size > 0 ? size : 1);
    fuzz_must(memory != NULL, "no memory for %zu bytes", size);
    memset(memory, 0xa5, size);
    return memory;
}

char *fuzz_copy(const char *bytes, size_t length)
{
    char *copy = malloc(length > 0 ? length : 1);
    fuzz_must(copy != NULL, "no memory for %zu bytes", length);
    if (length > 0)
        memcpy(copy, bytes, length);
    return copy;
}

uint32_t fuzz_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

fuzz_cuts fuzz_cuts_of(uint8_t way, uint8_t seed)
{
    return (fuzz_cuts){(uint8_t)(way % 8), 0x9e3779b9u * (seed + 1u) | 1u};
}

size_t fuzz_cut(fuzz_cuts *cuts, size_t left)
{
    static const size_t lengths[] = {SIZE_MAX, 1, 2, 3, 13};
    static const size_t most[] = {4, 40, 400};
    size_t length = cuts->way < 5 ? lengths[cuts->way] : 1 + fuzz_random(&cuts->random) % most[cuts->way - 5];
    return length < left ? length : left;
}
