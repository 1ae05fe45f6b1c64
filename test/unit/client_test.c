/* The client on a port that plays a script, with a clock of its own, so that time limits are tested to the millisecond;
 * and on threads, with real time, where cancelling is the matter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <pthread.h>
#include <time.h>

#include "rill/client.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- what the answers are decoded into */

typedef struct answer {
    rill_header header;
    rill_text content;
} answer;

static const rill_row answer_rows[] = {RILL_ROW_TEXT(answer, content, "content", 0)};
static const rill_schema answer_schema = RILL_SCHEMA(answer, answer_rows);

#define HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
#define EVENT(text) "data: {\"content\":\"" text "\"}\n\n"
#define DONE "data: [DONE]\n\n"

/* ---- the port: one step of the script answers one call */

typedef enum step_kind {
    STEP_BYTES,   /* read: hands out `bytes`, in pieces of at most `number` when that is not 0 */
    STEP_TAKE,    /* write: takes up to `number` bytes, `times` times */
    STEP_WAIT,    /* nothing for the whole timeout, `times` times */
    STEP_NOTHING, /* nothing, at once, `times` times */
    STEP_ANSWER,  /* answers `number`, whatever it is */
    STEP_CANCEL,  /* calls rill_client_cancel() inside the call, and nothing comes */
    STEP_CANCEL_AND_BYTES, /* the same, and the bytes come */
    STEP_SLEEP    /* the clock goes on by `number`, then the next step */
} step_kind;

typedef struct step {
    step_kind kind;
    const char *bytes;
    int32_t number;
    uint32_t times; /* 0 and 1: once */
} step;

typedef struct script {
    const step *reads, *writes; /* each ends with a STEP_ANSWER, which stays */
    size_t read_at, write_at;   /* the step at hand */
    size_t offset;              /* of STEP_BYTES */
    uint32_t times;             /* how often the step at hand was played */
    uint32_t clock;
    uint32_t longest; /* the longest timeout asked for */
    unsigned calls, closed;
    rill_client *client;
    char sent[65536];
    size_t sent_length;
    size_t largest_write;
    const char *memory; /* a write from here is counted in `direct` */
    size_t memory_length;
    unsigned direct;
} script;

static void note_timeout(script *play, uint32_t timeout_ms)
{
    assert_true(timeout_ms > 0); /* the client never spins on a port that has nothing */
    assert_true(++play->calls < 1000000);
    if (timeout_ms > play->longest)
        play->longest = timeout_ms;
}

static void step_done(script *play, const step *now, size_t *at)
{
    if (++play->times >= now->times) {
        play->times = 0;
        play->offset = 0;
        ++*at;
    }
}

static int32_t idle_step(script *play, const step *now, size_t *at, uint32_t timeout_ms)
{
    switch (now->kind) {
    case STEP_WAIT:
        play->clock += timeout_ms;
        break;
    case STEP_CANCEL:
        rill_client_cancel(play->client);
        play->clock += timeout_ms;
        break;
    case STEP_ANSWER:
        return now->number;
    default:
        break;
    }
    step_done(play, now, at);
    return 0;
}

static const step *next_step(script *play, const step *steps, size_t *at)
{
    while (steps[*at].kind == STEP_SLEEP) {
        play->clock += (uint32_t)steps[*at].number;
        ++*at;
    }
    return &steps[*at];
}

static int32_t script_read(void *context, char *bytes, size_t size, uint32_t timeout_ms)
{
    script *play = context;
    note_timeout(play, timeout_ms);
    assert_true(size > 0);
    memset(bytes, '#', size); /* all of it may be written to */
    const step *now = next_step(play, play->reads, &play->read_at);
    if (now->kind != STEP_BYTES && now->kind != STEP_CANCEL_AND_BYTES)
        return idle_step(play, now, &play->read_at, timeout_ms);
    if (now->kind == STEP_CANCEL_AND_BYTES)
        rill_client_cancel(play->client);
    size_t length = strlen(now->bytes) - play->offset;
    if (length > size)
        length = size;
    if (now->number != 0 && length > (size_t)now->number)
        length = (size_t)now->number;
    memcpy(bytes, now->bytes + play->offset, length);
    play->offset += length;
    if (now->bytes[play->offset] == '\0')
        step_done(play, now, &play->read_at);
    return (int32_t)length;
}

static int32_t script_write(void *context, const char *bytes, size_t length, uint32_t timeout_ms)
{
    script *play = context;
    note_timeout(play, timeout_ms);
    assert_true(length > 0);
    if (length > play->largest_write)
        play->largest_write = length;
    if (play->memory != NULL && bytes >= play->memory && bytes < play->memory + play->memory_length)
        play->direct++;
    const step *now = next_step(play, play->writes, &play->write_at);
    if (now->kind != STEP_TAKE)
        return idle_step(play, now, &play->write_at, timeout_ms);
    if (length > (size_t)now->number)
        length = (size_t)now->number;
    assert_true(length <= sizeof(play->sent) - play->sent_length);
    memcpy(play->sent + play->sent_length, bytes, length);
    play->sent_length += length;
    step_done(play, now, &play->write_at);
    return (int32_t)length;
}

static void script_close(void *context)
{
    ((script *)context)->closed++;
}

static uint32_t script_now(void *context)
{
    return ((script *)context)->clock;
}

static const rill_port script_port = {script_read, script_write, script_close, script_now};

static const step all_taken[] = {{STEP_TAKE, NULL, INT32_MAX, UINT32_MAX}, {STEP_ANSWER, NULL, RILL_PORT_BUS, 0}};
static const step plain_answer[] = {{STEP_BYTES, HEAD EVENT("one") EVENT("two") DONE, 0, 0},
                                    {STEP_ANSWER, NULL, RILL_PORT_CLOSED, 0}};

/* ---- a run */

typedef struct run {
    char buffer[RILL_BUFFER_MIN];
    rill_token tokens[RILL_TOKENS_MIN];
    answer target;
    rill_stream_config stream;
    rill_client_config config;
    rill_client client;
    script play;
    char text[4096]; /* the contents of all items, with | behind each event */
    rill_item end;
} run;

/* The clock starts close to its wrap, so that every limit is counted across it. */
static run *begin(const step *writes, const step *reads, uint32_t stall_ms, uint32_t total_ms)
{
    run *one = calloc(1, sizeof(*one));
    assert_non_null(one);
    const rill_stream_config stream = {one->buffer, sizeof(one->buffer), one->tokens, COUNT(one->tokens),
                                       &answer_schema, &one->target, RILL_BODY_HTTP, NULL};
    const rill_client_config config = {&script_port, &one->play, &one->stream, stall_ms, total_ms, 0};
    one->stream = stream;
    one->config = config;
    one->play.writes = writes;
    one->play.reads = reads;
    one->play.clock = UINT32_MAX - 50;
    one->play.client = &one->client;
    memset(&one->client, 0xa5, sizeof(one->client)); /* begin sets all that it needs */
    assert_int_equal(rill_client_begin(&one->client, &one->config), RILL_OK);
    return one;
}

static rill_status send_simple(run *one)
{
    static const rill_request_message message = {.role = "user", .content = RILL_SPAN("hello")};
    rill_request request = {0};
    request.host = "h";
    request.path = "/";
    request.messages = &message;
    request.message_count = 1;
    request.stream = true;
    return rill_client_send(&one->client, &request);
}

static void add_item(run *one, const rill_item *item)
{
    size_t used = strlen(one->text);
    if (item->kind == RILL_ITEM_EVENT) {
        if (rill_has(&one->target.header, 0) && one->target.content.data != NULL) {
            assert_true(one->target.content.length < sizeof(one->text) - used - 1);
            memcpy(one->text + used, one->target.content.data, one->target.content.length);
            used += one->target.content.length;
        }
        if (item->part == RILL_PART_WHOLE || item->part == RILL_PART_LAST)
            one->text[used] = '|';
    } else if (item->kind == RILL_ITEM_END) {
        one->end = *item;
    } else {
        snprintf(one->text + used, sizeof(one->text) - used, "<%d %d>", (int)item->kind, item->status);
    }
}

/* Reads to the end; the last item must be the end item, and RILL_END must stay. */
static void read_all(run *one)
{
    rill_item item;
    rill_status status;
    one->end.kind = RILL_ITEM_BAD;
    while ((status = rill_client_next(&one->client, &item)) == RILL_OK) {
        assert_int_not_equal(one->end.kind, RILL_ITEM_END);
        add_item(one, &item);
    }
    assert_int_equal(status, RILL_END);
    assert_int_equal(one->end.kind, RILL_ITEM_END);
    assert_int_equal(rill_client_next(&one->client, &item), RILL_END);
}

static void expect_end(run *one, const char *text, rill_end end, rill_status status)
{
    read_all(one);
    assert_string_equal(one->text, text);
    assert_int_equal(one->end.end, end);
    assert_int_equal(one->end.status, status);
}

static uint32_t passed(const run *one)
{
    return one->play.clock - (UINT32_MAX - 50);
}

static void finish(run *one)
{
    rill_client_close(&one->client);
    rill_client_close(&one->client);
    assert_int_equal(one->play.closed, 2);
    free(one);
}

/* ---- the straight way */

static void test_plain(void **state)
{
    (void)state;
    run *one = begin(all_taken, plain_answer, 1000, 5000);
    assert_int_equal(send_simple(one), RILL_OK);
    expect_end(one, "one|two|", RILL_END_DONE, RILL_OK);
    assert_int_equal(one->client.stream.http.status, 200);
    assert_int_equal(one->play.calls, 2); /* one write, one read */
    assert_true(one->play.longest <= RILL_CLIENT_SLICE_MS);
    finish(one);
}

static void test_without_sending(void **state)
{
    (void)state;
    run *one = begin(all_taken, plain_answer, 0, 0);
    expect_end(one, "one|two|", RILL_END_DONE, RILL_OK);
    assert_int_equal(one->play.sent_length, 0);
    finish(one);
}

/* Where nothing was sent, no sending explains why no answer came. */
static void test_closed_without_sending(void **state)
{
    (void)state;
    static const step silent[] = {{STEP_ANSWER, NULL, RILL_PORT_CLOSED, 0}};
    run *one = begin(all_taken, silent, 0, 0);
    expect_end(one, "", RILL_END_TRUNCATED, RILL_HTTP_CUT);
    finish(one);
}

static void test_again(void **state)
{
    (void)state;
    run *one = begin(all_taken, plain_answer, 0, 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(rill_client_begin(&one->client, &one->config), RILL_OK);
        one->play.read_at = 0;
        one->text[0] = '\0';
        assert_int_equal(send_simple(one), RILL_OK);
        expect_end(one, "one|two|", RILL_END_DONE, RILL_OK);
        memset(one->text, 0, sizeof(one->text));
        rill_client_cancel(&one->client); /* too late, and forgotten at begin */
    }
    finish(one);
}

static void test_config(void **state)
{
    (void)state;
    run *one = begin(all_taken, plain_answer, 0, 0);
    rill_client_config config = one->config;
    rill_stream_config stream = one->stream;
    assert_int_equal(rill_client_begin(NULL, &config), RILL_SCHEMA_CONFIG);
    assert_int_equal(rill_client_begin(&one->client, NULL), RILL_SCHEMA_CONFIG);
    config.port = NULL;
    assert_int_equal(rill_client_begin(&one->client, &config), RILL_SCHEMA_CONFIG);
    config = one->config;
    config.stream = NULL;
    assert_int_equal(rill_client_begin(&one->client, &config), RILL_SCHEMA_CONFIG);
    config.stream = &stream;
    stream.size = RILL_BUFFER_MIN - 1;
    assert_int_equal(rill_client_begin(&one->client, &config), RILL_SCHEMA_CONFIG);
    assert_int_equal(one->play.calls, 0);
    free(one);
}

/* ---- sending */

typedef struct text {
    char bytes[65536];
    size_t length;
} text;

static rill_status collect(void *context, const char *bytes, size_t length)
{
    text *all = context;
    assert_true(length <= sizeof(all->bytes) - all->length);
    memcpy(all->bytes + all->length, bytes, length);
    all->length += length;
    return RILL_OK;
}

static void fill_odd(char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        bytes[i] = i % 41 == 0 ? '\n' : (char)('a' + i % 23);
}

/* What arrives is what the request writer writes, whatever the port takes at a time. */
static void test_partial_writes(void **state)
{
    (void)state;
    static char odd[3000];
    static text expected;
    fill_odd(odd, sizeof(odd));
    rill_request request = {0};
    request.host = "h";
    request.path = "/";
    request.prompt.data = odd;
    static const int32_t sizes[] = {1, 2, 7, 255, 256, 257, 1000, INT32_MAX};
    static const size_t lengths[] = {0, 1, 50, 100, 200, 255, 256, 257, 300, 1000, 3000};
    for (size_t s = 0; s < COUNT(sizes); s++) {
        for (size_t l = 0; l < COUNT(lengths); l++) {
            const step writes[] = {{STEP_TAKE, NULL, sizes[s], 3},
                                   {STEP_NOTHING, NULL, 0, 2},
                                   {STEP_TAKE, NULL, sizes[s], UINT32_MAX},
                                   {STEP_ANSWER, NULL, RILL_PORT_BUS, 0}};
            request.prompt.length = lengths[l];
            expected.length = 0;
            assert_int_equal(rill_request_write(&request, collect, &expected), RILL_OK);
            run *one = begin(writes, plain_answer, 1000, 0);
            assert_int_equal(rill_client_send(&one->client, &request), RILL_OK);
            assert_int_equal(one->play.sent_length, expected.length);
            assert_memory_equal(one->play.sent, expected.bytes, expected.length);
            expect_end(one, "one|two|", RILL_END_DONE, RILL_OK);
            finish(one);
        }
    }
}

/* A request with a long text, which lies there. */
static rill_request ask_with(char *plain, size_t length)
{
    rill_request request = {0};
    request.host = "h";
    request.path = "/";
    request.prompt.data = memset(plain, 'x', length);
    request.prompt.length = length;
    return request;
}

static void test_gathering(void **state)
{
    (void)state;
    static char plain[10000];
    const rill_request request = ask_with(plain, sizeof(plain));
    run *one = begin(all_taken, plain_answer, 0, 0);
    one->play.memory = plain;
    one->play.memory_length = sizeof(plain);
    assert_int_equal(rill_client_send(&one->client, &request), RILL_OK);
    assert_int_equal(one->play.direct, 1); /* the long text in one write, from where it lies */
    assert_int_equal(one->play.largest_write, sizeof(plain));
    assert_true(one->play.calls <= 4);
    finish(one);
}

/* Takes what comes from the text in memory: it comes in its order. */
static int32_t text_write(void *context, const char *bytes, size_t length, uint32_t timeout_ms)
{
    script *play = context;
    note_timeout(play, timeout_ms);
    if (length > play->largest_write)
        play->largest_write = length;
    if (bytes < play->memory || bytes >= play->memory + play->memory_length)
        return (int32_t)length;
    assert_ptr_equal(bytes, play->memory + play->sent_length);
    play->sent_length += length;
    play->direct++;
    return (int32_t)length;
}

/* A long text goes out a megabyte at a time. */
static void test_megabytes(void **state)
{
    (void)state;
    enum { MEGABYTE = 1 << 20 };
    static const rill_port text_port = {script_read, text_write, script_close, script_now};
    static char plain[2 * MEGABYTE + 3];
    const rill_request request = ask_with(plain, sizeof(plain));
    run *one = begin(all_taken, plain_answer, 0, 0);
    one->config.port = &text_port;
    one->play.memory = plain;
    one->play.memory_length = sizeof(plain);
    assert_int_equal(rill_client_send(&one->client, &request), RILL_OK);
    assert_int_equal(one->play.sent_length, sizeof(plain));
    assert_int_equal(one->play.largest_write, MEGABYTE);
    assert_int_equal(one->play.direct, 3);
    finish(one);
}

static void test_bad_request_sends_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *host, *authorization;
        rill_status status;
    } cases[] = {{"h", "a\r\nb", RILL_HTTP_REQUEST}, {NULL, NULL, RILL_SCHEMA_CONFIG}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        rill_request request = {0};
        request.host = cases[i].host;
        request.path = "/";
        request.authorization = cases[i].authorization;
        run *one = begin(all_taken, plain_answer, 0, 0);
        assert_int_equal(rill_client_send(&one->client, &request), cases[i].status);
        expect_end(one, "", RILL_END_TRUNCATED, cases[i].status);
        assert_int_equal(one->play.calls, 0); /* neither written nor read */
        finish(one);
    }
}

static void test_write_errors(void **state)
{
    (void)state;
    static const int32_t errors[] = {RILL_PORT_REFUSED, RILL_PORT_NO_ROUTE, RILL_PORT_TIMEOUT, RILL_PORT_TLS,
                                     RILL_PORT_BUS};
    for (size_t i = 0; i < COUNT(errors); i++) {
        const step writes[] = {{STEP_TAKE, NULL, 10, 0}, {STEP_ANSWER, NULL, errors[i], 0}};
        run *one = begin(writes, plain_answer, 0, 0);
        assert_int_equal(send_simple(one), errors[i]);
        expect_end(one, "", RILL_END_TRUNCATED, (rill_status)errors[i]);
        assert_int_equal(one->play.calls, 2); /* nothing was read */
        finish(one);
    }
}

/* The head does not go out, and the long text behind it is not tried. */
static void test_write_error_amid_a_request(void **state)
{
    (void)state;
    static char plain[1000];
    static const step writes[] = {{STEP_ANSWER, NULL, RILL_PORT_BUS, 0}};
    const rill_request request = ask_with(plain, sizeof(plain));
    run *one = begin(writes, plain_answer, 0, 0);
    assert_int_equal(rill_client_send(&one->client, &request), RILL_PORT_BUS);
    expect_end(one, "", RILL_END_TRUNCATED, RILL_PORT_BUS);
    assert_int_equal(one->play.calls, 1);
    finish(one);
}

/* A server may answer and close before it has read all of the request. */
static void test_early_answer(void **state)
{
    (void)state;
    static const int32_t errors[] = {RILL_PORT_RESET, RILL_PORT_CLOSED};
    static const step silent[] = {{STEP_ANSWER, NULL, RILL_PORT_CLOSED, 0}};
    static const step reset[] = {{STEP_ANSWER, NULL, RILL_PORT_RESET, 0}};
    for (size_t i = 0; i < COUNT(errors); i++) {
        const step writes[] = {{STEP_TAKE, NULL, 10, 0}, {STEP_ANSWER, NULL, errors[i], 0}};
        run *one = begin(writes, plain_answer, 0, 0);
        assert_int_equal(send_simple(one), errors[i]);
        expect_end(one, "one|two|", RILL_END_DONE, RILL_OK);
        finish(one);

        one = begin(writes, reset, 0, 0);
        assert_int_equal(send_simple(one), errors[i]);
        expect_end(one, "", RILL_END_TRUNCATED, RILL_PORT_RESET);
        finish(one);
    }
    /* no answer either: what broke the sending is said, not that the reading ended in good order */
    const step writes[] = {{STEP_ANSWER, NULL, RILL_PORT_RESET, 0}};
    run *one = begin(writes, silent, 0, 0);
    assert_int_equal(send_simple(one), RILL_PORT_RESET);
    expect_end(one, "", RILL_END_TRUNCATED, RILL_PORT_RESET);
    finish(one);
}

/* The buffer of what came before the request is the request's now: the answer begins behind it. */
static void test_sending_amid_an_answer(void **state)
{
    (void)state;
    static char early[RILL_BUFFER_MIN] = HEAD "data: {\"content\":\"";
    const step reads[] = {{STEP_BYTES, early, 0, 0},
                          {STEP_BYTES, HEAD EVENT("one") DONE, 0, 0},
                          {STEP_ANSWER, NULL, RILL_PORT_BUS, 0}};
    rill_item item;
    memset(early + strlen(early), 'y', sizeof early - 1 - strlen(early));
    run *one = begin(all_taken, reads, 0, 0);
    assert_int_equal(rill_client_next(&one->client, &item), RILL_OK);
    assert_int_equal(item.kind, RILL_ITEM_EVENT);
    assert_int_equal(item.part, RILL_PART_FIRST);
    one->play.read_at = 1;
    one->play.offset = 0;
    assert_int_equal(send_simple(one), RILL_OK);
    expect_end(one, "one|", RILL_END_DONE, RILL_OK);
    finish(one);
}

static void test_write_stalls(void **state)
{
    (void)state;
    static const step writes[] = {{STEP_TAKE, NULL, 5, 0},
                                  {STEP_WAIT, NULL, 0, 9}, /* 900 ms, then a byte: the limit counts anew */
                                  {STEP_TAKE, NULL, 1, 0},
                                  {STEP_WAIT, NULL, 0, UINT32_MAX},
                                  {STEP_ANSWER, NULL, RILL_PORT_BUS, 0}};
    run *one = begin(writes, plain_answer, 1000, 0);
    assert_int_equal(send_simple(one), RILL_PORT_TIMEOUT);
    assert_int_equal(passed(one), 1900);
    assert_int_equal(one->play.sent_length, 6);
    expect_end(one, "", RILL_END_TRUNCATED, RILL_PORT_TIMEOUT);
    finish(one);
}

static void test_write_deadline(void **state)
{
    (void)state;
    static const step writes[] = {{STEP_TAKE, NULL, 5, 0}, {STEP_WAIT, NULL, 0, UINT32_MAX}, {STEP_ANSWER, NULL, 0, 0}};
    run *one = begin(writes, plain_answer, 1000, 730);
    assert_int_equal(send_simple(one), RILL_PORT_DEADLINE);
    assert_int_equal(passed(one), 730);
    expect_end(one, "", RILL_END_TRUNCATED, RILL_PORT_DEADLINE);
    finish(one);
}

static void test_write_cancel(void **state)
{
    (void)state;
    static const step writes[] = {{STEP_TAKE, NULL, 5, 0},
                                  {STEP_CANCEL, NULL, 0, 0},
                                  {STEP_ANSWER, NULL, RILL_PORT_BUS, 0}};
    run *one = begin(writes, plain_answer, 0, 0);
    assert_int_equal(send_simple(one), RILL_PORT_CANCELLED);
    assert_int_equal(one->play.calls, 2);
    expect_end(one, "", RILL_END_TRUNCATED, RILL_PORT_CANCELLED);
    finish(one);
}

/* ---- reading */

static void test_pieces_and_pauses(void **state)
{
    (void)state;
    for (int32_t size = 1; size < 40; size++) {
        const step reads[] = {{STEP_NOTHING, NULL, 0, 3},
                              {STEP_BYTES, HEAD EVENT("on"), size, 0},
                              {STEP_WAIT, NULL, 0, 9},
                              {STEP_BYTES, "data: {\"conte", size, 0},
                              {STEP_WAIT, NULL, 0, 9},
                              {STEP_BYTES, "nt\":\"e\"}\n\n" DONE, size, 0},
                              {STEP_ANSWER, NULL, RILL_PORT_CLOSED, 0}};
        run *one = begin(all_taken, reads, 1000, 0);
        assert_int_equal(send_simple(one), RILL_OK);
        expect_end(one, "on|e|", RILL_END_DONE, RILL_OK);
        assert_int_equal(passed(one), 1800);
        finish(one);
    }
}

/* The end of the answer is the end: a server that keeps the connection open is not waited for. */
static void test_no_read_behind_the_end(void **state)
{
    (void)state;
    static const struct {
        const char *response, *text;
    } cases[] = {
        {"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{\"content\":\"x\"}", "x|"},
        {"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
         "f\r\n{\"content\":\"x\"}\r\n0\r\n\r\n", "x|"},
        {"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
         "17\r\ndata: {\"content\":\"x\"}\n\n\r\n0\r\n\r\n", "x|"},
        {HEAD EVENT("x") DONE, "x|"},
        {"HTTP/1.1 204 No Content\r\n\r\n", ""},
        {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const step reads[] = {{STEP_BYTES, cases[i].response, 0, 0},
                              {STEP_CANCEL, NULL, 0, 0},
                              {STEP_ANSWER, NULL, RILL_PORT_BUS, 0}};
        run *one = begin(all_taken, reads, 0, 0);
        assert_int_equal(send_simple(one), RILL_OK);
        read_all(one);
        assert_string_equal(one->text, cases[i].text);
        assert_int_equal(one->end.status, RILL_OK);
        assert_int_equal(one->play.read_at, 1);
        finish(one);
    }
}

static void test_read_errors(void **state)
{
    (void)state;
    static const struct {
        int32_t answer;
        rill_status status;
    } cases[] = {
        {RILL_PORT_RESET, RILL_PORT_RESET},
        {RILL_PORT_NO_ROUTE, RILL_PORT_NO_ROUTE},
        {RILL_PORT_TLS, RILL_PORT_TLS},
        {RILL_PORT_BUS, RILL_PORT_BUS},
        {-31, (rill_status)-31}, /* the range's last: a status of tomorrow */
        {-32, RILL_PORT_BROKEN}, /* not of the port's range */
        {RILL_SERVER_ERROR, RILL_PORT_BROKEN},
        {INT32_MIN, RILL_PORT_BROKEN},
        {RILL_BUFFER_MIN + 1, RILL_PORT_BROKEN},
        {INT32_MAX, RILL_PORT_BROKEN},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const step reads[] = {{STEP_BYTES, HEAD EVENT("one") "data: {", 0, 0}, {STEP_ANSWER, NULL, cases[i].answer, 0}};
        run *one = begin(all_taken, reads, 1000, 5000);
        assert_int_equal(send_simple(one), RILL_OK);
        read_all(one);
        assert_memory_equal(one->text, "one|", 4);
        assert_int_equal(one->end.end, RILL_END_TRUNCATED);
        assert_int_equal(one->end.status, cases[i].status);
        finish(one);
    }
}

static void test_broken_write(void **state)
{
    (void)state;
    static const struct {
        int32_t answer;
        rill_status status;
    } cases[] = {{1000, RILL_PORT_BROKEN}, {INT32_MAX, RILL_PORT_BROKEN}, {INT32_MIN, RILL_PORT_BROKEN},
                 {RILL_HTTP_CUT, RILL_PORT_BROKEN}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        const step writes[] = {{STEP_ANSWER, NULL, cases[i].answer, 0}};
        run *one = begin(writes, plain_answer, 0, 0);
        assert_int_equal(send_simple(one), cases[i].status);
        expect_end(one, "", RILL_END_TRUNCATED, cases[i].status);
        finish(one);
    }
}

static void test_closed_early(void **state)
{
    (void)state;
    static const step reads[] = {{STEP_BYTES, HEAD EVENT("one"), 0, 0}, {STEP_ANSWER, NULL, RILL_PORT_CLOSED, 0}};
    run *one = begin(all_taken, reads, 1000, 5000);
    assert_int_equal(send_simple(one), RILL_OK);
    read_all(one);
    assert_string_equal(one->text, "one|");
    assert_int_equal(one->end.end, RILL_END_TRUNCATED);
    finish(one);
}

/* The request was taken, and not a byte came back. */
static void test_closed_without_an_answer(void **state)
{
    (void)state;
    static const step reads[] = {{STEP_ANSWER, NULL, RILL_PORT_CLOSED, 0}};
    run *one = begin(all_taken, reads, 1000, 5000);
    assert_int_equal(send_simple(one), RILL_OK);
    expect_end(one, "", RILL_END_TRUNCATED, RILL_HTTP_CUT);
    finish(one);
}

static void test_stall(void **state)
{
    (void)state;
    static const step reads[] = {{STEP_BYTES, HEAD EVENT("one"), 0, 0},
                                 {STEP_WAIT, NULL, 0, 9},
                                 {STEP_BYTES, ": still here\n", 0, 0},
                                 {STEP_WAIT, NULL, 0, UINT32_MAX},
                                 {STEP_ANSWER, NULL, RILL_PORT_BUS, 0}};
    run *one = begin(all_taken, reads, 970, 0);
    assert_int_equal(send_simple(one), RILL_OK);
    expect_end(one, "one|", RILL_END_TRUNCATED, RILL_PORT_STALLED);
    assert_int_equal(passed(one), 900 + 970);
    finish(one);
}

/* A port that does not wait at all (a super-loop's) is called until the time is over. */
static void test_stall_of_a_hasty_port(void **state)
{
    (void)state;
    enum { STEPS = 20 };
    step reads[2 * STEPS + 1];
    for (size_t i = 0; i < STEPS; i++) {
        const step sleep = {STEP_SLEEP, NULL, 10, 0}, nothing = {STEP_NOTHING, NULL, 0, 0};
        reads[2 * i] = sleep;
        reads[2 * i + 1] = nothing;
    }
    const step last = {STEP_ANSWER, NULL, RILL_PORT_BUS, 0};
    reads[2 * STEPS] = last;
    run *one = begin(all_taken, reads, 155, 0);
    assert_int_equal(send_simple(one), RILL_OK);
    expect_end(one, "", RILL_END_TRUNCATED, RILL_PORT_STALLED);
    assert_int_equal(passed(one), 160);
    finish(one);
}

/* The caller's own time is not the server's silence. */
static void test_slow_caller(void **state)
{
    (void)state;
    static const step reads[] = {{STEP_BYTES, HEAD EVENT("one"), 0, 0},
                                 {STEP_BYTES, EVENT("two") DONE, 0, 0},
                                 {STEP_ANSWER, NULL, RILL_PORT_BUS, 0}};
    run *one = begin(all_taken, reads, 1000, 0);
    rill_item item;
    assert_int_equal(send_simple(one), RILL_OK);
    one->play.clock += 5000;
    assert_int_equal(rill_client_next(&one->client, &item), RILL_OK);
    add_item(one, &item);
    one->play.clock += 5000;
    expect_end(one, "one|two|", RILL_END_DONE, RILL_OK);
    finish(one);
}

static void test_deadline(void **state)
{
    (void)state;
    static const step reads[] = {{STEP_BYTES, HEAD EVENT("one"), 0, 0},
                                 {STEP_WAIT, NULL, 0, 4},
                                 {STEP_BYTES, EVENT("two"), 0, 0},
                                 {STEP_WAIT, NULL, 0, UINT32_MAX},
                                 {STEP_ANSWER, NULL, RILL_PORT_BUS, 0}};
    run *one = begin(all_taken, reads, 500, 888);
    assert_int_equal(send_simple(one), RILL_OK);
    expect_end(one, "one|two|", RILL_END_TRUNCATED, RILL_PORT_DEADLINE);
    assert_int_equal(passed(one), 888);
    finish(one);
}

/* A server that always has something ready must not outlast the limits. */
static void test_deadline_of_a_busy_server(void **state)
{
    (void)state;
    static const step reads[] = {{STEP_BYTES, HEAD, 0, 0},
                                 {STEP_SLEEP, NULL, 60, 0},
                                 {STEP_BYTES, EVENT("a"), 0, 0},
                                 {STEP_SLEEP, NULL, 60, 0},
                                 {STEP_BYTES, EVENT("b"), 0, 0},
                                 {STEP_BYTES, EVENT("never") DONE, 0, 0},
                                 {STEP_ANSWER, NULL, RILL_PORT_BUS, 0}};
    run *one = begin(all_taken, reads, 0, 100);
    assert_int_equal(send_simple(one), RILL_OK);
    expect_end(one, "a|b|", RILL_END_TRUNCATED, RILL_PORT_DEADLINE);
    finish(one);
}

/* Sending is part of the whole request's time. */
static void test_deadline_counts_sending(void **state)
{
    (void)state;
    static const step writes[] = {{STEP_WAIT, NULL, 0, 5},
                                  {STEP_TAKE, NULL, INT32_MAX, UINT32_MAX},
                                  {STEP_ANSWER, NULL, 0, 0}};
    static const step reads[] = {{STEP_WAIT, NULL, 0, UINT32_MAX}, {STEP_ANSWER, NULL, RILL_PORT_BUS, 0}};
    run *one = begin(writes, reads, 0, 800);
    assert_int_equal(send_simple(one), RILL_OK);
    assert_int_equal(passed(one), 500);
    expect_end(one, "", RILL_END_TRUNCATED, RILL_PORT_DEADLINE);
    assert_int_equal(passed(one), 800);
    finish(one);
}

static void test_slice(void **state)
{
    (void)state;
    static const step reads[] = {{STEP_WAIT, NULL, 0, UINT32_MAX}, {STEP_ANSWER, NULL, RILL_PORT_BUS, 0}};
    static const struct {
        uint32_t slice_ms, longest;
    } cases[] = {{0, RILL_CLIENT_SLICE_MS}, {1, 1}, {7, 7}, {300, 300}, {5000, 1000}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        run *one = begin(all_taken, reads, 1000, 0);
        one->config.slice_ms = cases[i].slice_ms;
        expect_end(one, "", RILL_END_TRUNCATED, RILL_PORT_STALLED);
        assert_int_equal(passed(one), 1000);
        assert_int_equal(one->play.longest, cases[i].longest);
        finish(one);
    }
}

/* ---- cancelling */

static void test_cancel_inside_read(void **state)
{
    (void)state;
    static const step reads[] = {{STEP_BYTES, HEAD EVENT("one"), 0, 0}, {STEP_CANCEL, NULL, 0, 0},
                                 {STEP_ANSWER, NULL, RILL_PORT_BUS, 0}};
    run *one = begin(all_taken, reads, 0, 0);
    assert_int_equal(send_simple(one), RILL_OK);
    expect_end(one, "one|", RILL_END_TRUNCATED, RILL_PORT_CANCELLED);
    assert_true(passed(one) <= RILL_CLIENT_SLICE_MS);
    finish(one);
}

/* What came with the cancel is still handed out; nothing more is read. */
static void test_cancel_with_bytes(void **state)
{
    (void)state;
    static const step reads[] = {{STEP_BYTES, HEAD, 0, 0}, {STEP_CANCEL_AND_BYTES, EVENT("one") EVENT("two"), 0, 0},
                                 {STEP_ANSWER, NULL, RILL_PORT_BUS, 0}};
    run *one = begin(all_taken, reads, 0, 0);
    assert_int_equal(send_simple(one), RILL_OK);
    expect_end(one, "one|two|", RILL_END_TRUNCATED, RILL_PORT_CANCELLED);
    assert_int_equal(one->play.read_at, 2);
    finish(one);
}

static void test_cancel_before_anything(void **state)
{
    (void)state;
    run *one = begin(all_taken, plain_answer, 0, 0);
    rill_client_cancel(&one->client);
    assert_int_equal(send_simple(one), RILL_PORT_CANCELLED);
    expect_end(one, "", RILL_END_TRUNCATED, RILL_PORT_CANCELLED);
    assert_int_equal(one->play.calls, 0);
    finish(one);
}

/* A port in real time whose server never answers, but a test that waits for ever is ended. */
static int32_t silent_read(void *context, char *bytes, size_t size, uint32_t timeout_ms)
{
    enum { ENOUGH = 500 }; /* slices of 20 ms */
    struct timespec wait = {0, (long)timeout_ms * 1000000L};
    if (++((script *)context)->calls > ENOUGH)
        return RILL_PORT_BUS;
    (void)bytes;
    (void)size;
    nanosleep(&wait, NULL);
    return 0;
}

static int32_t silent_write(void *context, const char *bytes, size_t length, uint32_t timeout_ms)
{
    (void)context;
    (void)bytes;
    (void)timeout_ms;
    return (int32_t)length;
}

static void silent_close(void *context)
{
    (void)context;
}

static uint32_t real_now(void *context)
{
    struct timespec time;
    (void)context;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint32_t)((uint64_t)time.tv_sec * 1000u + (uint64_t)time.tv_nsec / 1000000u);
}

static void *cancel_later(void *client)
{
    struct timespec wait = {0, 50000000L};
    nanosleep(&wait, NULL);
    rill_client_cancel(client);
    return NULL;
}

static void test_cancel_from_a_thread(void **state)
{
    (void)state;
    static const rill_port silent_port = {silent_read, silent_write, silent_close, real_now};
    run *one = begin(all_taken, plain_answer, 0, 0);
    pthread_t thread;
    one->config.port = &silent_port;
    one->config.slice_ms = 20;
    assert_int_equal(rill_client_begin(&one->client, &one->config), RILL_OK);
    assert_int_equal(send_simple(one), RILL_OK);
    assert_int_equal(pthread_create(&thread, NULL, cancel_later, &one->client), 0);
    expect_end(one, "", RILL_END_TRUNCATED, RILL_PORT_CANCELLED);
    assert_int_equal(pthread_join(thread, NULL), 0);
    free(one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_without_sending),
        cmocka_unit_test(test_closed_without_sending),
        cmocka_unit_test(test_again),
        cmocka_unit_test(test_config),
        cmocka_unit_test(test_partial_writes),
        cmocka_unit_test(test_gathering),
        cmocka_unit_test(test_megabytes),
        cmocka_unit_test(test_bad_request_sends_nothing),
        cmocka_unit_test(test_write_errors),
        cmocka_unit_test(test_write_error_amid_a_request),
        cmocka_unit_test(test_early_answer),
        cmocka_unit_test(test_sending_amid_an_answer),
        cmocka_unit_test(test_write_stalls),
        cmocka_unit_test(test_write_deadline),
        cmocka_unit_test(test_write_cancel),
        cmocka_unit_test(test_pieces_and_pauses),
        cmocka_unit_test(test_no_read_behind_the_end),
        cmocka_unit_test(test_read_errors),
        cmocka_unit_test(test_broken_write),
        cmocka_unit_test(test_closed_early),
        cmocka_unit_test(test_closed_without_an_answer),
        cmocka_unit_test(test_stall),
        cmocka_unit_test(test_stall_of_a_hasty_port),
        cmocka_unit_test(test_slow_caller),
        cmocka_unit_test(test_deadline),
        cmocka_unit_test(test_deadline_of_a_busy_server),
        cmocka_unit_test(test_deadline_counts_sending),
        cmocka_unit_test(test_slice),
        cmocka_unit_test(test_cancel_inside_read),
        cmocka_unit_test(test_cancel_with_bytes),
        cmocka_unit_test(test_cancel_before_anything),
        cmocka_unit_test(test_cancel_from_a_thread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
