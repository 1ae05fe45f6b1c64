/* Input without measure: what has no length, repeated without end, around events that must come through all the same. Made as
 * it is needed, never stored. Under the sanitizers a megabyte of each; without them 16, and a gigabyte of what a server may
 * send on and on (make check runs both). Seen each time:
 *   - what comes of it, to the item;
 *   - steps: rill_stream_next() is called once for each item and once for each piece of input, never more; and items are not
 *     more than a fixed share of the bytes. Instructions per byte: test/bench/linear.mjs;
 *   - memory: all that there is lies between guards, which stay as they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "rill/chat.h"
#include "rill/fill.h"
#include "rill/json.h"
#include "rill/reuse.h"
#include "rill/stream.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define MEGABYTE ((uint64_t)1000 * 1000)
#ifdef __SANITIZE_ADDRESS__
#define MUCH MEGABYTE
#define GIGABYTE MEGABYTE
#else
#define MUCH (16 * MEGABYTE)
#define GIGABYTE (1000 * MEGABYTE)
#endif

enum { PATIENCE_S = 1200 }; /* of real time, for all of it */

/* ---- a stream between guards */

enum { GUARD = 64, GUARDED = 0xc5, TOKENS = 24, MEMORY = 512 };

typedef struct arena {
    char guard_0[GUARD];
    char buffer[RILL_BUFFER_MIN];
    char guard_1[GUARD];
    rill_token tokens[TOKENS];
    char guard_2[GUARD];
    rill_chunk chunk;
    char guard_3[GUARD];
    rill_stream stream;
    char guard_4[GUARD];
    rill_reuse reuse;
    char guard_5[GUARD];
    char memory[MEMORY];
    char guard_6[GUARD];
} arena;

/* How the bytes come. */
typedef enum way {
    WAY_GIVE,  /* they lie elsewhere */
    WAY_REUSE, /* the same, and events are remembered */
    WAY_INTO,  /* into the buffer, as many as fit */
    WAYS
} way;

/* What came of it. */
typedef struct outcome {
    uint64_t answers, errors, bad; /* events; an event in parts counts once */
    uint64_t text;                 /* bytes of content and of error messages */
    rill_status status;            /* of the first bad one */
    rill_end end;
    rill_status end_status;
} outcome;

static arena all;

typedef struct bench {
    rill_stream_config config;
    way how;
    outcome seen;
    uint64_t fed, pieces, items, calls;
    uint32_t bad_at; /* offset of the first bad one */
    bool ended;
} bench;

static void open_bench(bench *on, rill_body body, way how)
{
    memset(&all, GUARDED, sizeof all);
    memset(on, 0, sizeof *on);
    on->how = how;
    on->config = (rill_stream_config){all.buffer, sizeof all.buffer, all.tokens, TOKENS, &rill_chat_schema, &all.chunk, body,
                                      how == WAY_REUSE ? &all.reuse : NULL};
    rill_reuse_begin(&all.reuse, all.memory, MEMORY);
    assert_int_equal(rill_stream_begin(&all.stream, &on->config), RILL_OK);
}

static void expect_guards(void)
{
    const char *const guards[] = {all.guard_0, all.guard_1, all.guard_2, all.guard_3, all.guard_4, all.guard_5, all.guard_6};
    for (size_t g = 0; g < COUNT(guards); g++)
        for (size_t i = 0; i < GUARD; i++)
            assert_int_equal((unsigned char)guards[g][i], GUARDED);
}

static void note(bench *on, const rill_item *item)
{
    outcome *seen = &on->seen;
    bool last = item->part == RILL_PART_WHOLE || item->part == RILL_PART_LAST;
    on->items++;
    switch (item->kind) {
    case RILL_ITEM_END:
        on->ended = true;
        seen->end = item->end;
        seen->end_status = item->status;
        break;
    case RILL_ITEM_BAD:
        if (seen->bad++ == 0) {
            seen->status = item->status;
            on->bad_at = item->offset;
        }
        break;
    case RILL_ITEM_ERROR:
        seen->errors += last;
        seen->text += all.chunk.error.message.length;
        break;
    default:
        seen->answers += last;
        if (all.chunk.choice_count > 0)
            seen->text += all.chunk.choices[0].message.content.length;
    }
}

/* Takes all items that there are. */
static void drain(bench *on)
{
    rill_item item;
    rill_status status;
    while (on->calls++, (status = rill_stream_next(&all.stream, &item)) == RILL_OK)
        note(on, &item);
    assert_int_equal(status, on->ended ? RILL_END : RILL_MORE);
}

static void feed(bench *on, const char *bytes, size_t length)
{
    while (length > 0 && !on->ended) {
        size_t size = length;
        char *place;
        if (on->how == WAY_INTO) {
            size_t space = rill_stream_space(&all.stream, &place);
            assert_true(space > 0);
            size = size < space ? size : space;
            memcpy(place, bytes, size);
            rill_stream_got(&all.stream, size);
        } else {
            rill_stream_give(&all.stream, bytes, size);
        }
        on->pieces++;
        on->fed += size;
        bytes += size;
        length -= size;
        drain(on);
    }
}

static void feed_text(bench *on, const char *text)
{
    feed(on, text, strlen(text));
}

/* Feeds the unit again and again, whole, to about so many bytes. The pieces are cut anywhere in it. Gives how often. */
static uint64_t feed_units(bench *on, const char *unit, uint64_t bytes)
{
    enum { PIECE = 4093, UNIT = 1024 };
    static char block[UNIT + PIECE];
    size_t length = strlen(unit), at = 0;
    assert_true(length > 0 && length <= UNIT);
    for (size_t i = 0; i < sizeof block; i++)
        block[i] = unit[i % length];
    uint64_t count = bytes / length, left = count * length;
    while (left > 0 && !on->ended) {
        size_t size = left < PIECE ? (size_t)left : PIECE;
        feed(on, block + at, size);
        at = (at + size) % length;
        left -= size;
    }
    return count;
}

static void close_bench(bench *on)
{
    if (!on->ended) {
        rill_stream_close(&all.stream, RILL_PORT_CLOSED);
        on->pieces++;
        drain(on);
    }
    assert_true(on->ended);
    assert_true(on->calls <= on->pieces + on->items);
    assert_true(on->items <= on->fed / 2 + 4);
    expect_guards();
}

/* ---- families: a beginning, a unit without end, and an end */

#define SAY "data: {\"choices\":[{\"delta\":{\"content\":\"x\"}}]}\n\n"
#define DONE SAY "data: [DONE]\n\n"
#define OK "HTTP/1.1 200 OK\r\n"
#define CHUNKED OK "Transfer-Encoding: chunked\r\n"
#define LATER "3d\r\n" DONE "\r\n0\r\n"
#define OPEN "data: {\"choices\":[{\"delta\":{"
#define SHUT "}}]}\n\n" DONE

typedef struct family {
    const char *name;
    uint64_t bytes;
    rill_body body;
    const char *begin, *unit, *end;
    outcome expected, each; /* with what each unit adds to it */
} family;

#define ONE {.answers = 1, .text = 1, .end = RILL_END_DONE}
#define TWO {.answers = 2, .text = 1, .end = RILL_END_DONE}
#define BAD_AND_ONE(what) {.answers = 1, .bad = 1, .text = 1, .status = what, .end = RILL_END_DONE}
#define CUT(why) {.end = RILL_END_TRUNCATED, .end_status = why}
#define BROKEN(why) {.bad = 1, .status = why, .end = RILL_END_TRUNCATED, .end_status = why}
#define NOTHING {0}

static const family families[] = {
    /* HTTP */
    {"field lines", GIGABYTE, RILL_BODY_HTTP, OK, "Set-Cookie: session=0123456789abcdef; Path=/; Secure; HttpOnly\r\n", "\r\n" DONE,
     ONE, NOTHING},
    {"short field lines until the connection ends", MUCH, RILL_BODY_HTTP, OK, "X-Y: z\r\n", "", CUT(RILL_HTTP_CUT), NOTHING},
    {"a field's name", MUCH, RILL_BODY_HTTP, OK, "x", ": y\r\n\r\n" DONE, ONE, NOTHING},
    {"a field's value", MUCH, RILL_BODY_HTTP, OK "X: ", "yz ", "\r\n\r\n" DONE, ONE, NOTHING},
    {"blanks in front of a value", MUCH, RILL_BODY_HTTP, OK "Content-Type:", " \t", "text/event-stream\r\n\r\n" DONE, ONE, NOTHING},
    {"a value that is folded", MUCH, RILL_BODY_HTTP, OK "X: a", "\r\n b", "\r\n\r\n" DONE, ONE, NOTHING},
    {"a request id", MUCH, RILL_BODY_HTTP, OK "X-Request-Id: ", "abc", "\r\n\r\n" DONE, ONE, NOTHING},
    {"a reason", MUCH, RILL_BODY_HTTP, "HTTP/1.1 200 ", "OK ", "\r\n\r\n" DONE, ONE, NOTHING},
    {"interim responses", MUCH, RILL_BODY_HTTP, "", "HTTP/1.1 100 Continue\r\n\r\n", OK "\r\n" DONE, ONE, NOTHING},
    {"empty lines in front of the status", MUCH, RILL_BODY_HTTP, "", "\r\n", OK "\r\n" DONE, ONE, NOTHING},
    {"codings that are none", MUCH, RILL_BODY_HTTP, OK "Content-Encoding: ", "identity, ", "identity\r\n\r\n" DONE, ONE, NOTHING},
    {"the same length again", MUCH, RILL_BODY_HTTP, OK "Content-Length: 61", ",61", "\r\n\r\n" DONE, ONE, NOTHING},
    {"zeros in front of a length", MUCH, RILL_BODY_HTTP, OK "Content-Length: ", "0", "61\r\n\r\n" DONE, ONE, NOTHING},
    {"digits of a length", MUCH, RILL_BODY_HTTP, OK "Content-Length: ", "9", "\r\n\r\n" DONE, BROKEN(RILL_HTTP_LENGTH), NOTHING},
    {"digits of Retry-After", MUCH, RILL_BODY_HTTP, OK "Retry-After: ", "9", "\r\n\r\n" DONE, ONE, NOTHING},
    {"zeros in front of a chunk's size", MUCH, RILL_BODY_HTTP, CHUNKED "\r\n", "0", LATER "\r\n", ONE, NOTHING},
    {"digits of a chunk's size", MUCH, RILL_BODY_HTTP, CHUNKED "\r\n", "f", "", BROKEN(RILL_HTTP_CHUNK), NOTHING},
    {"a chunk's extension", MUCH, RILL_BODY_HTTP, CHUNKED "\r\n3d;", "x=y;", "x\r\n" DONE "\r\n0\r\n\r\n", ONE, NOTHING},
    {"chunks of a byte", MUCH, RILL_BODY_HTTP, CHUNKED "\r\n", "1\r\n\n\r\n", LATER "\r\n", ONE, NOTHING},
    {"trailers", MUCH, RILL_BODY_HTTP, CHUNKED "\r\n2f\r\n" SAY "\r\n0\r\n", "X-Y: z\r\n", "\r\n",
     {.answers = 1, .text = 1, .end = RILL_END_TRUNCATED}, NOTHING},
    {"a body that nobody can read", MUCH, RILL_BODY_HTTP, OK "Content-Encoding: gzip\r\n\r\n", "\x1f\x8b", "",
     {.bad = 1, .status = RILL_HTTP_ENCODING, .end = RILL_END_TRUNCATED}, NOTHING},
    /* the event stream */
    {"comments", GIGABYTE, RILL_BODY_SSE, "", ": keep-alive, the model is thinking\n", DONE, ONE, NOTHING},
    {"one comment", GIGABYTE, RILL_BODY_SSE, ":", "abc", "\n" DONE, ONE, NOTHING},
    {"empty lines, CR", MUCH, RILL_BODY_SSE, ":\n", "\r", DONE, ONE, NOTHING},
    {"empty lines, LF", MUCH, RILL_BODY_AUTO, "", "\n", DONE, ONE, NOTHING},
    {"empty lines, CRLF", MUCH, RILL_BODY_SSE, ":\n", "\r\n", DONE, ONE, NOTHING},
    {"blanks in front of the body", MUCH, RILL_BODY_SSE, "", " ", "\n" DONE, ONE, NOTHING},
    {"an unknown field", MUCH, RILL_BODY_SSE, "x", "y", "\n" DONE, ONE, NOTHING},
    {"an id", MUCH, RILL_BODY_SSE, "id: ", "1", "\n" DONE, ONE, NOTHING},
    {"ids", MUCH, RILL_BODY_SSE, "", "id: 1\n", DONE, ONE, NOTHING},
    {"a type", MUCH, RILL_BODY_SSE, "event: ", "e", "\n" DONE, ONE, NOTHING},
    {"types without data", MUCH, RILL_BODY_SSE, "", "event: error\n\n", DONE, ONE, NOTHING},
    {"a retry", MUCH, RILL_BODY_SSE, "retry: ", "9", "\n" DONE, ONE, NOTHING},
    {"empty data lines", MUCH, RILL_BODY_SSE, "", "data\n", "\n" DONE, ONE, NOTHING},
    {"data lines of an event", MUCH, RILL_BODY_SSE, "data: {\"x\":[1\n", "data: ,2\n", "data: ]}\n\n" DONE, ONE, NOTHING},
    {"blanks behind [DONE]", MUCH, RILL_BODY_SSE, SAY "data: [DONE]", " ", "\n\n",
     {.answers = 1, .text = 1, .end = RILL_END_DONE}, NOTHING},
    {"frames in a frame", MUCH, RILL_BODY_SSE, "data: ", "data: ", "\n\n" DONE, ONE, NOTHING},
    {"error lines", MUCH, RILL_BODY_SSE, "", "error: {\"message\":\"x\"}\n\n", DONE, ONE, {.errors = 1, .text = 1}},
    {"an error that is no JSON", MUCH, RILL_BODY_SSE, "event: error\ndata: ", "oh no", "\n\n" DONE,
     {.answers = 1, .errors = 1, .text = 1, .end = RILL_END_DONE}, {.text = 5}},
    {"tiny events, more than a million", 2 * MUCH, RILL_BODY_SSE, "", "data:{\"choices\":[]}\n\n", DONE, ONE, {.answers = 1}},
    {"events without data", MUCH, RILL_BODY_SSE, "", "data:\n\n", DONE, ONE, NOTHING},
    {"broken events", MUCH, RILL_BODY_SSE, "", "data:}\n\n", DONE,
     {.answers = 1, .text = 1, .status = RILL_JSON_UNEXPECTED, .end = RILL_END_DONE}, {.bad = 1}},
    /* JSON */
    {"a string passed over", GIGABYTE, RILL_BODY_SSE, "data: {\"x\":\"", "abc ", "\"}\n\n" DONE, ONE, NOTHING},
    {"a string kept", MUCH, RILL_BODY_SSE, OPEN "\"content\":\"", "abc ", "\"" SHUT, TWO, {.text = 4}},
    {"escapes passed over", MUCH, RILL_BODY_SSE, "data: {\"x\":\"", "\\u00e9\\n\\\\", "\"}\n\n" DONE, ONE, NOTHING},
    {"escapes kept", MUCH, RILL_BODY_SSE, OPEN "\"content\":\"", "\\u00e9\\n\\\\", "\"" SHUT, TWO, {.text = 4}},
    {"pairs kept", MUCH, RILL_BODY_SSE, OPEN "\"content\":\"", "\\ud83d\\ude00", "\"" SHUT, TWO, {.text = 4}},
    {"half pairs kept", MUCH, RILL_BODY_SSE, OPEN "\"content\":\"a", "\\ud83d", "b\"" SHUT,
     {.answers = 2, .text = 3, .end = RILL_END_DONE}, {.text = 3}},
    {"control characters kept", MUCH, RILL_BODY_SSE, OPEN "\"content\":\"", "\\u0000", "\"" SHUT, TWO, {.text = 1}},
    {"bytes that are no UTF-8, kept", MUCH, RILL_BODY_SSE, OPEN "\"content\":\"", "\xff\xc3", "\"" SHUT, TWO, {.text = 2}},
    {"a key", MUCH, RILL_BODY_SSE, "data: {\"choices", "x", "\":1}\n\n" DONE, ONE, NOTHING},
    {"escapes in a key", MUCH, RILL_BODY_SSE, "data: {\"choices", "\\u0041", "\":1}\n\n" DONE, ONE, NOTHING},
    {"whitespace", GIGABYTE, RILL_BODY_SSE, "data: {\"choices\":", " \t", "[]}\n\n" DONE, TWO, NOTHING},
    {"whitespace in front of JSON", MUCH, RILL_BODY_JSON, "", " \r\n\t", "{\"choices\":[{\"message\":{\"content\":\"x\"}}]}",
     {.answers = 1, .text = 1, .end = RILL_END_EOF}, NOTHING},
    {"whitespace behind JSON", MUCH, RILL_BODY_JSON, "{\"choices\":[{\"message\":{\"content\":\"x\"}}]}", " \r\n\t", "",
     {.answers = 1, .text = 1, .end = RILL_END_EOF}, NOTHING},
    {"nesting, arrays", GIGABYTE, RILL_BODY_SSE, "data: ", "[", "\n\n" DONE, BAD_AND_ONE(RILL_LIMIT_DEPTH), NOTHING},
    {"nesting, arrays passed over", GIGABYTE, RILL_BODY_SSE, "data: {\"x\":", "[", "\n\n" DONE, BAD_AND_ONE(RILL_LIMIT_DEPTH),
     NOTHING},
    {"nesting, objects", MUCH, RILL_BODY_SSE, "data: ", "{\"x\":", "\n\n" DONE, BAD_AND_ONE(RILL_LIMIT_DEPTH), NOTHING},
    {"nesting, wanted", MUCH, RILL_BODY_SSE, "data: ", "{\"choices\":[", "\n\n" DONE, BAD_AND_ONE(RILL_LIMIT_DEPTH), NOTHING},
    {"nesting as deep as may be", MUCH, RILL_BODY_SSE, "data: {\"x\":[0",
     ",[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
     "]}\n\n" DONE, ONE, NOTHING},
    {"digits", MUCH, RILL_BODY_SSE, "data: {\"x\":1", "2", "}\n\n" DONE, ONE, NOTHING},
    {"digits kept", MUCH, RILL_BODY_SSE, "data: {\"choices\":[],\"created\":1", "2", "}\n\n" DONE, TWO, NOTHING},
    {"zeros kept", MUCH, RILL_BODY_SSE, "data: {\"choices\":[],\"created\":0.", "0", "}\n\n" DONE, TWO, NOTHING},
    {"digits of an exponent", MUCH, RILL_BODY_SSE, "data: {\"choices\":[],\"created\":1e", "9", "}\n\n" DONE, TWO, NOTHING},
    {"digits of a negative exponent", MUCH, RILL_BODY_SSE, "data: {\"choices\":[],\"created\":1e-", "9", "}\n\n" DONE, TWO, NOTHING},
    {"digits in a string where a number is wanted", MUCH, RILL_BODY_SSE, "data: {\"choices\":[],\"created\":\"1", "2",
     "\"}\n\n" DONE, TWO, NOTHING},
    {"a word that is longer than any", MUCH, RILL_BODY_SSE, "data: {\"choices\":[{\"finish_reason\":\"", "stop", "\"}]}\n\n" DONE,
     TWO, NOTHING},
    {"members passed over", MUCH, RILL_BODY_SSE, "data: {\"choices\":[]", ",\"a\":1", "}\n\n" DONE, TWO, NOTHING},
    {"the same member again", MUCH, RILL_BODY_SSE, "data: {\"choices\":[]", ",\"id\":\"a\"", "}\n\n" DONE, TWO, NOTHING},
    {"elements passed over", MUCH, RILL_BODY_SSE, "data: {\"choices\":[0", ",1", "]}\n\n" DONE, TWO, NOTHING},
    {"choices", MUCH, RILL_BODY_SSE, "data: {\"choices\":[{}", ",{\"index\":1}", "]}\n\n" DONE, TWO, NOTHING},
    {"tool calls", MUCH, RILL_BODY_SSE, OPEN "\"tool_calls\":[{}", ",{\"id\":\"a\"}", "]" SHUT, TWO, NOTHING},
};

static void show(const char *what, const outcome *one)
{
    print_error("%s: answers %llu errors %llu bad %llu (%s) text %llu end %d (%s)\n", what, (unsigned long long)one->answers,
                (unsigned long long)one->errors, (unsigned long long)one->bad, rill_status_text(one->status),
                (unsigned long long)one->text, (int)one->end, rill_status_text(one->end_status));
}

static unsigned failures;

static void expect_outcome(const char *name, const outcome *seen, outcome expected, const outcome *each, uint64_t times)
{
    expected.answers += each->answers * times;
    expected.errors += each->errors * times;
    expected.bad += each->bad * times;
    expected.text += each->text * times;
    bool same = seen->answers == expected.answers && seen->errors == expected.errors && seen->bad == expected.bad &&
                seen->text == expected.text && seen->status == expected.status && seen->end == expected.end &&
                seen->end_status == expected.end_status;
    if (same)
        return;
    print_error("%s\n", name);
    show("expected", &expected);
    show("seen", seen);
    failures++;
}

static uint64_t bytes_in_all;

static void run(const family *one, way how, uint64_t bytes)
{
    bench on;
    open_bench(&on, one->body, how);
    feed_text(&on, one->begin);
    uint64_t times = feed_units(&on, one->unit, bytes);
    feed_text(&on, one->end);
    close_bench(&on);
    expect_outcome(one->name, &on.seen, one->expected, &one->each, times);
    bytes_in_all += on.fed;
}

static void without_measure(void **state)
{
    (void)state;
    failures = 0;
    for (size_t i = 0; i < COUNT(families); i++)
        run(&families[i], WAY_GIVE, families[i].bytes);
    assert_int_equal(failures, 0);
}

static void without_measure_in_other_ways(void **state)
{
    (void)state;
    failures = 0;
    for (size_t i = 0; i < COUNT(families); i++) {
        run(&families[i], WAY_INTO, MUCH / 8);
        run(&families[i], WAY_REUSE, MUCH / 8);
    }
    assert_int_equal(failures, 0);
}

/* Of an event that does not end all but the last part has come. */
static void event_that_does_not_end(void **state)
{
    (void)state;
    for (way how = WAY_GIVE; how < WAYS; how++) {
        bench on;
        open_bench(&on, RILL_BODY_SSE, how);
        feed_text(&on, OPEN "\"content\":\"");
        uint64_t bytes = feed_units(&on, "x", MUCH);
        close_bench(&on);
        assert_true(on.seen.text <= bytes && on.seen.text + RILL_BUFFER_MIN >= bytes);
        assert_int_equal(on.seen.answers, 0);
        assert_int_equal(on.seen.end, RILL_END_TRUNCATED);
        assert_int_equal(on.seen.end_status, RILL_JSON_CUT);
    }
}

/* Events of a megabyte; with little between them. */
static void large_events(void **state)
{
    (void)state;
    for (way how = WAY_GIVE; how < WAYS; how++) {
        bench on;
        uint64_t events = 0, text = 0;
        open_bench(&on, RILL_BODY_SSE, how);
        for (; events * MEGABYTE < MUCH; events++) {
            feed_text(&on, OPEN "\"x\":\"");
            feed_units(&on, "abc", MEGABYTE / 2);
            feed_text(&on, "\",\"content\":\"");
            text += feed_units(&on, "a", MEGABYTE / 2);
            feed_text(&on, "\"}}]}\n\n");
        }
        feed_text(&on, DONE);
        close_bench(&on);
        assert_int_equal(on.seen.answers, events + 1);
        assert_int_equal(on.seen.text, text + 1);
        assert_int_equal(on.seen.end, RILL_END_DONE);
    }
}

/* ---- numbers that tell a length */

#define LAST_CHUNK "\r\n0\r\n\r\n"

/* Of the body 61 bytes hold an answer, and what would end it if the number were cut to 32 or 64 bits: it goes on. */
static void lengths_beyond_32_bits(void **state)
{
    (void)state;
    static const struct {
        const char *head;
        rill_status end;
        uint64_t answers;
        uint32_t bad_at; /* 0: nothing is bad */
    } cases[] = {
        {CHUNKED "\r\n3d\r\n", RILL_OK, 1, 0},
        {CHUNKED "\r\n10000003d\r\n", RILL_HTTP_CUT, 1, 0},
        {CHUNKED "\r\n1000000000000003d\r\n", RILL_HTTP_CHUNK, 0, 63},
        {CHUNKED "\r\n1000000000000002f\r\n", RILL_HTTP_CHUNK, 0, 63},
        {CHUNKED "\r\nffffffffffffffff\r\n", RILL_HTTP_CUT, 1, 0},
        {CHUNKED "\r\nFFFFFFFFFFFFFFFF;x\r\n", RILL_HTTP_CUT, 1, 0},
        {CHUNKED "\r\n0000000000000000000000000000003d\r\n", RILL_OK, 1, 0},
        {CHUNKED "\r\n10000000000000000\r\n", RILL_HTTP_CHUNK, 0, 63},
        {CHUNKED "\r\n-1\r\n", RILL_HTTP_CHUNK, 0, 47},
        {OK "Content-Length: 4294967357\r\n\r\n", RILL_HTTP_CUT, 1, 0},
        {OK "Content-Length: 18446744073709551615\r\n\r\n", RILL_HTTP_CUT, 1, 0},
        {OK "Content-Length: 18446744073709551616\r\n\r\n", RILL_HTTP_LENGTH, 0, 55},
        {OK "Content-Length: 18446744073709551677\r\n\r\n", RILL_HTTP_LENGTH, 0, 55},
        {OK "Content-Length: -1\r\n\r\n", RILL_HTTP_LENGTH, 0, 37},
        {OK "Content-Length: 4294967357, 61\r\n\r\n", RILL_HTTP_LENGTH, 0, 49},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        for (way how = WAY_GIVE; how < WAYS; how++) {
            bench on;
            open_bench(&on, RILL_BODY_HTTP, how);
            feed_text(&on, cases[i].head);
            feed_text(&on, SAY ": fourteen!!!\n");
            assert_int_equal(on.seen.answers, cases[i].answers);
            feed_text(&on, LAST_CHUNK);
            close_bench(&on);
            assert_int_equal(on.seen.end_status, cases[i].end);
            assert_int_equal(on.seen.bad, cases[i].bad_at != 0);
            assert_int_equal(on.bad_at, cases[i].bad_at);
        }
    }
}

#ifndef __SANITIZE_ADDRESS__
/* More than 4 GB of a response in one chunk, and its end is where it is; the offset of what is broken behind it is modulo
 * 2^32. */
static void more_than_32_bits_count(void **state)
{
    (void)state;
    static const char head[] = CHUNKED "\r\n100000040\r\n";
    const uint64_t bytes = ((uint64_t)1 << 32) + 64;
    bench on;
    open_bench(&on, RILL_BODY_HTTP, WAY_REUSE);
    feed_text(&on, head);
    assert_int_equal(feed_units(&on, ":", bytes - 1), bytes - 1);
    feed_text(&on, "\n\r\n3d\r\ndata: }\n\n" SAY "\n\n\n\n\n\r\n0\r\n\r\n");
    close_bench(&on);
    assert_int_equal(on.seen.bad, 1);
    assert_int_equal(on.bad_at, (uint32_t)(strlen(head) + bytes + strlen("\r\n3d\r\ndata: ")));
    assert_int_equal(on.seen.answers, 1);
    assert_int_equal(on.seen.end_status, RILL_OK);
    bytes_in_all += on.fed;
}

/* The position of an element has 24 bits: one more is an error, and no other element is taken for it. */
static void elements_beyond_24_bits(void **state)
{
    (void)state;
    const uint64_t most = 0xffffff;
    bench on;
    open_bench(&on, RILL_BODY_SSE, WAY_GIVE);
    feed_text(&on, "data: {\"choices\":[");
    feed_units(&on, "{},", (most - 1) * 3);
    feed_text(&on, "{\"delta\":{\"content\":\"last\"}}");
    assert_int_equal(on.seen.bad, 0);
    feed_text(&on, "]}\n\n");
    assert_int_equal(on.seen.text, 4);
    assert_int_equal(all.chunk.choices[0].element.at, most - 1);
    feed_text(&on, "data: {\"choices\":[");
    feed_units(&on, "{},", most * 3);
    feed_text(&on, "{\"delta\":{\"content\":\"too many\"}}]}\n\n" DONE);
    close_bench(&on);
    assert_int_equal(on.seen.bad, 1);
    assert_int_equal(on.seen.status, RILL_LIMIT_DEPTH);
    assert_int_equal(on.seen.text, 5);
    assert_int_equal(on.seen.end, RILL_END_DONE);
}

/* Digits that are not kept are counted in the exponent, to 99,999,999; more change nothing. Those that are kept go on from
 * there. */
static void digits_beyond_the_exponent(void **state)
{
    typedef struct answer {
        rill_header header;
        rill_real x;
    } answer;
    static const rill_row rows[] = {RILL_ROW_REAL(answer, x, "x", 0)};
    static const rill_schema schema = RILL_SCHEMA(answer, rows);
    static const struct {
        const char *begin, *end;
        int64_t mantissa;
        int32_t exponent;
    } cases[] = {
        {"{\"x\":1", "}", 1000000000000000000, 99999999 + RILL_DIGITS_MAX - 19},
        {"{\"x\":0.", "12}", 12, -99999999 - 2},
    };
    static char zeros[MEGABYTE];
    const char *end = all.buffer + sizeof all.buffer;
    (void)state;
    memset(zeros, '0', sizeof zeros);
    for (size_t i = 0; i < COUNT(cases); i++) {
        rill_sieve sieve;
        answer seen = {0};
        size_t used;
        rill_sieve_begin(&sieve, &schema, all.buffer, TOKENS);
        rill_sieve_open(&sieve);
        assert_int_equal(rill_sieve_push(&sieve, cases[i].begin, strlen(cases[i].begin), end, &used), RILL_MORE);
        for (unsigned megabytes = 0; megabytes <= 100; megabytes++)
            assert_int_equal(rill_sieve_push(&sieve, zeros, sizeof zeros, end, &used), RILL_MORE);
        assert_int_equal(rill_sieve_push(&sieve, cases[i].end, strlen(cases[i].end), end, &used), RILL_MORE);
        assert_int_equal(rill_sieve_end(&sieve), RILL_OK);
        assert_int_equal(rill_tokenize(&sieve, all.tokens, &used), RILL_OK);
        rill_fill(&sieve, all.tokens, used, &seen);
        assert_int_equal(seen.x.mantissa, cases[i].mantissa);
        assert_int_equal(seen.x.exponent, cases[i].exponent);
    }
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_measure),
        cmocka_unit_test(without_measure_in_other_ways),
        cmocka_unit_test(event_that_does_not_end),
        cmocka_unit_test(large_events),
        cmocka_unit_test(lengths_beyond_32_bits),
#ifndef __SANITIZE_ADDRESS__
        cmocka_unit_test(more_than_32_bits_count),
        cmocka_unit_test(elements_beyond_24_bits),
        cmocka_unit_test(digits_beyond_the_exponent),
#endif
    };
    alarm(PATIENCE_S);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    printf("limits: %llu bytes\n", (unsigned long long)bytes_in_all);
    return failed;
}
