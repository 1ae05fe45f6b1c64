#include "mutate.h"

#include <stdbool.h>
#include <string.h>

#include "fuzz.h"

static bool ends_line(uint8_t byte)
{
    return byte == '\n' || byte == '\r';
}

/* Begins of lines behind an empty one, and the end. From `at` on: the next. */
static size_t next_event(const uint8_t *data, size_t size, size_t at)
{
    for (at++; at < size; at++)
        if (at >= 2 && ends_line(data[at - 1]) && ends_line(data[at - 2]) && !ends_line(data[at]))
            return at;
    return size;
}

/* Puts bytes in place of others; gives the new size, or the old one when there is no room. */
static size_t splice(uint8_t *data, size_t size, size_t most, size_t at, size_t old, const uint8_t *bytes, size_t length)
{
    if (size - old + length > most)
        return size;
    memmove(data + at + length, data + at + old, size - at - old);
    memcpy(data + at, bytes, length);
    return size - old + length;
}

/* Another value in place of a number, or in a string, somewhere from `at` to `end`. */
static size_t change_value(uint8_t *data, size_t size, size_t most, size_t at, size_t end, uint32_t *random)
{
    static const char *const values[] = {"", "0", "7", "-12", "1e3", "1.50", "12345678901", "a", "bc", "\\n", "\\u00e9",
                                         "\\ud83d", "\\ude00", "\xc3\xa9", "longer than it was before", "\xc3", "\\\""};
    size_t from = at + fuzz_random(random) % (end - at);
    while (from < end && data[from] != '"' && (data[from] < '0' || data[from] > '9'))
        from++;
    if (from == end)
        return size;
    size_t to = from + 1;
    if (data[from] == '"') {
        from++;
        while (to < end && data[to] != '"')
            to++;
    } else {
        while (to < end && data[to] >= '0' && data[to] <= '9')
            to++;
    }
    const char *value = values[fuzz_random(random) % (sizeof values / sizeof values[0])];
    return splice(data, size, most, from, to - from, (const uint8_t *)value, strlen(value));
}

size_t mutate_events(uint8_t *data, size_t size, size_t most, unsigned seed)
{
    static uint8_t event[4096];
    uint32_t random = seed * 2654435761u | 1u;
    fuzz_random(&random);
    if (fuzz_random(&random) % 3 != 0 || size <= FUZZ_HEAD)
        return LLVMFuzzerMutate(data, size, most);
    size_t at = FUZZ_HEAD + fuzz_random(&random) % (size - FUZZ_HEAD);
    while (at > FUZZ_HEAD && !(ends_line(data[at - 1]) && at >= 2 && ends_line(data[at - 2])))
        at--;
    size_t end = next_event(data, size, at), length = end - at;
    if (length > sizeof event || fuzz_random(&random) % 4 == 0)
        return change_value(data, size, most, at, end, &random);
    memcpy(event, data + at, length);
    for (unsigned times = 1 + fuzz_random(&random) % 3; times > 0; times--) {
        size_t more = splice(data, size, most, end, 0, event, length);
        if (more == size)
            break;
        size = more;
        if (fuzz_random(&random) % 8 != 0)
            size = change_value(data, size, most, end, end + length, &random);
    }
    return size;
}
