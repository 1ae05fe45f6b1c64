/* Runs jobs (job.h) through the rooms and hashes what they log: one line "number hash lines bytes" a job; of JOB_COUNT
 * the instructions stand in front of the hash.
 *
 *     conformance FOLDER RESULTS BLOCK [FIRST COUNT lines]
 *
 * reads FOLDER/jobs.bin and FOLDER/inputs.bin, BLOCK bytes at a time, and writes RESULTS: of all jobs, or of COUNT jobs
 * the logs themselves instead of their hashes. An image for a board, and with native.c a program for the host: the same
 * code gives what the image's answers are compared with. */
#include "board.h"
#include "end_log.h"
#include "host.h"
#include "http_log.h"
#include "job.h"
#include "json_log.h"
#include "memory.h"
#include "print.h"
#include "rill/rill.h"
#include "sieve_log.h"
#include "sse_log.h"

#include <string.h>

static char memory[BUFFER_BYTES];
static rill_token tokens[TOKENS_MOST];
static union {
    rill_chunk chunk;
    thing thing;
} target;

static int inputs = -1, results = -1;
static bool all_lines;

/* ---- results: written in blocks */

static char written[256];
static size_t written_length;

static void flush(void)
{
    host_write(results, written, written_length);
    written_length = 0;
}

static void write_result(void *context, const char *bytes, size_t length)
{
    (void)context;
    for (size_t i = 0; i < length; i++) {
        if (written_length == sizeof written)
            flush();
        written[written_length++] = bytes[i];
    }
}

static const sink result = {write_result, NULL};

/* ---- the log of a job: its CRC-32 (the one of Ethernet), its lines and bytes */

typedef struct job_log {
    uint32_t crc, lines, bytes;
} job_log;

static void write_log(void *context, const char *bytes, size_t length)
{
    static const uint32_t table[16] = {0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
                                       0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
                                       0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c};
    job_log *log = context;
    uint32_t crc = log->crc;
    if (all_lines)
        write_result(NULL, bytes, length);
    for (size_t i = 0; i < length; i++) {
        crc ^= (uint8_t)bytes[i];
        crc = crc >> 4 ^ table[crc & 15];
        crc = crc >> 4 ^ table[crc & 15];
        log->lines += bytes[i] == '\n';
    }
    log->crc = crc;
    log->bytes += (uint32_t)length;
}

/* ---- the input of a job: read in blocks, handed out in pieces */

typedef struct input {
    uint32_t left;  /* bytes in the file */
    uint32_t piece; /* bytes at a time, 0: as many as there are */
    size_t at, length;
} input;

static char block[BLOCK_BYTES];
static size_t block_size; /* where a block ends, so does a piece: the host must read in the same blocks */

/* The next bytes, at most `most`; their number, 0 at the end. */
static size_t next_piece(input *from, size_t most, const char **bytes)
{
    if (from->at == from->length && from->left > 0) {
        from->at = 0;
        from->length = host_read(inputs, block, from->left < block_size ? from->left : block_size);
        from->left = from->length > 0 ? from->left - (uint32_t)from->length : 0;
    }
    size_t length = from->length - from->at;
    if (from->piece != 0 && length > from->piece)
        length = from->piece;
    if (length > most)
        length = most;
    *bytes = block + from->at;
    from->at += length;
    return length;
}

/* ---- streams */

static void begin_stream(rill_stream *stream, rill_stream_config *config, const conformance_job *job,
                         const rill_schema *schema)
{
    *config = (rill_stream_config){memory, job->size, tokens, job->tokens, schema, &target, (rill_body)job->body, NULL};
    memset(&target, 0xa5, sizeof target);
    rill_stream_begin(stream, config);
}

/* Puts the next piece where the stream wants it; its length, 0 at the end. */
static size_t put_piece(rill_stream *stream, input *from)
{
    const char *bytes;
    char *place;
    size_t length = next_piece(from, rill_stream_space(stream, &place), &bytes);
    memcpy(place, bytes, length);
    return length;
}

/* Feeds the next piece, or the end. */
static void feed_stream(rill_stream *stream, const conformance_job *job, input *from)
{
    const char *bytes = NULL;
    size_t length = job->options & JOB_GIVE ? next_piece(from, SIZE_MAX, &bytes) : put_piece(stream, from);
    if (length == 0)
        rill_stream_close(stream, RILL_PORT_CLOSED);
    else if (bytes != NULL)
        rill_stream_give(stream, bytes, length);
    else
        rill_stream_got(stream, length);
}

static void run_answers(const conformance_job *job, input *from, sink out)
{
    rill_stream_config config;
    rill_stream stream;
    rill_item item;
    rill_status status;
    item_printer printer = {.out = out};
    begin_stream(&stream, &config, job, &rill_chat_schema);
    while ((status = rill_stream_next(&stream, &item)) != RILL_END) {
        if (status == RILL_OK)
            print_item(&printer, &stream, &item, &target.chunk);
        else
            feed_stream(&stream, job, from);
    }
    print_end(&printer);
}

static void run_things(const conformance_job *job, input *from, sink out)
{
    rill_stream_config config;
    rill_stream stream;
    rill_item item;
    rill_status status;
    begin_stream(&stream, &config, job, &thing_schema);
    while ((status = rill_stream_next(&stream, &item)) != RILL_END) {
        if (status == RILL_MORE)
            feed_stream(&stream, job, from);
        else if (!end_log_thing(out, &item, &target.thing))
            return;
    }
}

static void run_end(const conformance_job *job, input *from, sink out)
{
    rill_stream_config config;
    rill_stream stream;
    rill_item item;
    rill_status status;
    begin_stream(&stream, &config, job, &rill_chat_schema);
    while ((status = rill_stream_next(&stream, &item)) != RILL_END) {
        if (status == RILL_MORE)
            feed_stream(&stream, job, from);
        else if (!end_log_end(out, &item))
            return;
    }
}

/* ---- single rooms */

static void run_http(const conformance_job *job, input *from, sink out)
{
    http_log log;
    const char *bytes;
    size_t length;
    http_log_begin(&log, out, (job->options & JOB_HALF) != 0);
    while (log.end == RILL_MORE && (length = next_piece(from, SIZE_MAX, &bytes)) > 0)
        http_log_feed(&log, bytes, length);
    http_log_end(&log, job->length);
}

static void run_sse(const conformance_job *job, input *from, sink out)
{
    sse_log log;
    const char *bytes;
    size_t length;
    sse_log_begin(&log, out, job->kind == JOB_EVENTS);
    if (job->options & JOB_HALF)
        log.held = 3;
    while ((length = next_piece(from, SIZE_MAX, &bytes)) > 0)
        sse_log_feed(&log, bytes, length);
    if (job->options & JOB_CLOSE)
        sse_log_close(&log);
    sse_log_end(&log, (job->options & JOB_PENDING) != 0);
}

static void run_sieve(const conformance_job *job, input *from, sink out)
{
    sieve_run run;
    const char *bytes;
    size_t length;
    sieve_run_begin(&run, memory, job->size, job->tokens, sieve_log_part, &out);
    while ((length = next_piece(from, SIZE_MAX, &bytes)) > 0)
        sieve_run_feed(&run, bytes, length);
    sieve_run_end(&run);
    sieve_log_end(&run, out);
}

static void run_json(const conformance_job *job, input *from, sink out)
{
    json_log log;
    const char *bytes;
    size_t length;
    json_log_begin(&log, out, job->kind == JOB_GRAMMAR, memory, job->size, tokens, job->tokens);
    while ((length = next_piece(from, SIZE_MAX, &bytes)) > 0)
        json_log_feed(&log, bytes, length);
    json_log_end(&log);
}

/* ---- instructions: those of the library alone, without reading, and without the board's interrupts */

static uint32_t instructions_of(void (*work)(rill_stream *stream, size_t length), rill_stream *stream, size_t length)
{
    board_lock();
    uint32_t before = board_instructions();
    work(stream, length);
    uint32_t after = board_instructions();
    board_unlock();
    return after - before;
}

static rill_status counted_status;

static void decode(rill_stream *stream, size_t length)
{
    rill_item item;
    if (length > 0)
        rill_stream_got(stream, length);
    else
        rill_stream_close(stream, RILL_PORT_CLOSED);
    while ((counted_status = rill_stream_next(stream, &item)) == RILL_OK)
        ;
}

static void decode_nothing(rill_stream *stream, size_t length)
{
    (void)stream;
    (void)length;
}

static void run_count(const conformance_job *job, input *from, sink out)
{
    rill_stream_config config;
    rill_stream stream;
    uint64_t instructions = 0;
    (void)out;
    begin_stream(&stream, &config, job, &rill_chat_schema);
    for (counted_status = RILL_MORE; counted_status != RILL_END;) {
        size_t length = put_piece(&stream, from);
        instructions += instructions_of(decode, &stream, length);
        instructions -= instructions_of(decode_nothing, &stream, length);
    }
    sink_char(result, ' ');
    sink_unsigned(result, instructions);
}

/* ---- the jobs */

static void (*const runs[])(const conformance_job *job, input *from, sink out) = {
    [JOB_ANSWERS] = run_answers, [JOB_HTTP] = run_http,  [JOB_SSE] = run_sse,       [JOB_EVENTS] = run_sse,
    [JOB_SIEVE] = run_sieve,     [JOB_GRAMMAR] = run_json, [JOB_VALUE] = run_json,  [JOB_THINGS] = run_things,
    [JOB_END] = run_end,         [JOB_COUNT] = run_count,
};

static void run_job(const conformance_job *job, uint32_t number)
{
    job_log log = {0xffffffff, 0, 0};
    input from = {.left = job->length, .piece = job->piece};
    sink_text(result, all_lines ? "== " : "");
    sink_unsigned(result, number);
    if (job->size > sizeof memory || job->tokens > TOKENS_MOST) {
        sink_text(result, " large\n"); /* its memory is more than this board has */
        return;
    }
    if (all_lines)
        sink_char(result, '\n');
    host_seek(inputs, job->offset);
    runs[job->kind](job, &from, (sink){write_log, &log});
    if (all_lines)
        return;
    if (growing_was_full()) {
        sink_text(result, " full\n"); /* a text to be printed as a whole is longer than what this board has for it */
        return;
    }
    sink_char(result, ' ');
    sink_unsigned(result, ~log.crc);
    sink_char(result, ' ');
    sink_unsigned(result, log.lines);
    sink_char(result, ' ');
    sink_unsigned(result, log.bytes);
    sink_char(result, '\n');
}

static int open_in(const char *folder, const char *name)
{
    char path[256];
    size_t length = strlen(folder), name_length = strlen(name);
    if (length + name_length + 2 > sizeof path)
        return -1;
    memcpy(path, folder, length);
    path[length] = '/';
    memcpy(path + length + 1, name, name_length + 1);
    return host_open(path, HOST_READ);
}

static uint32_t number_of(const char *word, uint32_t otherwise)
{
    uint32_t value = 0;
    if (word == NULL)
        return otherwise;
    for (; *word >= '0' && *word <= '9'; word++)
        value = value * 10 + (uint32_t)(*word - '0');
    return value;
}

enum { FOLDER = 1, RESULTS, BLOCK, FIRST, COUNT, LINES, WORDS };

int main(void)
{
    static char arguments[512];
    static conformance_job jobs[8];
    const char *words[WORDS] = {NULL};
    size_t count = 0;
    host_arguments(arguments, sizeof arguments);
    for (char *at = arguments; *at != '\0' && count < WORDS; count++) {
        words[count] = at;
        at += strcspn(at, " ");
        if (*at != '\0')
            *at++ = '\0';
    }
    block_size = number_of(words[BLOCK], 0);
    if (block_size == 0 || block_size > sizeof block)
        return 2;
    int list = open_in(words[FOLDER], "jobs.bin");
    inputs = open_in(words[FOLDER], "inputs.bin");
    results = host_open(words[RESULTS], HOST_WRITE);
    if (list < 0 || inputs < 0 || results < 0)
        return 2;
    uint32_t number = number_of(words[FIRST], 0), left = number_of(words[COUNT], UINT32_MAX);
    all_lines = words[LINES] != NULL;
    host_seek(list, number * (uint32_t)sizeof jobs[0]);
    for (size_t length; left > 0 && (length = host_read(list, jobs, sizeof jobs)) > 0;)
        for (size_t i = 0; i < length / sizeof jobs[0] && left > 0; i++, left--)
            run_job(&jobs[i], number++);
    flush();
    host_close(results);
    host_print_value("jobs", number);
    host_print_value("stack", (uint32_t)board_stack_used());
    return 0;
}
