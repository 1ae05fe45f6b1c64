/* A contestant on the host:
 *
 *     NAME BODIES           prints of each body "checksum events text-bytes integers"; under callgrind, dumps its counts too
 *     NAME BODIES all       the same, with one dump of all counts at the end
 *     NAME BODIES PASSES    prints of each body the nanoseconds of one pass, on average of so many
 *
 * A file of bodies holds of each its length, 32 bits, and its bytes. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <valgrind/callgrind.h>

#include "feed.h"

values taken;

#define COUNTED(call)                                                                                                       \
    do {                                                                                                                    \
        CALLGRIND_TOGGLE_COLLECT;                                                                                           \
        call;                                                                                                               \
        CALLGRIND_TOGGLE_COLLECT;                                                                                           \
    } while (0)
#define PLAIN(call) call

static void show_values(const char *bytes, size_t length, bool dump)
{
    const values none = VALUES_NONE;
    taken = none;
    FEED(bytes, length, COUNTED);
    if (dump)
        CALLGRIND_DUMP_STATS;
    printf("%016" PRIx64 " %" PRIu32 " %" PRIu32 " %" PRIu32 "\n", taken.checksum, taken.events, taken.text_bytes,
           taken.integers);
}

static uint64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static void show_time(const char *bytes, size_t length, unsigned long passes)
{
    FEED(bytes, length, PLAIN); /* for the caches */
    uint64_t began = now();
    for (unsigned long i = 0; i < passes; i++)
        FEED(bytes, length, PLAIN);
    printf("%.0f\n", (double)(now() - began) / (double)passes);
}

int main(int count, char **arguments)
{
    FILE *file = count > 1 ? fopen(arguments[1], "rb") : NULL;
    unsigned long passes = count > 2 ? strtoul(arguments[2], NULL, 10) : 0;
    uint32_t length;
    if (file == NULL)
        return EXIT_FAILURE;
    while (fread(&length, sizeof length, 1, file) == 1) {
        char *bytes = malloc(length > 0 ? length : 1);
        if (bytes == NULL || fread(bytes, 1, length, file) != length)
            return EXIT_FAILURE;
        if (passes > 0)
            show_time(bytes, length, passes);
        else
            show_values(bytes, length, count == 2);
        free(bytes);
    }
    fclose(file);
    return EXIT_SUCCESS;
}
