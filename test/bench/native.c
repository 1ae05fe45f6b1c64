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

typedef struct body {
    char *bytes;
    size_t length;
} body;

#define COUNTED(call)                                                                                                       \
    do {                                                                                                                    \
        CALLGRIND_TOGGLE_COLLECT;                                                                                           \
        call;                                                                                                               \
        CALLGRIND_TOGGLE_COLLECT;                                                                                           \
    } while (0)
#define PLAIN(call) call

static void show_values(const body *one, bool dump)
{
    const values none = VALUES_NONE;
    taken = none;
    FEED(one->bytes, one->length, COUNTED);
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

/* All bodies in each pass, so that the processor does not learn one of them by heart. */
static void show_times(const body *all, size_t count, unsigned long passes)
{
    uint64_t *times = calloc(count, sizeof *times);
    if (times == NULL)
        exit(EXIT_FAILURE);
    for (unsigned long pass = 0; pass <= passes; pass++) {
        for (size_t i = 0; i < count; i++) {
            uint64_t began = now();
            FEED(all[i].bytes, all[i].length, PLAIN);
            times[i] += pass > 0 ? now() - began : 0; /* the first is for the caches */
        }
    }
    for (size_t i = 0; i < count; i++)
        printf("%.0f\n", (double)times[i] / (double)passes);
    free(times);
}

static size_t read_bodies(FILE *file, body **all)
{
    size_t count = 0;
    uint32_t length;
    *all = NULL;
    while (fread(&length, sizeof length, 1, file) == 1) {
        body one = {malloc(length > 0 ? length : 1), length};
        *all = realloc(*all, (count + 1) * sizeof **all);
        if (*all == NULL || one.bytes == NULL || fread(one.bytes, 1, length, file) != length)
            exit(EXIT_FAILURE);
        (*all)[count++] = one;
    }
    return count;
}

int main(int words, char **arguments)
{
    FILE *file = words > 1 ? fopen(arguments[1], "rb") : NULL;
    unsigned long passes = words > 2 ? strtoul(arguments[2], NULL, 10) : 0;
    body *all;
    if (file == NULL)
        return EXIT_FAILURE;
    size_t count = read_bodies(file, &all);
    fclose(file);
    if (passes > 0)
        show_times(all, count, passes);
    else
        for (size_t i = 0; i < count; i++)
            show_values(&all[i], words == 2);
    for (size_t i = 0; i < count; i++)
        free(all[i].bytes);
    free(all);
    return EXIT_SUCCESS;
}
