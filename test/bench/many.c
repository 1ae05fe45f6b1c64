/* Many streams at once on one thread:
 *
 *     many STREAMS BODY     gives each stream BODY, 256 bytes at a time in turn
 *
 * and prints "bytes of one stream", "nanoseconds of all", and how many gave the values of the first. Under callgrind only
 * decoding is counted. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <valgrind/callgrind.h>

#include "rill/stream.h"
#include "rill_values.h"

enum { PIECE = 256 };

typedef struct one {
    rill_stream stream;
    rill_stream_config config;
    value_event target;
    uint32_t text_bytes, events;
    char buffer[RILL_BUFFER_MIN];
} one;

static rill_token tokens[RILL_TOKENS_MIN]; /* each is driven until it wants more: one array is enough for all */
static rill_item item;

static void decode(one *at)
{
    while (rill_stream_next(&at->stream, &item) == RILL_OK) {
        at->events += item.kind == RILL_ITEM_EVENT;
        if (item.kind == RILL_ITEM_EVENT && at->target.choice_count > 0)
            at->text_bytes += at->target.choices[0].delta.content.length;
    }
}

static void begin(one *at)
{
    const rill_stream_config config = {at->buffer,    sizeof at->buffer, tokens,        RILL_TOKENS_MIN,
                                       &value_schema, &at->target,       RILL_BODY_SSE, NULL};
    at->config = config;
    rill_stream_begin(&at->stream, &at->config);
    decode(at);
}

static uint64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static uint64_t run(one *all, size_t count, const char *body, size_t length)
{
    uint64_t began = now();
    CALLGRIND_TOGGLE_COLLECT;
    for (size_t i = 0; i < count; i++)
        begin(&all[i]);
    for (size_t at = 0; at < length; at += PIECE) {
        for (size_t i = 0; i < count; i++) {
            rill_stream_give(&all[i].stream, body + at, length - at < PIECE ? length - at : PIECE);
            decode(&all[i]);
        }
    }
    CALLGRIND_TOGGLE_COLLECT;
    return now() - began;
}

int main(int words, char **arguments)
{
    static char body[1024 * 1024];
    if (words != 3)
        return EXIT_FAILURE;
    size_t count = strtoul(arguments[1], NULL, 10), same = 0;
    FILE *file = fopen(arguments[2], "rb");
    one *all = calloc(count, sizeof *all);
    size_t length = file != NULL ? fread(body, 1, sizeof body, file) : 0;
    if (all == NULL || count == 0 || length == 0)
        return EXIT_FAILURE;
    fclose(file);
    uint64_t time = run(all, count, body, length);
    CALLGRIND_DUMP_STATS;
    for (size_t i = 0; i < count; i++)
        same += all[i].events == all[0].events && all[i].text_bytes == all[0].text_bytes;
    printf("%zu %.0f %zu\n", sizeof *all, (double)time, same);
    free(all);
    return EXIT_SUCCESS;
}
