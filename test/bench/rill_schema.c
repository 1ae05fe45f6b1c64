/* rill with one of its own schemas, BENCH_SCHEMA and BENCH_TARGET: decodes all that it fills, and looks at nothing. The
 * checksum of values.h is not its work: what the schemas fill is tested elsewhere. Memory as in rill.c. */
#include "contestant.h"
#include "rill/rill.h"

#ifndef BENCH_BUFFER
#define BENCH_BUFFER 512
#define BENCH_TOKENS 48
#endif

static char buffer[BENCH_BUFFER], read_bytes[BENCH_READ];
static rill_token tokens[BENCH_TOKENS];
static BENCH_TARGET target;
static rill_stream stream;
static rill_item item;
#ifdef BENCH_REUSE
static char memory[BENCH_REUSE];
static rill_reuse reuse;
#define REUSE &reuse
#else
#define REUSE NULL
#endif
static const rill_stream_config config = {buffer,        sizeof buffer, tokens,        BENCH_TOKENS,
                                          &BENCH_SCHEMA, &target,       RILL_BODY_AUTO,
                                          REUSE};

static void decode(void)
{
    while (rill_stream_next(&stream, &item) == RILL_OK)
        taken.events += item.part == RILL_PART_WHOLE || item.part == RILL_PART_LAST;
}

void bench_begin(void)
{
#ifdef BENCH_REUSE
    rill_reuse_begin(&reuse, memory, sizeof memory);
#endif
    rill_stream_begin(&stream, &config);
    decode();
}

size_t bench_space(char **place)
{
    *place = read_bytes;
    return sizeof read_bytes;
}

void bench_got(size_t length)
{
    rill_stream_give(&stream, read_bytes, length);
    decode();
}

void bench_end(void)
{
    rill_stream_close(&stream, RILL_PORT_CLOSED);
    decode();
}
