/* The calls of rill_stream_* by their contract: what begin refuses, what lasts, what each item says; and a schema of
 * the user's own on an event stream. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "logs/struct_log.h"
#include "rill/chat.h"
#include "rill/lean.h"
#include "rill/reuse.h"
#include "rill/stream.h"

enum { SIZE = 1024, TOKENS = 96, ITEMS = 64 };

/* A stream with its memory. The buffer is a block of its own, so that ASan sees what leaves it. */
typedef struct bench {
    rill_stream stream;
    rill_stream_config config;
    rill_item item;
    rill_token tokens[TOKENS];
    const char *input;
    size_t left;
} bench;

static void open_bench(bench *on, size_t size, const rill_schema *schema, void *target, const char *input)
{
    memset(on, 0, sizeof *on);
    on->config = (rill_stream_config){malloc(size), size, on->tokens, TOKENS, schema, target, RILL_BODY_AUTO, NULL};
    on->input = input;
    on->left = strlen(input);
    assert_non_null(on->config.buffer);
    assert_int_equal(rill_stream_begin(&on->stream, &on->config), RILL_OK);
}

static void close_bench(bench *on)
{
    free(on->config.buffer);
}

static void feed(bench *on, size_t most)
{
    char *place;
    size_t space = rill_stream_space(&on->stream, &place), length = on->left < most ? on->left : most;
    assert_true(space > 0);
    assert_true(place >= on->config.buffer && place + space <= on->config.buffer + on->config.size);
    if (length > space)
        length = space;
    memcpy(place, on->input, length);
    rill_stream_got(&on->stream, length);
    on->input += length;
    on->left -= length;
}

/* The next item, fed as it goes; false behind the end item. */
static bool next(bench *on, size_t piece)
{
    rill_status status;
    memset(&on->item, 0x5a, sizeof on->item); /* all of it is set */
    while ((status = rill_stream_next(&on->stream, &on->item)) == RILL_MORE) {
        if (on->left > 0)
            feed(on, piece);
        else
            rill_stream_close(&on->stream, RILL_PORT_CLOSED);
    }
    return status == RILL_OK;
}

static void expect_end(bench *on, rill_end end)
{
    assert_true(next(on, SIZE));
    assert_int_equal(on->item.kind, RILL_ITEM_END);
    assert_int_equal(on->item.end, end);
    assert_int_equal(on->item.part, RILL_PART_WHOLE);
    assert_false(next(on, SIZE));
}

static void assert_text(const rill_text *text, const char *expected)
{
    assert_non_null(text->data);
    assert_int_equal(text->length, strlen(expected));
    assert_memory_equal(text->data, expected, text->length + 1); /* with its NUL */
}

#define EVENT(json) "data: " json "\n\n"
#define DONE "data: [DONE]\n\n"
#define SAY(text) EVENT("{\"id\":\"s\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" text "\"}}]}")

/* ---- begin */

static void begin_refuses(void **state)
{
    (void)state;
    char buffer[RILL_BUFFER_MIN];
    rill_token tokens[RILL_TOKENS_MIN];
    rill_chunk chunk;
    rill_stream stream;
    const rill_stream_config good = {buffer, sizeof buffer, tokens, RILL_TOKENS_MIN, &rill_chat_schema,
                                     &chunk, RILL_BODY_SSE, NULL};
    assert_int_equal(rill_stream_begin(&stream, &good), RILL_OK);
    rill_stream_config bad = good;
    bad.buffer = NULL;
    assert_int_equal(rill_stream_begin(&stream, &bad), RILL_SCHEMA_CONFIG);
    bad = good;
    bad.tokens = NULL;
    assert_int_equal(rill_stream_begin(&stream, &bad), RILL_SCHEMA_CONFIG);
    bad = good;
    bad.schema = NULL;
    assert_int_equal(rill_stream_begin(&stream, &bad), RILL_SCHEMA_CONFIG);
    bad = good;
    bad.target = NULL;
    assert_int_equal(rill_stream_begin(&stream, &bad), RILL_SCHEMA_CONFIG);
    bad = good;
    bad.size = RILL_BUFFER_MIN - 1;
    assert_int_equal(rill_stream_begin(&stream, &bad), RILL_SCHEMA_CONFIG);
    bad = good;
    bad.token_count = RILL_TOKENS_MIN - 1;
    assert_int_equal(rill_stream_begin(&stream, &bad), RILL_SCHEMA_CONFIG);
    assert_int_equal(rill_stream_begin(&stream, NULL), RILL_SCHEMA_CONFIG);
    bad = good;
    bad.size = (size_t)INT32_MAX + 1;
    assert_int_equal(rill_stream_begin(&stream, &bad), RILL_SCHEMA_CONFIG);
    bad = good;
    bad.size = INT32_MAX;
    assert_int_equal(rill_stream_begin(&stream, &bad), RILL_OK);
    const rill_schema empty = {NULL, NULL, 0, 0, 0, false};
    bad.schema = &empty;
    assert_int_equal(rill_stream_begin(&stream, &bad), RILL_SCHEMA_TABLE);
    rill_schema crowded = rill_chat_schema;
    crowded.count = RILL_ROWS_MAX;
    bad.schema = &crowded;
    assert_int_equal(rill_stream_begin(&stream, &bad), RILL_OK);
    crowded.count = RILL_ROWS_MAX + 1;
    assert_int_equal(rill_stream_begin(&stream, &bad), RILL_SCHEMA_TABLE);
}

static void begin_begins_anew(void **state)
{
    (void)state;
    rill_chunk chunk;
    bench on;
    open_bench(&on, SIZE, &rill_chat_schema, &chunk, "data: {\"id\":\"half");
    assert_int_equal(rill_stream_next(&on.stream, &on.item), RILL_MORE);
    feed(&on, SIZE);
    assert_int_equal(rill_stream_next(&on.stream, &on.item), RILL_MORE);
    assert_int_equal(rill_stream_begin(&on.stream, &on.config), RILL_OK);
    on.input = SAY("a") DONE;
    on.left = strlen(on.input);
    assert_true(next(&on, SIZE));
    assert_text(&chunk.id, "s");
    expect_end(&on, RILL_END_DONE);
    close_bench(&on);
}

/* ---- space, got, give, close */

static void space_is_never_zero_after_more(void **state)
{
    (void)state;
    rill_chunk chunk;
    bench on;
    char input[4000] = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"";
    memset(input + strlen(input), 'x', 3000); /* the event never ends */
    for (size_t piece = 1; piece < 300; piece += 23) {
        open_bench(&on, RILL_BUFFER_MIN, &rill_chat_schema, &chunk, input);
        size_t text = 0;
        while (on.left > 0) {
            assert_true(next(&on, piece)); /* feed() looks at the space */
            if (on.item.kind != RILL_ITEM_CHAT_CHUNK)
                break;
            text += chunk.choices[0].message.content.length;
        }
        assert_true(text > 2000);
        close_bench(&on);
    }
}

static void space_may_be_asked_again(void **state)
{
    (void)state;
    rill_chunk chunk;
    bench on;
    char *first, *again;
    open_bench(&on, SIZE, &rill_chat_schema, &chunk, SAY("a"));
    assert_int_equal(rill_stream_next(&on.stream, &on.item), RILL_MORE);
    size_t space = rill_stream_space(&on.stream, &first);
    assert_int_equal(rill_stream_space(&on.stream, &again), space);
    assert_ptr_equal(first, again);
    feed(&on, 10);
    size_t less = rill_stream_space(&on.stream, &again);
    assert_int_equal(less, space - 10);
    assert_ptr_equal(again, first + 10);
    feed(&on, 10); /* two pieces before the next call */
    assert_true(next(&on, SIZE));
    assert_text(&chunk.choices[0].message.content, "a");
    close_bench(&on);
}

/* Where nothing fits any more, until the next call has read on. */
static void a_full_buffer_has_no_space(void **state)
{
    (void)state;
    rill_chunk chunk;
    bench on;
    char *place, input[SIZE + 1] = "";
    open_bench(&on, SIZE, &rill_chat_schema, &chunk, memset(input, ':', SIZE));
    on.left = rill_stream_space(&on.stream, &place);
    feed(&on, SIZE);
    assert_int_equal(rill_stream_space(&on.stream, &place), 0);
    assert_int_equal(rill_stream_next(&on.stream, &on.item), RILL_MORE);
    assert_true(rill_stream_space(&on.stream, &place) > 0);
    close_bench(&on);
}

static void nothing_got_changes_nothing(void **state)
{
    (void)state;
    rill_chunk chunk;
    bench on;
    open_bench(&on, SIZE, &rill_chat_schema, &chunk, SAY("a") DONE);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(rill_stream_next(&on.stream, &on.item), RILL_MORE);
        rill_stream_got(&on.stream, 0);
        rill_stream_give(&on.stream, NULL, 0);
    }
    assert_true(next(&on, 1));
    assert_text(&chunk.choices[0].message.content, "a");
    expect_end(&on, RILL_END_DONE);
    close_bench(&on);
}

/* Spans elsewhere and reads into the buffer may take turns. */
static void give_and_got_take_turns(void **state)
{
    (void)state;
    static const char input[] = SAY("one") "event: error\ndata: not JSON\n\n" SAY("\\ud83d\\ude00 two") DONE;
    rill_chunk chunk;
    bench on;
    for (size_t piece = 1; piece < 90; piece++) {
        char texts[64] = "";
        size_t turn = 0;
        rill_status status;
        open_bench(&on, RILL_BUFFER_MIN, &rill_chat_schema, &chunk, input);
        while ((status = rill_stream_next(&on.stream, &on.item)) != RILL_END) {
            if (status == RILL_MORE && turn++ % 2 == 0 && on.left > 0) {
                size_t length = on.left < piece ? on.left : piece;
                rill_stream_give(&on.stream, on.input, length);
                on.input += length;
                on.left -= length;
            } else if (status == RILL_MORE && on.left > 0) {
                feed(&on, piece);
            } else if (status == RILL_MORE) {
                rill_stream_close(&on.stream, RILL_PORT_CLOSED);
            } else if (on.item.kind == RILL_ITEM_CHAT_CHUNK) {
                strcat(texts, chunk.choices[0].message.content.data);
            } else if (on.item.kind == RILL_ITEM_ERROR) {
                strcat(texts, chunk.error.message.data);
            } else {
                assert_int_equal(on.item.end, RILL_END_DONE);
            }
        }
        assert_string_equal(texts, "onenot JSON\xf0\x9f\x98\x80 two");
        close_bench(&on);
    }
}

static void reuse_has_memory_of_any_size(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 0, 1, 2, 64, 999, UINT16_MAX, UINT16_MAX, UINT16_MAX + 1, 100000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        rill_chunk chunk;
        rill_reuse reuse;
        bench on;
        char *memory = malloc(sizes[i] + 1);
        assert_non_null(memory);
        open_bench(&on, SIZE, &rill_chat_schema, &chunk, SAY("a") SAY("b") SAY("c") SAY("d") DONE);
        rill_reuse_begin(&reuse, memory + i % 2, sizes[i] - (sizes[i] > 0 ? i % 2 : 0)); /* aligned or not */
        on.config.reuse = &reuse;
        assert_int_equal(rill_stream_begin(&on.stream, &on.config), RILL_OK);
        static const char *const texts[] = {"a", "b", "c", "d"};
        for (size_t j = 0; j < 4; j++) {
            assert_true(next(&on, 20));
            assert_text(&chunk.choices[0].message.content, texts[j]);
        }
        expect_end(&on, RILL_END_DONE);
        free(memory);
        close_bench(&on);
    }
}

/* What is given is not written to. */
static void given_bytes_stay_as_they_are(void **state)
{
    (void)state;
    static const char input[] =
        SAY("a \\\"quoted\\\" \\ud83d\\ude00 text") DONE; /* in memory that may not be written */
    rill_chunk chunk;
    bench on;
    open_bench(&on, RILL_BUFFER_MIN, &rill_chat_schema, &chunk, "");
    rill_stream_give(&on.stream, input, sizeof input - 1); /* after begin, without a MORE */
    assert_true(next(&on, SIZE));
    assert_text(&chunk.choices[0].message.content, "a \"quoted\" \xf0\x9f\x98\x80 text");
    const char *view = chunk.choices[0].message.content.data;
    assert_true(view > on.config.buffer && view < on.config.buffer + on.config.size);
    expect_end(&on, RILL_END_DONE);
    close_bench(&on);
}

static void close_tells_why(void **state)
{
    (void)state;
    static const rill_status reasons[] = {RILL_OK, RILL_PORT_CLOSED, RILL_PORT_RESET, RILL_PORT_STALLED,
                                          RILL_PORT_CANCELLED};
    rill_chunk chunk;
    bench on;
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        bool good = i < 2;
        open_bench(&on, SIZE, &rill_chat_schema, &chunk,
                   EVENT("{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}"));
        assert_true(next(&on, SIZE));
        assert_int_equal(rill_stream_next(&on.stream, &on.item), RILL_MORE);
        rill_stream_close(&on.stream, reasons[i]);
        rill_stream_close(&on.stream, RILL_PORT_BUS); /* the first word holds */
        assert_int_equal(rill_stream_next(&on.stream, &on.item), RILL_OK);
        assert_int_equal(on.item.kind, RILL_ITEM_END);
        assert_int_equal(on.item.end, good ? RILL_END_EOF : RILL_END_TRUNCATED);
        assert_int_equal(on.item.status, good ? RILL_OK : reasons[i]);
        close_bench(&on);
    }
}

static void done_outweighs_a_reset(void **state)
{
    (void)state;
    rill_chunk chunk;
    bench on;
    open_bench(&on, SIZE, &rill_chat_schema, &chunk, SAY("a") DONE);
    assert_true(next(&on, SIZE));
    rill_stream_close(&on.stream, RILL_PORT_RESET); /* [DONE] is in the buffer already */
    assert_int_equal(rill_stream_next(&on.stream, &on.item), RILL_OK);
    assert_int_equal(on.item.end, RILL_END_DONE);
    assert_int_equal(on.item.status, RILL_OK);
    close_bench(&on);
}

static void a_cut_response_says_so(void **state)
{
    (void)state;
    rill_chunk chunk;
    bench on;
    open_bench(&on, SIZE, &rill_chat_schema, &chunk,
               "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 1000\r\n\r\n" SAY("a"));
    assert_true(next(&on, SIZE));
    assert_true(next(&on, SIZE));
    assert_int_equal(on.item.end, RILL_END_TRUNCATED);
    assert_int_equal(on.item.status, RILL_HTTP_CUT);
    close_bench(&on);
}

/* ---- errors in a small memory */

#define FAILED "HTTP/1.1 500 Failed\r\nContent-Type: application/json\r\n\r\n"

/* Reads an input that errors are told of, in pieces: joins their messages. The end item is the last one, and of the others
 * so many are bad. */
static unsigned read_errors(bench *on, rill_chunk *chunk, size_t piece, bool give, char *joined)
{
    rill_status status;
    unsigned bad = 0;
    *joined = '\0';
    while ((status = rill_stream_next(&on->stream, &on->item)) != RILL_END) {
        if (status == RILL_MORE && on->left == 0) {
            rill_stream_close(&on->stream, RILL_PORT_CLOSED);
        } else if (status == RILL_MORE && give) {
            rill_stream_give(&on->stream, on->input, on->left);
            on->input += on->left;
            on->left = 0;
        } else if (status == RILL_MORE) {
            feed(on, piece);
        } else if (on->item.kind == RILL_ITEM_ERROR && chunk->error.message.length > 0) {
            strcat(joined, chunk->error.message.data);
        } else {
            bad += on->item.kind == RILL_ITEM_BAD;
        }
    }
    assert_int_equal(on->item.kind, RILL_ITEM_END);
    return bad;
}

/* What is no JSON is quoted in the buffer: at some length its end does not fit any more, and makes another part. */
static void a_plain_error_of_any_length(void **state)
{
    (void)state;
    rill_chunk chunk;
    bench on;
    for (size_t length = 1; length < 600; length++) {
        char input[700] = "event: error\ndata: ", joined[700], text[601] = "";
        memset(text, 'x', length);
        strcat(strcat(input, text), "\n\n");
        for (size_t piece = 1; piece < 400; piece += 57) {
            open_bench(&on, RILL_BUFFER_MIN, &rill_chat_schema, &chunk, input);
            assert_int_equal(read_errors(&on, &chunk, piece, piece == 1, joined), 0);
            assert_string_equal(joined, text);
            close_bench(&on);
        }
    }
}

/* A part of the message was handed out when the text turns out to be broken. */
static void an_error_that_breaks_off(void **state)
{
    (void)state;
    rill_chunk chunk;
    bench on;
    char message[401] = "", input[700], joined[700];
    memset(message, 'm', 400);
    snprintf(input, sizeof input, FAILED "{\"error\":{\"message\":\"%s\", oops", message);
    open_bench(&on, RILL_BUFFER_MIN, &rill_chat_schema, &chunk, input);
    assert_int_equal(read_errors(&on, &chunk, 100, false, joined), 1);
    assert_memory_equal(joined, message, 200);
    assert_int_equal(on.item.end, RILL_END_EOF);
    close_bench(&on);

    /* the same, cut off: the end tells so, and that the response had failed */
    snprintf(input, sizeof input, FAILED "{\"error\":{\"message\":\"%s", message);
    open_bench(&on, RILL_BUFFER_MIN, &rill_chat_schema, &chunk, input);
    assert_int_equal(read_errors(&on, &chunk, 100, false, joined), 0);
    assert_memory_equal(joined, message, 200);
    close_bench(&on);
}

/* A part of the error in an event stream was handed out when the stream is cut off: that error does not count, and the
 * response has failed all the same. */
static void an_error_event_that_is_cut_off(void **state)
{
    (void)state;
    rill_chunk chunk;
    bench on;
    char message[601] = "", input[900];
    memset(message, 'm', 600);
    snprintf(input, sizeof input, "HTTP/1.1 500 No\r\nContent-Type: text/event-stream\r\n\r\ndata: {\"error\":{\"message\":\"%s",
             message);
    open_bench(&on, RILL_BUFFER_MIN, &rill_chat_schema, &chunk, input);
    assert_true(next(&on, 100));
    assert_int_equal(on.item.kind, RILL_ITEM_ERROR);
    assert_int_equal(on.item.part, RILL_PART_FIRST);
    while (on.item.part != RILL_PART_WHOLE) {
        assert_int_equal(on.item.kind, RILL_ITEM_ERROR);
        assert_true(next(&on, 100));
    }
    assert_int_equal(on.item.kind, RILL_ITEM_ERROR);
    assert_null(chunk.error.message.data);
    expect_end(&on, RILL_END_TRUNCATED);
    close_bench(&on);

    /* one that had come whole does, whatever is cut off behind it */
    open_bench(&on, RILL_BUFFER_MIN, &rill_chat_schema, &chunk,
               "HTTP/1.1 500 No\r\nContent-Type: text/event-stream\r\n\r\n" EVENT("{\"error\":{\"message\":\"m\"}}")
               "data: {\"id\":\"");
    assert_true(next(&on, 100));
    assert_int_equal(on.item.kind, RILL_ITEM_ERROR);
    expect_end(&on, RILL_END_TRUNCATED);
    close_bench(&on);
}

/* ---- what the caller does wrong */

/* Kept text that the caller wrote over: no item is made of it, and the next event is a good one. */
static void a_buffer_that_was_written_to(void **state)
{
    (void)state;
    rill_chunk chunk;
    bench on;
    open_bench(&on, SIZE, &rill_chat_schema, &chunk, "");
    rill_stream_give(&on.stream, "data: {\"id\":\"half", 17);
    assert_int_equal(rill_stream_next(&on.stream, &on.item), RILL_MORE);
    memset(on.config.buffer, '}', 4);
    on.input = "\"}\n\n" SAY("a") DONE;
    on.left = strlen(on.input);
    assert_true(next(&on, SIZE));
    assert_int_equal(on.item.kind, RILL_ITEM_BAD);
    assert_int_equal(on.item.status, RILL_SCHEMA_TEXT);
    assert_true(next(&on, SIZE));
    assert_text(&chunk.choices[0].message.content, "a");
    expect_end(&on, RILL_END_DONE);
    close_bench(&on);
}

/* The same, of an event that comes in parts: the parts behind it are whole again. */
static void a_buffer_that_was_written_to_amid_parts(void **state)
{
    (void)state;
    rill_chunk chunk;
    bench on;
    char input[1000] = "data: {\"id\":\"";
    memset(input + strlen(input), 'i', 500);
    strcat(input, "\"}\n\n" SAY("a") DONE);
    memset(&chunk, 0, sizeof chunk);
    open_bench(&on, RILL_BUFFER_MIN, &rill_chat_schema, &chunk, input);
    assert_int_equal(rill_stream_next(&on.stream, &on.item), RILL_MORE);
    feed(&on, 30);
    assert_int_equal(rill_stream_next(&on.stream, &on.item), RILL_MORE);
    memset(on.config.buffer, '}', 4);
    assert_true(next(&on, 50));
    assert_int_equal(on.item.kind, RILL_ITEM_BAD);
    assert_int_equal(on.item.part, RILL_PART_WHOLE);
    assert_int_equal(on.item.status, RILL_SCHEMA_TEXT);
    do
        assert_true(next(&on, 50));
    while (chunk.choice_count == 0);
    assert_text(&chunk.choices[0].message.content, "a");
    expect_end(&on, RILL_END_DONE);
    close_bench(&on);
}

/* HTML where JSON was promised by the caller is broken JSON. */
static void a_page_in_place_of_json(void **state)
{
    (void)state;
    rill_chunk chunk;
    bench on;
    open_bench(&on, SIZE, &rill_chat_schema, &chunk, "<html>");
    on.config.body = RILL_BODY_JSON;
    assert_true(next(&on, SIZE));
    assert_int_equal(on.item.kind, RILL_ITEM_BAD);
    assert_int_equal(on.item.status, RILL_JSON_UNEXPECTED);
    expect_end(&on, RILL_END_TRUNCATED);
    close_bench(&on);
}

/* A BOM in front of a body is passed over, its beginning is none, and a NUL is not a part of it. */
static void what_is_in_front_of_a_body(void **state)
{
    (void)state;
#define ANSWER "{\"choices\":[{\"message\":{\"content\":\"a\"}}]}"
    static const struct {
        const char *text;
        size_t length; /* in front of the answer */
        bool good;
    } cases[] = {
        {"\xef\xbb\xbf" ANSWER, 3, true},       {" \n\t\r\n " ANSWER, 6, true},
        {"\n\xef\xbb\xbf" ANSWER, 4, false},    {"\xef\xbb\xbf\n " ANSWER, 5, true},
        {"\xef" ANSWER, 1, false},              {"\xef " ANSWER, 2, false},
        {"\xef\n" ANSWER, 2, false},            {"\xef\xbb" ANSWER, 2, false},
        {"\xef\xbb\t" ANSWER, 3, false},        {"\xef\xbb\r" ANSWER, 3, false},
        {":" ANSWER, 1, false},                 {"data:" ANSWER, 5, false},
        {"\n\0" ANSWER, 2, false},              {"\xef\xbb\xbf\0" ANSWER, 4, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (size_t piece = 1; piece < 50; piece++) {
            rill_chunk chunk;
            bench on;
            open_bench(&on, SIZE, &rill_chat_schema, &chunk, cases[i].text);
            on.left = cases[i].length + sizeof ANSWER - 1;
            on.config.body = RILL_BODY_JSON;
            assert_true(next(&on, piece));
            if (cases[i].good) {
                assert_text(&chunk.choices[0].message.content, "a");
                expect_end(&on, RILL_END_EOF);
            } else {
                assert_int_equal(on.item.kind, RILL_ITEM_BAD);
                assert_int_equal(on.item.status, RILL_JSON_UNEXPECTED);
                expect_end(&on, RILL_END_TRUNCATED);
            }
            close_bench(&on);
        }
#undef ANSWER
}

/* Behind a JSON body the mark of an event stream is passed over, and nothing else. */
static void what_follows_a_body(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        rill_status status; /* RILL_OK: passed over */
        uint32_t offset;
    } cases[] = {
        {"", RILL_OK, 0},          {"\n", RILL_OK, 0},
        {"\ndata: [DONE]\n\n", RILL_OK, 0}, {"data:", RILL_OK, 0},
        {"x", RILL_JSON_TRAILING, 0},     {"dx", RILL_JSON_TRAILING, 1},
        {"datax", RILL_JSON_TRAILING, 4}, {"\ndata [DONE]", RILL_JSON_TRAILING, 5},
        {"{}", RILL_SSE_FORMAT, 0},
    };
    static const char body[] = "\n{\"choices\":[{\"message\":{\"content\":\"a\"}}]}";
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (size_t piece = 1; piece < 70; piece++) {
            rill_chunk chunk;
            bench on;
            char input[200];
            strcat(strcpy(input, body), cases[i].text);
            open_bench(&on, SIZE, &rill_chat_schema, &chunk, input);
            if (cases[i].status != RILL_OK) {
                assert_true(next(&on, piece));
                assert_int_equal(on.item.kind, RILL_ITEM_BAD);
                assert_int_equal(on.item.status, cases[i].status);
                assert_int_equal(on.item.offset, sizeof body - 1 + cases[i].offset);
                expect_end(&on, RILL_END_TRUNCATED);
            } else {
                assert_true(next(&on, piece));
                assert_text(&chunk.choices[0].message.content, "a");
                expect_end(&on, RILL_END_EOF);
            }
            close_bench(&on);
        }
}

static void expect_error(bench *on, const rill_chunk *chunk, size_t piece, const char *message)
{
    assert_true(next(on, piece));
    assert_int_equal(on->item.kind, RILL_ITEM_ERROR);
    assert_int_equal(on->item.part, RILL_PART_WHOLE);
    assert_text(&chunk->error.message, message);
}

/* A plain text grows as it is made a string: the bytes behind it, which are not read yet, must make room. */
static void what_lies_behind_a_text_that_grows(void **state)
{
    (void)state;
    for (int controls = 0; controls < 12; controls++)
        for (int quotes = 0; quotes < 24; quotes++) {
            rill_chunk chunk;
            bench on;
            char message[40] = "m", input[400];
            memset(message + 1, 1, (size_t)controls);
            memset(message + 1 + controls, '"', (size_t)quotes);
            sprintf(input, "event: error\ndata: %s\n\n" SAY("a") DONE, message);
            open_bench(&on, SIZE, &rill_chat_schema, &chunk, input);
            expect_error(&on, &chunk, SIZE, message);
            assert_true(next(&on, SIZE));
            assert_text(&chunk.choices[0].message.content, "a");
            expect_end(&on, RILL_END_DONE);
            close_bench(&on);
        }
}

/* What an error event's data is, is known when it has come; then it is read where it lies, so that it comes whole. */
static void an_error_that_fills_the_smallest_memory(void **state)
{
    (void)state;
    rill_chunk chunk;
    bench on;
    char message[181] = "", input[400];
    memset(message, 'm', 180);
    sprintf(input, "event: error\ndata: %s\n\n" DONE, message);
    open_bench(&on, RILL_BUFFER_MIN, &rill_chat_schema, &chunk, input);
    expect_error(&on, &chunk, SIZE, message);
    expect_end(&on, RILL_END_DONE);
    close_bench(&on);
}

/* A plain text is looked at as a string is: no byte above 127 stands alone in UTF-8. */
static void every_byte_in_a_plain_error(void **state)
{
    (void)state;
    for (int byte = 1; byte < 256; byte++) {
        rill_chunk chunk;
        bench on;
        char message[] = "a?b", input[100];
        if (byte == '\n' || byte == '\r')
            continue;
        message[1] = (char)byte;
        sprintf(input, "event: error\ndata: %s\n\n" DONE, message);
        open_bench(&on, SIZE, &rill_chat_schema, &chunk, input);
        expect_error(&on, &chunk, SIZE, message);
        assert_int_equal(on.item.flags, byte > 127 ? RILL_ITEM_UTF8 : 0);
        expect_end(&on, RILL_END_DONE);
        close_bench(&on);
    }
}

/* Too long to be held, it is judged by its beginning. */
static void a_long_error_that_begins_like_json(void **state)
{
    (void)state;
    static const char begin[] = "{out of memory at ";
    for (size_t piece = 1; piece < 400; piece += 13) {
        rill_chunk chunk;
        bench on;
        char message[301] = "", input[400];
        memset(message, 'm', 300);
        memcpy(message, begin, sizeof begin - 1);
        sprintf(input, "event: error\ndata: %s\n\n" DONE, message);
        open_bench(&on, SIZE, &rill_chat_schema, &chunk, input);
        expect_error(&on, &chunk, piece, message);
        expect_end(&on, RILL_END_DONE);
        close_bench(&on);
    }
}

/* So long may an error be that begins like an object and breaks at its end (design.md). */
static void an_error_that_is_held(void **state)
{
    (void)state;
    enum { MOST = 192 };
    for (size_t length = MOST - 2; length <= MOST + 2; length++)
        for (size_t piece = 1; piece < 400; piece += 57) {
            rill_chunk chunk;
            bench on;
            char message[MOST + 3] = "", input[400];
            memset(message, 'm', length);
            memcpy(message, "{\"a\":\"", 6);
            sprintf(input, "event: error\ndata: %s\n\n" DONE, message);
            open_bench(&on, SIZE, &rill_chat_schema, &chunk, input);
            if (length <= MOST) {
                expect_error(&on, &chunk, piece, message);
            } else {
                assert_true(next(&on, piece));
                assert_int_equal(on.item.kind, RILL_ITEM_BAD);
            }
            expect_end(&on, RILL_END_DONE);
            close_bench(&on);
        }
}

/* All of the buffer but for its reserve, in front of the stream and between two events. */
static void the_space_for_reading(void **state)
{
    (void)state;
    rill_chunk chunk;
    bench on;
    char *place;
    open_bench(&on, SIZE, &rill_chat_schema, &chunk, SAY("a"));
    assert_int_equal(rill_stream_space(&on.stream, &place), SIZE - RILL_RESERVE);
    assert_true(next(&on, SIZE));
    assert_int_equal(rill_stream_next(&on.stream, &on.item), RILL_MORE);
    assert_int_equal(rill_stream_space(&on.stream, &place), SIZE - RILL_RESERVE);
    close_bench(&on);
}

/* Of data the blanks in front are none of the JSON, nor of a text that is an error's message. */
static void blanks_in_front_of_data(void **state)
{
    (void)state;
    static const struct {
        const char *input;
        rill_item_kind kind;
    } events[] = {
        {"data: \t  {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}", RILL_ITEM_CHAT_CHUNK},
        {"data:\ndata:  {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}", RILL_ITEM_CHAT_CHUNK},
        {"event: error\ndata: \t  out of memory", RILL_ITEM_ERROR},
        {"error: \t  out of memory", RILL_ITEM_ERROR},
    };
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++)
        for (size_t piece = 1; piece < 100; piece++) {
            rill_chunk chunk;
            bench on;
            char input[200];
            strcat(strcpy(input, events[i].input), "\n\n" DONE);
            open_bench(&on, SIZE, &rill_chat_schema, &chunk, input);
            assert_true(next(&on, piece));
            assert_int_equal(on.item.kind, events[i].kind);
            if (on.item.kind == RILL_ITEM_ERROR)
                assert_text(&chunk.error.message, "out of memory");
            else
                assert_text(&chunk.choices[0].message.content, "a");
            expect_end(&on, RILL_END_DONE);
            close_bench(&on);
        }
}

/* ---- next */

static void next_after_the_end_stays_at_the_end(void **state)
{
    (void)state;
    rill_chunk chunk;
    bench on;
    open_bench(&on, SIZE, &rill_chat_schema, &chunk, DONE);
    expect_end(&on, RILL_END_DONE);
    for (int i = 0; i < 3; i++)
        assert_int_equal(rill_stream_next(&on.stream, &on.item), RILL_END);
    rill_stream_close(&on.stream, RILL_PORT_CLOSED);
    assert_int_equal(rill_stream_next(&on.stream, &on.item), RILL_END);
    close_bench(&on);
}

/* An answer that is done needs no close: the end item comes by itself. */
static void done_needs_no_close(void **state)
{
    (void)state;
    rill_chunk chunk;
    bench on;
    open_bench(&on, SIZE, &rill_chat_schema, &chunk, SAY("a") DONE SAY("late"));
    assert_int_equal(rill_stream_next(&on.stream, &on.item), RILL_MORE);
    feed(&on, SIZE);
    assert_int_equal(rill_stream_next(&on.stream, &on.item), RILL_OK);
    assert_int_equal(rill_stream_next(&on.stream, &on.item), RILL_OK);
    assert_int_equal(on.item.kind, RILL_ITEM_END);
    assert_int_equal(rill_stream_next(&on.stream, &on.item), RILL_END);
    close_bench(&on);
}

/* A response whose length is known ends by itself, too. */
static void a_complete_response_needs_no_close(void **state)
{
    (void)state;
    rill_chunk chunk;
    bench on;
    open_bench(&on, SIZE, &rill_chat_schema, &chunk,
               "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n{\"choices\":[]}");
    assert_int_equal(rill_stream_next(&on.stream, &on.item), RILL_MORE);
    feed(&on, SIZE);
    assert_int_equal(rill_stream_next(&on.stream, &on.item), RILL_OK);
    assert_int_equal(on.item.kind, RILL_ITEM_CHAT_CHUNK);
    assert_int_equal(rill_stream_next(&on.stream, &on.item), RILL_OK);
    assert_int_equal(on.item.end, RILL_END_EOF);
    close_bench(&on);
}

/* The state and its buffer are plain data: a copy goes on where the first one stood. */
static void state_may_be_saved_and_restored(void **state)
{
    (void)state;
    static const char input[] =
        SAY("first") SAY("second, longer than the first, with \\ud83d\\ude00") "event: error\ndata: no JSON\n\n" DONE;
    rill_chunk chunk;
    bench on;
    for (size_t stop = 0; stop < sizeof input - 1; stop++) {
        char texts[256] = "", copy[RILL_BUFFER_MIN];
        rill_stream saved;
        open_bench(&on, RILL_BUFFER_MIN, &rill_chat_schema, &chunk, input);
        size_t fed = 0;
        for (rill_status status; (status = rill_stream_next(&on.stream, &on.item)) != RILL_END;) {
            if (status == RILL_OK && on.item.kind == RILL_ITEM_CHAT_CHUNK &&
                chunk.choices[0].message.content.data != NULL)
                strcat(texts, chunk.choices[0].message.content.data);
            else if (status == RILL_OK && on.item.kind == RILL_ITEM_ERROR)
                strcat(texts, chunk.error.message.data);
            if (status != RILL_MORE)
                continue;
            if (fed++ == stop) {
                memcpy(copy, on.config.buffer, sizeof copy);
                memcpy(&saved, &on.stream, sizeof saved);
                memset(on.config.buffer, 0xee, sizeof copy);
                memset(&on.stream, 0xee, sizeof on.stream);
                memcpy(on.config.buffer, copy, sizeof copy);
                memcpy(&on.stream, &saved, sizeof saved);
            }
            feed(&on, 1);
        }
        assert_string_equal(texts, "firstsecond, longer than the first, with \xf0\x9f\x98\x80no JSON");
        close_bench(&on);
    }
}

/* ---- what an item says */

static void views_end_with_a_nul(void **state)
{
    (void)state;
    rill_chunk chunk;
    bench on;
    open_bench(
        &on, SIZE, &rill_chat_schema, &chunk,
        EVENT("{\"id\":\"i\",\"object\":\"chat.completion.chunk\",\"model\":\"\",\"choices\":[{\"index\":0,\"delta\":{"
              "\"role\":\"assistant\",\"content\":\"a\\u0000b\",\"tool_calls\":[{\"function\":{\"name\":\"f\","
              "\"arguments\":{\"x\":[1]}}}]},\"finish_reason\":\"stop\"}]}") DONE);
    assert_true(next(&on, SIZE));
    const rill_choice *choice = &chunk.choices[0];
    assert_text(&chunk.id, "i");
    assert_text(&chunk.model, "");
    assert_string_equal(chunk.object.data, "chat.completion.chunk");
    assert_string_equal(choice->message.role.data, "assistant");
    assert_string_equal(choice->finish_reason.data, "stop");
    assert_int_equal(choice->message.content.length, 3);
    assert_memory_equal(choice->message.content.data, "a\0b", 4);
    assert_text(&choice->message.tool_calls[0].name, "f");
    assert_text(&choice->message.tool_calls[0].arguments, "{\"x\":[1]}");
    assert_int_equal(choice->message.role.value, RILL_ROLE_ASSISTANT);
    assert_int_equal(choice->finish_reason.value, RILL_FINISH_STOP);
    assert_int_equal(chunk.object.value, RILL_OBJECT_CHAT_CHUNK);
    close_bench(&on);
}

static void presence_and_null(void **state)
{
    (void)state;
    rill_chunk chunk;
    bench on;
    memset(&chunk, 0xa5, sizeof chunk);
    open_bench(
        &on, SIZE, &rill_chat_schema, &chunk,
        EVENT(
            "{\"id\":null,\"created\":0,\"choices\":[{\"delta\":{\"content\":null,\"role\":\"\"},\"logprobs\":null}]}")
            EVENT("{\"created\":\"no date\",\"choices\":[{\"delta\":{\"content\":\"\"}}]}") DONE);
    assert_true(next(&on, SIZE));
    const rill_choice *choice = &chunk.choices[0];
    assert_true(rill_is_null(&chunk.header, RILL_CHUNK_ID) && !rill_has(&chunk.header, RILL_CHUNK_ID));
    assert_null(chunk.id.data);
    assert_true(rill_has(&chunk.header, RILL_CHUNK_CREATED) && !rill_is_null(&chunk.header, RILL_CHUNK_CREATED));
    assert_int_equal(chunk.created, 0);
    assert_false(rill_has(&chunk.header, RILL_CHUNK_MODEL) || rill_is_null(&chunk.header, RILL_CHUNK_MODEL));
    assert_null(chunk.model.data);
    assert_int_equal(chunk.choice_count, 1);
    assert_false(rill_has(&choice->element.header, RILL_CHOICE_INDEX));
    assert_true(rill_is_null(&choice->message.header, RILL_MESSAGE_CONTENT));
    assert_null(choice->message.content.data);
    assert_true(rill_has(&choice->message.header, RILL_MESSAGE_ROLE));
    assert_int_equal(choice->message.role.length, 0);
    assert_true(rill_is_null(&choice->element.header, RILL_CHOICE_LOGPROBS));
    assert_true(next(&on, SIZE)); /* nothing of the event before is left */
    assert_false(rill_has(&chunk.header, RILL_CHUNK_ID) || rill_is_null(&chunk.header, RILL_CHUNK_ID));
    assert_false(rill_has(&chunk.header, RILL_CHUNK_CREATED) || rill_is_null(&chunk.header, RILL_CHUNK_CREATED));
    assert_true(rill_has(&choice->message.header, RILL_MESSAGE_CONTENT));
    assert_text(&choice->message.content, "");
    assert_false(rill_has(&choice->message.header, RILL_MESSAGE_ROLE));
    close_bench(&on);
}

/* A number, an enum's value and a presence bit last until the event's last part; a view belongs to its part. */
static void what_lasts_over_parts(void **state)
{
    (void)state;
    char input[2000] =
        "data: {\"id\":\"lasting\",\"created\":77,\"choices\":[{\"index\":5,\"finish_reason\":\"stop\",\"delta\":{"
        "\"role\":\"assistant\",\"content\":\"";
    memset(input + strlen(input), 'x', 1000);
    strcat(input, "\"}}]}\n\n" DONE);
    rill_chunk chunk;
    bench on;
    open_bench(&on, RILL_BUFFER_MIN, &rill_chat_schema, &chunk, input);
    unsigned parts = 0;
    size_t length = 0;
    do {
        assert_true(next(&on, SIZE));
        const rill_choice *choice = &chunk.choices[0];
        assert_int_equal(on.item.kind, RILL_ITEM_CHAT_CHUNK);
        if (parts++ == 0) {
            assert_int_equal(on.item.part, RILL_PART_FIRST);
            assert_text(&chunk.id, "lasting");
        } else {
            assert_null(chunk.id.data);
            assert_int_equal(chunk.id.length, 0);
            assert_null(choice->message.role.data);
        }
        assert_true(rill_has(&chunk.header, RILL_CHUNK_ID));
        assert_int_equal(chunk.created, 77);
        assert_int_equal(chunk.choice_count, 1);
        assert_int_equal(choice->element.at, 0);
        assert_int_equal(choice->element.index, 5);
        assert_int_equal(choice->finish_reason.value, RILL_FINISH_STOP);
        assert_int_equal(choice->message.role.value, RILL_ROLE_ASSISTANT);
        length += choice->message.content.length;
    } while (on.item.part != RILL_PART_LAST);
    assert_true(parts > 3);
    assert_int_equal(length, 1000);
    expect_end(&on, RILL_END_DONE);
    close_bench(&on);
}

/* One fits into the smallest buffer, and no second one. */
#define WORD "a-word-that-fits-once-into-the-smallest-buffer-and-not-a-second-time-so-that-of-two-words-one-has-to-wait-for-it"

static void take_word(void *count, const char *path, struct_fact fact, const char *bytes, size_t length)
{
    (void)path;
    if (fact != STRUCT_TEXT || bytes == NULL)
        return;
    assert_int_equal(length, strlen(WORD));
    assert_memory_equal(bytes, WORD, length);
    ++*(unsigned *)count;
}

static unsigned words_in(const rill_schema *schema, void *target, const char *input, bool error, size_t size)
{
    bench on;
    unsigned seen = 0;
    open_bench(&on, size, schema, target, input);
    while (next(&on, SIZE) && on.item.kind != RILL_ITEM_END)
        struct_walk(schema, target, error, take_word, &seen);
    close_bench(&on);
    return seen;
}

/* Only texts are cut: an id, a name, a code is one whole, in some part. */
static void strings_come_whole(void **state)
{
    static const char answer[] = EVENT(
        "{\"id\":\"" WORD "\",\"model\":\"" WORD "\",\"system_fingerprint\":\"" WORD "\",\"service_tier\":\"" WORD "\","
        "\"signature\":\"" WORD "\",\"response_hash\":\"" WORD "\",\"choices\":[{\"native_finish_reason\":\"" WORD "\","
        "\"stop_reason\":\"" WORD "\",\"delta\":{\"name\":\"" WORD "\",\"tool_call_id\":\"" WORD "\","
        "\"function_call\":{\"name\":\"" WORD "\"},\"audio\":{\"id\":\"" WORD "\"},\"tool_calls\":[{\"id\":\"" WORD "\","
        "\"function\":{\"name\":\"" WORD "\"},\"custom\":{\"name\":\"" WORD "\"}}]},"
        "\"logprobs\":{\"content\":[{\"token\":\"" WORD "\",\"top_logprobs\":[{\"token\":\"" WORD "\"}]}]}}]}");
    static const char error[] = EVENT("{\"error\":{\"message\":\"" WORD "\",\"type\":\"" WORD "\",\"param\":\"" WORD "\","
                                      "\"code\":\"" WORD "\"}}");
    static const char flat[] = EVENT("{\"error\":\"" WORD "\",\"type\":\"" WORD "\",\"param\":\"" WORD "\","
                                     "\"code\":\"" WORD "\"}");
    static const struct {
        const char *input;
        bool error;
    } cases[] = {{answer, false}, {error, true}, {flat, true}};
    rill_chunk chunk;
    rill_lean_chunk lean;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        unsigned words = words_in(&rill_chat_schema, &chunk, cases[i].input, cases[i].error, 4096);
        unsigned few = words_in(&rill_lean_schema, &lean, cases[i].input, cases[i].error, 4096);
        assert_true(words > few && few >= 2);
        for (size_t size = RILL_BUFFER_MIN; size < 512; size++) {
            assert_int_equal(words_in(&rill_chat_schema, &chunk, cases[i].input, cases[i].error, size), words);
            assert_int_equal(words_in(&rill_lean_schema, &lean, cases[i].input, cases[i].error, size), few);
        }
    }
}

static void flag_utf8(void **state)
{
    (void)state;
    rill_chunk chunk;
    bench on;
    open_bench(&on, SIZE, &rill_chat_schema, &chunk,
               SAY("good \xc3\xa9") SAY("bad \xff") EVENT("{\"choices\":[],\"unwanted\":\"\xff\"}")
                   EVENT("{\"id\":\"\xff\"broken") SAY("good again") DONE);
    static const uint8_t flags[] = {0, RILL_ITEM_UTF8, 0, 0, 0};
    for (size_t i = 0; i < sizeof flags; i++) {
        assert_true(next(&on, SIZE));
        assert_int_equal(on.item.flags, flags[i]);
    }
    expect_end(&on, RILL_END_DONE);
    close_bench(&on);
}

/* Only the part that holds the invalid bytes is flagged. */
static void flag_utf8_of_a_part(void **state)
{
    (void)state;
    char input[3000] = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"";
    memset(input + strlen(input), 'x', 1000);
    strcat(input, "\xe2\x82");
    memset(input + strlen(input), 'y', 1000);
    strcat(input, "\"}}]}\n\n");
    rill_chunk chunk;
    bench on;
    open_bench(&on, RILL_BUFFER_MIN, &rill_chat_schema, &chunk, input);
    unsigned flagged = 0;
    do {
        assert_true(next(&on, SIZE));
        const rill_text *content = &chunk.choices[0].message.content;
        bool invalid = content->length > 0 && memchr(content->data, 0x82, content->length) != NULL;
        assert_int_equal((on.item.flags & RILL_ITEM_UTF8) != 0, invalid);
        flagged += invalid;
    } while (on.item.part != RILL_PART_LAST);
    assert_int_equal(flagged, 1);
    close_bench(&on);
}

static void flag_pending(void **state)
{
    (void)state;
    rill_chunk chunk;
    bench on;
    open_bench(&on, SIZE, &rill_chat_schema, &chunk, SAY("a") "data: {\"choices\":[]}");
    assert_true(next(&on, SIZE));
    assert_int_equal(on.item.flags, 0);
    assert_true(next(&on, SIZE));
    assert_int_equal(on.item.kind, RILL_ITEM_CHAT_CHUNK);
    assert_int_equal(on.item.flags, RILL_ITEM_PENDING);
    assert_true(next(&on, SIZE));
    assert_int_equal(on.item.flags, 0);
    close_bench(&on);
    open_bench(&on, SIZE, &rill_chat_schema, &chunk, "data: [{\"choices\":[]},{\"choices\":[]}]");
    assert_true(next(&on, SIZE));
    assert_int_equal(on.item.part, RILL_PART_FIRST);
    assert_true(next(&on, SIZE));
    assert_int_equal(on.item.part, RILL_PART_LAST);
    assert_int_equal(on.item.flags, RILL_ITEM_PENDING | RILL_ITEM_NEXT);
    close_bench(&on);
}

#define LONG "025012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"

/* Each object of an array but the first begins with a part that says so, whatever comes before and between, in every memory. */
static void flag_next(void **state)
{
    static const char *const texts[] = {"a", "", "one that is longer", LONG LONG}; /* the last: an object is cut between its members */
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        for (size_t size = RILL_BUFFER_MIN; size < 700; size++) {
            char input[5100];
            rill_chunk chunk;
            bench on;
            unsigned begun = 0, parts = 0;
            sprintf(input, "data: [{\"id\":\"%s\",\"choices\":[{\"index\":1,\"delta\":{\"content\":\"%s\"}}]},7,"
                    "{\"id\":\"%s\",\"choices\":[{\"index\":2,\"delta\":{\"content\":\"%s\"}},{\"index\":2}]},[],"
                    "{\"id\":\"%s\",\"choices\":[{\"index\":3,\"delta\":{\"content\":\"%s\"}}]}]\n\n" SAY("x"),
                    texts[i], texts[i], texts[i], texts[i], texts[i], texts[i]);
            open_bench(&on, size, &rill_chat_schema, &chunk, input);
            do {
                assert_true(next(&on, SIZE));
                assert_int_equal(on.item.kind, RILL_ITEM_CHAT_CHUNK);
                assert_int_equal(on.item.flags & ~RILL_ITEM_NEXT, 0);
                assert_int_equal(on.item.end, RILL_END_NONE);
                assert_int_equal(on.item.status, RILL_OK);
                assert_int_equal(on.item.offset, 0);
                begun += parts == 0 || on.item.flags != 0;
                assert_int_equal(on.item.part, parts++ == 0 ? RILL_PART_FIRST : on.item.part);
                if (chunk.choice_count > 0 && chunk.choices[0].message.content.length > 0)
                    assert_int_equal(chunk.choices[0].element.index, begun);
            } while (on.item.part != RILL_PART_LAST);
            assert_int_equal(begun, 3);
            assert_true(next(&on, SIZE));
            assert_int_equal(on.item.part, RILL_PART_WHOLE);
            assert_int_equal(on.item.flags, 0);
            close_bench(&on);
        }
}

/* The name of an event is an error's by all of its letters, whatever stood in its place before. */
static void an_event_named_error(void **state)
{
    rill_chunk chunk;
    bench on;
    (void)state;
    open_bench(&on, SIZE, &rill_chat_schema, &chunk,
               "event: errors are told\ndata: {\"id\":\"x\"}\n\nevent: error\ndata: {\"id\":\"x\"}\n\n"
               "event: erroR\ndata: {\"id\":\"x\"}\n\nevent: terror\ndata: {\"id\":\"x\"}\n\n" DONE);
    assert_true(next(&on, SIZE));
    assert_int_equal(on.item.kind, RILL_ITEM_ERROR);
    assert_true(next(&on, SIZE));
    assert_int_equal(on.item.kind, RILL_ITEM_END);
    close_bench(&on);
}

/* `object` alone makes an answer of ours; one that is not is never one, whatever else it has, in one part or in many. */
static void an_event_by_its_object(void **state)
{
    static const struct {
        const char *event;
        int kind; /* -1: none */
    } cases[] = {
        {EVENT("{\"object\":\"chat.completion.chunk\",\"id\":\"x\"}"), RILL_ITEM_CHAT_CHUNK},
        {EVENT("{\"object\":\"chat.completion\",\"id\":\"x\"}"), RILL_ITEM_CHAT_COMPLETION},
        {EVENT("{\"object\":\"text_completion\",\"id\":\"x\"}"), RILL_ITEM_TEXT_COMPLETION},
        {EVENT("{\"object\":\"thing\",\"id\":\"x\",\"usage\":{\"prompt_tokens\":1,\"total_tokens\":2}}"), -1},
        {EVENT("{\"object\":\"thing\",\"id\":\"" LONG "\",\"model\":\"" LONG "\",\"system_fingerprint\":\"" LONG "\"}"), -1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rill_chunk chunk;
        bench on;
        open_bench(&on, RILL_BUFFER_MIN, &rill_chat_schema, &chunk, cases[i].event);
        assert_true(next(&on, SIZE));
        assert_int_equal(on.item.kind, cases[i].kind >= 0 ? cases[i].kind : (int)RILL_ITEM_END);
        close_bench(&on);
    }
}

/* Of an error's parts those between the first and the last come only with something of the error. */
static void parts_beside_an_error(void **state)
{
    static const char input[] = EVENT("{\"error\":{\"code\":7,\"message\":\"m\"},\"id\":\"" LONG "\",\"model\":\"" LONG "\",\"object\":\""
                                      LONG "\",\"system_fingerprint\":\"" LONG "\",\"service_tier\":\"" LONG "\"}") DONE;
    rill_chunk chunk;
    bench on;
    (void)state;
    open_bench(&on, RILL_BUFFER_MIN, &rill_chat_schema, &chunk, input);
    assert_true(next(&on, SIZE));
    assert_int_equal(on.item.kind, RILL_ITEM_ERROR);
    assert_int_equal(on.item.part, RILL_PART_FIRST);
    assert_text(&chunk.error.message, "m");
    assert_true(next(&on, SIZE));
    assert_int_equal(on.item.kind, RILL_ITEM_ERROR);
    assert_int_equal(on.item.part, RILL_PART_LAST);
    expect_end(&on, RILL_END_DONE);
    close_bench(&on);
}

static void flag_id_and_pending(void **state)
{
    rill_chunk chunk;
    bench on;
    (void)state;
    open_bench(&on, SIZE, &rill_chat_schema, &chunk, "id: an id that is longer than its field can hold\ndata: {\"choices\":[]}");
    assert_true(next(&on, SIZE));
    assert_int_equal(on.item.flags, RILL_ITEM_ID | RILL_ITEM_PENDING);
    close_bench(&on);
}

static void flag_id(void **state)
{
    (void)state;
    rill_chunk chunk;
    bench on;
    open_bench(&on, SIZE, &rill_chat_schema, &chunk,
               "id: short\n" SAY("a") "id: an id that is longer than its field can hold\n" SAY("b") SAY("c") DONE);
    assert_true(next(&on, SIZE));
    assert_int_equal(on.item.flags, 0);
    assert_int_equal(on.stream.sse.id_length, 5);
    assert_memory_equal(on.stream.sse.id, "short", 5);
    assert_true(next(&on, SIZE));
    assert_int_equal(on.item.flags, RILL_ITEM_ID);
    assert_int_equal(on.stream.sse.id_length, 0);
    assert_true(next(&on, SIZE));
    assert_int_equal(on.item.flags, 0);
    close_bench(&on);
}

/* An event that breaks costs itself alone: what one without a hint of its kind is, the last good one says, in every memory. */
static void a_broken_event_changes_no_kind(void **state)
{
    (void)state;
    static const size_t sizes[] = {RILL_BUFFER_MIN, 4 * SIZE};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        rill_chunk chunk;
        bench on;
        char input[1500];
        sprintf(input, EVENT("{\"choices\":[{\"text\":\"a\"}]}") EVENT("{\"choices\":[{\"delta\":{\"content\":\"%0600d\"x")
                EVENT("{\"choices\":null}") DONE, 0);
        open_bench(&on, sizes[i], &rill_chat_schema, &chunk, input);
        assert_true(next(&on, SIZE));
        assert_int_equal(on.item.kind, RILL_ITEM_TEXT_COMPLETION);
        do
            assert_true(next(&on, SIZE));
        while (on.item.kind == RILL_ITEM_CHAT_CHUNK);
        assert_int_equal(on.item.kind, RILL_ITEM_BAD);
        assert_true(next(&on, SIZE));
        assert_int_equal(on.item.kind, RILL_ITEM_TEXT_COMPLETION);
        expect_end(&on, RILL_END_DONE);
        close_bench(&on);
    }
}

/* The flag is one of several: the framing goes on, and so does the reading inside the buffer. */
static void flag_id_of_a_framed_stream(void **state)
{
    (void)state;
    static const char body[] = "id: an id that is longer than its field can hold\n" SAY("a") SAY("b") DONE;
    for (size_t piece = 1; piece < 300; piece += 7) {
        rill_chunk chunk;
        bench on;
        char input[800];
        size_t half = sizeof body / 2;
        sprintf(input, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%zx\r\n%.*s\r\n%zx\r\n%s\r\n0\r\n\r\n", half,
                (int)half, body, sizeof body - 1 - half, body + half);
        open_bench(&on, RILL_BUFFER_MIN, &rill_chat_schema, &chunk, input);
        assert_true(next(&on, piece));
        assert_int_equal(on.item.flags, RILL_ITEM_ID);
        assert_text(&chunk.choices[0].message.content, "a");
        assert_true(next(&on, piece));
        assert_int_equal(on.item.flags, 0);
        assert_text(&chunk.choices[0].message.content, "b");
        expect_end(&on, RILL_END_DONE);
        close_bench(&on);
    }
}

/* A response has failed from status 400 on: then a plain body is an error. */
static void failed_from_400_on(void **state)
{
    (void)state;
    static const char *const inputs[] = {"HTTP/1.1 399 X\r\n\r\n{oops}", "HTTP/1.1 400 X\r\n\r\n{oops}"};
    static const rill_item_kind kinds[] = {RILL_ITEM_BAD, RILL_ITEM_ERROR};
    for (size_t i = 0; i < 2; i++) {
        rill_chunk chunk;
        bench on;
        open_bench(&on, SIZE, &rill_chat_schema, &chunk, inputs[i]);
        assert_true(next(&on, SIZE));
        assert_int_equal(on.item.kind, kinds[i]);
        close_bench(&on);
    }
}

/* What stands behind its text costs a failed response nothing of it: it is no answer, which could be wrong. */
static void failed_with_something_behind(void **state)
{
    (void)state;
    static const struct {
        const char *before, *behind;
    } cases[] = {
        {"{\"error\":{\"message\":\"", "\"}} x"}, {"{\"message\":\"", "\"}\n{}"},     {"{\"error\":\"", "\"},"},
        {"{\"detail\":\"", "\"}dax"},              {"[{\"error\":{\"message\":\"", "\"}}]]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (int length = 0; length < 400; length += 133)
            for (size_t size = RILL_BUFFER_MIN; size <= SIZE; size += SIZE - RILL_BUFFER_MIN) {
                rill_chunk chunk;
                bench on;
                char message[401] = "", joined[401] = "", input[600];
                memset(message, 'm', (size_t)length);
                sprintf(input, "HTTP/1.1 400 X\r\n\r\n%s%s%s", cases[i].before, message, cases[i].behind);
                open_bench(&on, size, &rill_chat_schema, &chunk, input);
                do {
                    assert_true(next(&on, 7));
                    assert_int_equal(on.item.kind, RILL_ITEM_ERROR);
                    strncat(joined, chunk.error.message.data, chunk.error.message.length);
                } while (on.item.part == RILL_PART_FIRST || on.item.part == RILL_PART_MIDDLE);
                assert_string_equal(joined, message);
                expect_end(&on, RILL_END_EOF);
                close_bench(&on);
            }
}

/* Of an event that was begun nothing counts any more, and no item says that it may come yet. */
static void broken_framing_amid_an_event(void **state)
{
    (void)state;
    rill_chunk chunk;
    bench on;
    open_bench(&on, SIZE, &rill_chat_schema, &chunk,
               "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\ndata: \r\nx");
    assert_true(next(&on, SIZE));
    assert_int_equal(on.item.kind, RILL_ITEM_BAD);
    assert_int_equal(on.item.status, RILL_HTTP_CHUNK);
    assert_int_equal(on.item.flags, 0);
    expect_end(&on, RILL_END_TRUNCATED);
    close_bench(&on);
}

/* A string that is no text is cut only when it alone exceeds the buffer, and each of its parts says so. */
static void flag_cut(void **state)
{
    (void)state;
    char input[2000] = "data: {\"model\":\"", joined[1200] = "";
    memset(input + strlen(input), 'm', 1000);
    strcat(input, "\",\"id\":\"whole\",\"choices\":[]}\n\n");
    rill_chunk chunk;
    bench on;
    open_bench(&on, RILL_BUFFER_MIN, &rill_chat_schema, &chunk, input);
    bool id = false;
    do {
        assert_true(next(&on, SIZE));
        if (chunk.model.data != NULL)
            strcat(joined, chunk.model.data);
        assert_int_equal((on.item.flags & RILL_ITEM_CUT) != 0, chunk.model.data != NULL);
        if (chunk.id.data != NULL) {
            assert_text(&chunk.id, "whole");
            id = true;
        }
    } while (on.item.part != RILL_PART_LAST);
    assert_int_equal(strlen(joined), 1000);
    assert_true(id);
    close_bench(&on);
}

/* Of a word that is cut no piece is a word of the list, whatever it looks like. */
static void pieces_of_a_word(void **state)
{
    (void)state;
    for (size_t size = RILL_BUFFER_MIN; size < 400; size++) {
        rill_chunk chunk;
        bench on;
        char input[1000] = "data: {\"choices\":[{\"finish_reason\":\"xxxxxx";
        input[strlen(input) - size / 4 % 7] = '\0'; /* so that the cuts come at other places */
        for (unsigned i = 0; i < 100; i++)
            strcat(input, "stop");
        strcat(input, "\"}]}\n\n");
        open_bench(&on, size, &rill_chat_schema, &chunk, input);
        do {
            assert_true(next(&on, SIZE));
            assert_int_equal(chunk.choices[0].finish_reason.value, RILL_FINISH_OTHER);
        } while (on.item.part != RILL_PART_LAST);
        close_bench(&on);
    }
}

/* TGI's way. */
static void an_object_is_the_first_of_its_array(void **state)
{
    static const char input[] = EVENT("{\"choices\":[{\"delta\":{\"tool_calls\":{\"id\":\"a\"}}}]}");
    rill_chunk chunk;
    bench on;
    (void)state;
    open_bench(&on, SIZE, &rill_chat_schema, &chunk, input);
    assert_true(next(&on, SIZE));
    assert_int_equal(chunk.choices[0].message.tool_call_count, 1);
    assert_int_equal(chunk.choices[0].message.tool_calls[0].element.at, 0);
    assert_int_equal(chunk.choices[0].message.tool_calls[0].element.index, 0);
    close_bench(&on);
}

static void bad_tells_status_and_offset(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        rill_status status;
        uint32_t offset; /* in the JSON text */
    } cases[] = {
        {"{\"id\":,", RILL_JSON_UNEXPECTED, 6},     {"{\"id\":nul}", RILL_JSON_LITERAL, 9},
        {"{\"created\":1.}", RILL_JSON_NUMBER, 13}, {"{\"id\":\"\\q\"}", RILL_JSON_ESCAPE, 8},
        {"{\"id\":\"\t\"}", RILL_JSON_CONTROL, 7},  {"{} {}", RILL_JSON_TRAILING, 3},
        {"dx", RILL_JSON_UNEXPECTED, 0},            {"datx", RILL_JSON_UNEXPECTED, 0},
        {"[Dx", RILL_JSON_UNEXPECTED, 1},
    };
    rill_chunk chunk;
    bench on;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (size_t piece = 1; piece < 60; piece += 7) {
            char input[200];
            snprintf(input, sizeof input, ": comment\n" SAY("a") "data: %s\n\n" SAY("b") DONE, cases[i].json);
            open_bench(&on, SIZE, &rill_chat_schema, &chunk, input);
            assert_true(next(&on, piece));
            assert_true(next(&on, piece));
            assert_int_equal(on.item.kind, RILL_ITEM_BAD);
            assert_int_equal(on.item.status, cases[i].status);
            assert_int_equal(on.item.part, RILL_PART_WHOLE);
            assert_int_equal(on.item.offset, strlen(": comment\n" SAY("a") "data: ") + cases[i].offset);
            assert_true(next(&on, piece));
            assert_text(&chunk.choices[0].message.content, "b");
            expect_end(&on, RILL_END_DONE);
            close_bench(&on);
        }
}

/* As soon as the data cannot be [DONE] any more, it is read: what is wrong is told then, not when the event ends. */
static void bad_is_told_at_once(void **state)
{
    (void)state;
    static const char *const inputs[] = {"data: [DONx", "data: datx", "data: datax", "data: {\"id\":x"};
    rill_chunk chunk;
    bench on;
    for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++) {
        open_bench(&on, SIZE, &rill_chat_schema, &chunk, inputs[i]);
        feed(&on, SIZE);
        assert_int_equal(rill_stream_next(&on.stream, &on.item), RILL_OK);
        assert_int_equal(on.item.kind, RILL_ITEM_BAD);
        close_bench(&on);
    }
}

static void errors_have_their_status(void **state)
{
    (void)state;
    rill_chunk chunk;
    bench on;
    open_bench(&on, SIZE, &rill_chat_schema, &chunk,
               EVENT("{\"error\":{\"message\":\"m\",\"type\":\"t\",\"param\":null,\"code\":7}}") DONE);
    assert_true(next(&on, SIZE));
    assert_int_equal(on.item.kind, RILL_ITEM_ERROR);
    assert_int_equal(on.item.status, RILL_SERVER_ERROR);
    assert_text(&chunk.error.message, "m");
    assert_text(&chunk.error.type, "t");
    assert_true(rill_is_null(&chunk.error.header, RILL_ERROR_PARAM));
    assert_int_equal(chunk.error.code_number, 7);
    assert_false(rill_has(&chunk.error.header, RILL_ERROR_CODE_TEXT));
    close_bench(&on);
}

static void heads_and_event_fields_can_be_read(void **state)
{
    (void)state;
    rill_chunk chunk;
    bench on;
    open_bench(
        &on, SIZE, &rill_chat_schema, &chunk,
        "HTTP/1.1 429 Too Many\r\nContent-Type: text/event-stream\r\nRetry-After: 30\r\nX-Request-Id: req-9\r\n\r\n"
        "event: error\nid: 17\ndata: {\"message\":\"slow\"}\n\nevent: delta\n" SAY("a"));
    assert_true(next(&on, 1));
    assert_int_equal(on.item.kind, RILL_ITEM_ERROR);
    assert_int_equal(on.stream.http.status, 429);
    assert_int_equal(on.stream.http.retry_after, 30);
    assert_int_equal(on.stream.http.content, RILL_HTTP_CONTENT_SSE);
    assert_int_equal(on.stream.http.request_id_length, 5);
    assert_memory_equal(on.stream.http.request_id, "req-9", 5);
    assert_int_equal(on.stream.sse.type_length, 5);
    assert_memory_equal(on.stream.sse.type, "error", 5);
    assert_int_equal(on.stream.sse.id_length, 2);
    assert_true(next(&on, 1));
    assert_memory_equal(on.stream.sse.type, "delta", 5);
    assert_memory_equal(on.stream.sse.id, "17", 2);
    close_bench(&on);
}

/* ---- a schema of the user's own */

typedef struct place {
    rill_header header;
    rill_text city;
    rill_real height;
} place;
enum { PLACE_CITY, PLACE_HEIGHT };
static const rill_row place_rows[] = {
    RILL_ROW_STRING(place, city, "city", PLACE_CITY),
    RILL_ROW_REAL(place, height, "height", PLACE_HEIGHT),
};
static const rill_schema place_schema = RILL_SCHEMA(place, place_rows);

typedef struct reading {
    rill_element element;
    int64_t value;
    rill_text note;
} reading;
enum { READING_INDEX, READING_VALUE, READING_NOTE };
static const rill_row reading_rows[] = {
    RILL_ROW_INDEX(reading, "n", READING_INDEX),
    RILL_ROW_INT64(reading, value, "value", READING_VALUE),
    RILL_ROW_TEXT(reading, note, "note", READING_NOTE),
};
static const rill_schema reading_schema = RILL_SCHEMA(reading, reading_rows);

typedef struct report {
    rill_header header;
    rill_text station;
    rill_enum level;
    bool online;
    place where;
    rill_text extra;
    uint16_t reading_count, number_count, word_count, text_count, flag_count;
    reading readings[2];
    int64_t numbers[3];
    rill_text words[2];
    rill_text texts[2];
    bool flags[2];
} report;
enum {
    REPORT_STATION,
    REPORT_LEVEL,
    REPORT_ONLINE,
    REPORT_WHERE,
    REPORT_EXTRA,
    REPORT_READINGS,
    REPORT_NUMBERS,
    REPORT_WORDS,
    REPORT_TEXTS,
    REPORT_FLAGS
};
enum { LEVEL_LOW = 1, LEVEL_HIGH };

static const rill_name level_names[] = {{"low", 0, 3, LEVEL_LOW}, {"high", 0, 4, LEVEL_HIGH}};
static const rill_names levels = {level_names, 2, 0};
static const rill_array readings_array = RILL_ARRAY_OF(report, readings, reading_count, &reading_schema);
static const rill_array numbers_array = RILL_ARRAY_OF_SCALARS(report, numbers, number_count, RILL_INT64);
static const rill_array words_array = RILL_ARRAY_OF_SCALARS(report, words, word_count, RILL_STRING);
static const rill_array texts_array = RILL_ARRAY_OF_SCALARS(report, texts, text_count, RILL_TEXT);
static const rill_array flags_array = RILL_ARRAY_OF_SCALARS(report, flags, flag_count, RILL_BOOL);
static const rill_row report_rows[] = {
    RILL_ROW_STRING(report, station, "station", REPORT_STATION),
    RILL_ROW_ENUM(report, level, "level", REPORT_LEVEL, &levels),
    RILL_ROW_BOOL(report, online, "online", REPORT_ONLINE),
    RILL_ROW_OBJECT(report, where, "where", REPORT_WHERE, &place_schema),
    RILL_ROW_RAW(report, extra, "extra", REPORT_EXTRA),
    RILL_ROW_ARRAY(report, readings, "readings", REPORT_READINGS, &readings_array),
    RILL_ROW_ARRAY(report, numbers, "numbers", REPORT_NUMBERS, &numbers_array),
    RILL_ROW_ARRAY(report, words, "words", REPORT_WORDS, &words_array),
    RILL_ROW_ARRAY(report, texts, "texts", REPORT_TEXTS, &texts_array),
    RILL_ROW_ARRAY(report, flags, "flags", REPORT_FLAGS, &flags_array),
};
static const rill_schema report_schema = RILL_SCHEMA(report, report_rows);

static void own_schema_members(void **state)
{
    (void)state;
    report seen;
    bench on;
    memset(&seen, 0xa5, sizeof seen);
    open_bench(
        &on, SIZE, &report_schema, &seen,
        "event: reading\n" EVENT(
            "{\"station\":\"North\",\"level\":\"high\",\"online\":true,"
             "\"where\":{\"city\":\"K\\u00f6ln\",\"height\":-52.50},"
            "\"extra\":{ \"a\" : [ 1 ] },\"readings\":[{\"n\":7,\"value\":12,\"note\":\"x\"},{\"value\":\"-3\"}],"
            "\"numbers\":[1,2.0,3e2],\"words\":[\"a\",\"b\"],\"flags\":[true,false]}")
            EVENT("{\"level\":\"me\\\"dium\",\"online\":false,\"where\":null,\"readings\":[],\"numbers\":null}"));
    assert_true(next(&on, SIZE));
    assert_int_equal(on.item.kind, RILL_ITEM_EVENT);
    assert_int_equal(on.item.part, RILL_PART_WHOLE);
    assert_memory_equal(on.stream.sse.type, "reading", 7);
    assert_text(&seen.station, "North");
    assert_int_equal(seen.level.value, LEVEL_HIGH);
    assert_string_equal(seen.level.data, "high");
    assert_true(rill_has(&seen.header, REPORT_ONLINE) && seen.online);
    assert_text(&seen.where.city, "K\xc3\xb6ln");
    assert_int_equal(seen.where.height.mantissa * (seen.where.height.exponent == -1 ? 10 : 1), -5250);
    assert_text(&seen.extra, "{\"a\":[1]}");
    assert_int_equal(seen.reading_count, 2);
    assert_int_equal(seen.readings[0].element.index, 7);
    assert_int_equal(seen.readings[0].value, 12);
    assert_text(&seen.readings[0].note, "x");
    assert_int_equal(seen.readings[1].element.index, 1); /* none of its own: the position */
    assert_int_equal(seen.readings[1].element.at, 1);
    assert_int_equal(seen.readings[1].value, -3);
    assert_null(seen.readings[1].note.data);
    assert_int_equal(seen.number_count, 3);
    assert_int_equal(seen.numbers[2], 300);
    assert_int_equal(seen.word_count, 2);
    assert_text(&seen.words[1], "b");
    assert_int_equal(seen.flag_count, 2);
    assert_true(seen.flags[0] && !seen.flags[1]);
    assert_false(rill_has(&seen.header, REPORT_TEXTS));
    assert_true(next(&on, SIZE));
    assert_int_equal(seen.level.value, 0);
    assert_string_equal(seen.level.data, "me\"dium");
    assert_int_equal(seen.level.length, 7);
    assert_true(rill_has(&seen.header, REPORT_ONLINE) && !seen.online);
    assert_true(rill_is_null(&seen.header, REPORT_WHERE) && !rill_has(&seen.header, REPORT_WHERE));
    assert_true(rill_has(&seen.header, REPORT_READINGS));
    assert_int_equal(seen.reading_count, 0);
    assert_true(rill_is_null(&seen.header, REPORT_NUMBERS));
    assert_int_equal(seen.number_count, 0);
    assert_null(seen.station.data);
    close_bench(&on);
}

/* Values of another type than the row's count as absent; in an array of scalars they keep their place. */
static void own_schema_wrong_types(void **state)
{
    (void)state;
    report seen;
    bench on;
    open_bench(
        &on, SIZE, &report_schema, &seen,
        EVENT("{\"station\":5,\"level\":[],\"online\":\"yes\",\"where\":[],\"extra\":\"text\",\"readings\":{\"n\":1},"
              "\"numbers\":[1,\"x\",{\"a\":[1,2]}],\"words\":[null,\"b\"]}") "data: 7\n\n"
                                                                             "data: {}\n\n");
    assert_true(next(&on, SIZE));
    assert_int_equal(seen.header.present, 1u << REPORT_NUMBERS | 1u << REPORT_WORDS);
    assert_int_equal(seen.header.nulls, 0);
    assert_int_equal(seen.number_count, 3);
    assert_int_equal(seen.numbers[0], 1);
    assert_int_equal(seen.numbers[1], 0);
    assert_int_equal(seen.numbers[2], 0);
    assert_int_equal(seen.word_count, 2);
    assert_null(seen.words[0].data);
    assert_text(&seen.words[1], "b");
    close_bench(&on);
}

/* Elements of arrays over the parts of an event, by their order. */
static void own_schema_arrays_in_parts(void **state)
{
    (void)state;
    static const char input[] = EVENT(
        "{\"numbers\":[0,1,2,3,4,5,6,7,8,9,10],"
        "\"readings\":[{\"value\":0,\"note\":\"a\"},{\"value\":1},{\"value\":2,\"note\":\"c\"},{\"value\":3},{\"value\":4}],"
        "\"words\":[\"w0\",\"w1\",\"w2\",\"w3\",\"w4\"],\"flags\":[true,true,true,false,true],"
        "\"station\":\"S\"}");
    for (size_t size = RILL_BUFFER_MIN; size < 700; size += 11) {
        report seen;
        bench on;
        uint32_t values = 0;
        char words[32] = "", flags[16] = "", numbers[64] = "", notes[16] = "";
        bool station = false;
        open_bench(&on, size, &report_schema, &seen, input);
        do {
            assert_true(next(&on, 40));
            assert_int_equal(on.item.kind, RILL_ITEM_EVENT);
            assert_true(seen.number_count <= 3 && seen.reading_count <= 2 && seen.word_count <= 2 &&
                        seen.flag_count <= 2);
            for (unsigned i = 0; i < seen.number_count; i++)
                snprintf(numbers + strlen(numbers), 8, "%d ", (int)seen.numbers[i]);
            for (unsigned i = 0; i < seen.reading_count; i++) {
                const reading *one = &seen.readings[i];
                if (rill_has(&one->element.header, READING_VALUE)) {
                    assert_int_equal(one->value, one->element.at);
                    values |= 1u << one->element.at;
                }
                if (one->note.data != NULL)
                    strcat(notes, one->note.data);
            }
            for (unsigned i = 0; i < seen.word_count; i++)
                strcat(words, seen.words[i].data);
            for (unsigned i = 0; i < seen.flag_count; i++)
                strcat(flags, seen.flags[i] ? "1" : "0");
            station = station || seen.station.data != NULL;
        } while (on.item.part != RILL_PART_LAST);
        assert_string_equal(numbers, "0 1 2 3 4 5 6 7 8 9 10 ");
        assert_int_equal(values, 31);
        assert_string_equal(notes, "ac");
        assert_string_equal(words, "w0w1w2w3w4");
        assert_string_equal(flags, "11101");
        assert_true(station);
        close_bench(&on);
    }
}

/* In the place of a null stands no number of the part before. */
static void own_schema_nulls_in_parts(void **state)
{
    (void)state;
    report seen;
    bench on;
    char numbers[80] = "";
    open_bench(&on, RILL_BUFFER_MIN, &report_schema, &seen,
               EVENT("{\"numbers\":[1,2,3,4,5,6,7,8,9,null,null,null,null,\"x\",5,null,{},null]}"));
    do {
        assert_true(next(&on, 9));
        for (unsigned i = 0; i < seen.number_count; i++)
            sprintf(numbers + strlen(numbers), "%d ", (int)seen.numbers[i]);
    } while (on.item.part != RILL_PART_LAST);
    assert_string_equal(numbers, "1 2 3 4 5 6 7 8 9 0 0 0 0 0 5 0 0 0 ");
    close_bench(&on);
}

/* A long text in an array of texts comes in pieces, each first in its part's array. */
static void own_schema_texts_are_cut(void **state)
{
    (void)state;
    char input[4000] = "data: {\"texts\":[\"short\",\"", joined[2100] = "";
    memset(input + strlen(input), 'a', 900);
    strcat(input, "\",\"");
    memset(input + strlen(input), 'b', 900);
    strcat(input, "\",\"end\"],\"online\":true}\n\n");
    for (size_t piece = 1; piece < 400; piece += 31) {
        report seen;
        bench on;
        *joined = '\0';
        open_bench(&on, RILL_BUFFER_MIN, &report_schema, &seen, input);
        do {
            assert_true(next(&on, piece));
            assert_true(seen.text_count <= 2);
            for (unsigned i = 0; i < seen.text_count; i++)
                if (seen.texts[i].data != NULL)
                    strcat(joined, seen.texts[i].data);
        } while (on.item.part != RILL_PART_LAST);
        assert_int_equal(strlen(joined), 5 + 900 + 900 + 3);
        assert_memory_equal(joined, "shortaaa", 8);
        assert_memory_equal(joined + 903, "aabb", 4);
        assert_string_equal(joined + 1803, "bbend");
        assert_true(seen.online);
        close_bench(&on);
    }
}

static void own_schema_nested_object_in_parts(void **state)
{
    (void)state;
    char input[2000] = "data: {\"where\":{\"height\":9.5,\"city\":\"";
    memset(input + strlen(input), 'c', 900);
    strcat(input, "\"},\"online\":true,\"extra\":[");
    for (int i = 0; i < 200; i++)
        strcat(input, "1, ");
    strcat(input, "2]}\n\n");
    report seen;
    bench on;
    size_t city = 0, extra = 0;
    open_bench(&on, RILL_BUFFER_MIN, &report_schema, &seen, input);
    do {
        assert_true(next(&on, 100));
        assert_true(rill_has(&seen.header, REPORT_WHERE));
        assert_int_equal(seen.where.height.mantissa, 95); /* lasts */
        city += seen.where.city.length;
        extra += seen.extra.length;
    } while (on.item.part != RILL_PART_LAST);
    assert_int_equal(city, 900);
    assert_int_equal(extra, 403);
    assert_true(seen.online);
    close_bench(&on);
}

/* What an event told in its first part stays to its last one, also when nothing is left to be told there. */
static void first_part_lasts(void **state)
{
    static const char begin[] = "data: {\"created\":1234,\"choices\":[{\"delta\":{\"content\":\"";
    unsigned in_parts = 0;
    (void)state;
    for (size_t length = 0; length < 300; length++) {
        char input[500];
        rill_chunk seen;
        bench on;
        size_t content = 0;
        strcpy(input, begin);
        memset(input + strlen(begin), 'x', length);
        strcpy(input + strlen(begin) + length, "\"}}],\"other\":{}}\n\n");
        open_bench(&on, RILL_BUFFER_MIN, &rill_chat_schema, &seen, input);
        do {
            assert_true(next(&on, 1));
            assert_true(rill_has(&seen.header, RILL_CHUNK_CREATED));
            assert_int_equal(seen.created, 1234);
            content += seen.choice_count > 0 ? seen.choices[0].message.content.length : 0;
            in_parts += on.item.part == RILL_PART_FIRST;
        } while (on.item.part == RILL_PART_FIRST || on.item.part == RILL_PART_MIDDLE);
        assert_int_equal(content, length);
        close_bench(&on);
    }
    assert_true(in_parts > 50);
}

/* A call that came as one object in place of the array is gone in the parts behind it. */
static void one_call_in_parts(void **state)
{
    char input[700] = "data: {\"choices\":[{\"delta\":{\"tool_calls\":{\"id\":\"i\",\"function\":{\"name\":\"f\"}},\"content\":\"";
    rill_chunk seen;
    bench on;
    size_t content = 0;
    unsigned parts = 0;
    (void)state;
    memset(input + strlen(input), 'x', 500);
    strcat(input, "\"}}]}\n\n");
    open_bench(&on, RILL_BUFFER_MIN, &rill_chat_schema, &seen, input);
    do {
        assert_true(next(&on, 50));
        const rill_message *message = &seen.choices[0].message;
        assert_int_equal(message->tool_call_count, parts++ == 0 ? 1 : 0);
        content += message->content.length;
    } while (on.item.part != RILL_PART_LAST);
    assert_int_equal(content, 500);
    assert_true(parts > 2);
    close_bench(&on);
}

/* Digits in a string that exceed the buffer are no number; in an array their place stays. */
static void own_schema_numbers_too_long(void **state)
{
    (void)state;
    char digits[401] = "", input[1200];
    memset(digits, '1', 400);
    snprintf(input, sizeof input,
             "data: {\"numbers\":[\"%s\",2],\"readings\":[{\"n\":\"%s\",\"value\":3}],\"online\":true}\n\n", digits, digits);
    for (size_t piece = 1; piece < 400; piece += 31) {
        report seen;
        bench on;
        bool three = false;
        char numbers[40] = "";
        open_bench(&on, RILL_BUFFER_MIN, &report_schema, &seen, input);
        do {
            assert_true(next(&on, piece));
            assert_int_equal(on.item.kind, RILL_ITEM_EVENT);
            for (unsigned i = 0; i < seen.number_count; i++)
                sprintf(numbers + strlen(numbers), "%d ", (int)seen.numbers[i]);
            if (seen.reading_count > 0 && rill_has(&seen.readings[0].element.header, READING_VALUE)) {
                three = seen.readings[0].value == 3;
                assert_int_equal(seen.readings[0].element.index, 0);
            }
        } while (on.item.part == RILL_PART_FIRST || on.item.part == RILL_PART_MIDDLE);
        assert_string_equal(numbers, "0 2 ");
        assert_true(three && seen.online);
        close_bench(&on);
    }
}

/* A text is cut between characters, wherever the memory is full and the input pauses (design.md). */
static void texts_are_cut_between_characters(void **state)
{
    static const char *const characters[] = {"\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80"};
    (void)state;
    for (size_t i = 0; i < 3; i++)
        for (size_t before = 0; before < 4; before++)
            for (size_t piece = 1; piece < 9; piece++) {
                char input[1500] = "data: {\"choices\":[{\"delta\":{\"content\":\"";
                size_t size = strlen(characters[i]), length = 0;
                rill_chunk seen;
                bench on;
                memset(input + strlen(input), 'a', before);
                for (int count = 0; count < 300; count++)
                    strcat(input, characters[i]);
                strcat(input, "\"}}]}\n\n");
                open_bench(&on, RILL_BUFFER_MIN, &rill_chat_schema, &seen, input);
                do {
                    assert_true(next(&on, piece));
                    length += seen.choice_count > 0 ? seen.choices[0].message.content.length : 0;
                    assert_int_equal((length - before) % size, 0);
                    assert_int_equal(on.item.flags, 0);
                } while (on.item.part != RILL_PART_LAST);
                assert_int_equal(length, before + 300 * size);
                close_bench(&on);
            }
}

/* A string that is cut like a text tells so in each part, and of bytes that are no UTF-8 in theirs. */
static void own_schema_string_too_long(void **state)
{
    (void)state;
    for (size_t odd = 0; odd < 600; odd += 7) {
        char input[800] = "data: {\"station\":\"";
        report seen;
        bench on;
        size_t length = 0, begin = strlen(input);
        memset(input + begin, 'x', 600);
        input[begin + odd] = '\xff';
        strcat(input, "\"}\n\n");
        open_bench(&on, RILL_BUFFER_MIN, &report_schema, &seen, input);
        do {
            assert_true(next(&on, 50));
            bool here = odd >= length && odd < length + seen.station.length;
            assert_int_equal(on.item.flags, RILL_ITEM_CUT | (here ? RILL_ITEM_UTF8 : 0));
            length += seen.station.length;
        } while (on.item.part != RILL_PART_LAST);
        assert_int_equal(length, 600);
        close_bench(&on);
    }
}

/* Half a pair waits for the same text of the next event where an element names it; in no other text. */
typedef struct said {
    rill_header header;
    rill_text text;
} said;
typedef struct speech {
    rill_element element;
    said first, second;
    uint16_t word_count;
    rill_text words[1];
} speech;
typedef struct talk {
    rill_header header;
    said alone;
    int32_t turn;
    uint16_t speech_count;
    speech speeches[1];
} talk;
static const rill_row said_rows[] = {RILL_ROW_TEXT(said, text, "text", 0)};
static const rill_schema said_schema = RILL_SCHEMA(said, said_rows);
static const rill_array speech_words = RILL_ARRAY_OF_SCALARS(speech, words, word_count, RILL_TEXT);
static const rill_row speech_rows[] = {
    RILL_ROW_OBJECT(speech, first, "first", 0, &said_schema),
    RILL_ROW_OBJECT(speech, second, "second", 1, &said_schema),
    RILL_ROW_ARRAY(speech, words, "words", 2, &speech_words),
};
static const rill_schema speech_schema = RILL_SCHEMA(speech, speech_rows);
static const rill_array talk_speeches = RILL_ARRAY_OF(talk, speeches, speech_count, &speech_schema);
static const rill_row deep_rows[] = {RILL_ROW_OBJECT(talk, alone, "in", 0, &said_schema)};
static const rill_schema deep_schema = {deep_rows, NULL, 0, 0, 1, false};
static const rill_row talk_rows[] = {
    RILL_ROW_OBJECT(talk, header, "deep", 2, &deep_schema),
    RILL_ROW_OBJECT(talk, alone, "alone", 0, &said_schema),
    RILL_ROW_ARRAY(talk, speeches, "speeches", 1, &talk_speeches),
    RILL_ROW(talk, turn, "turn", 3, RILL_INT32, NULL, 0), /* no index of an element */
};
static const rill_schema talk_schema = RILL_SCHEMA(talk, talk_rows);

#define WHOLE_PAIR "\xf0\x9f\x98\x80"
#define NO_PAIR "\xef\xbf\xbd"

static void own_schema_halves(void **state)
{
    (void)state;
    static const struct {
        const char *before, *behind, *first, *second;
    } cases[] = {
        {"{\"speeches\":[{\"first\":{\"text\":\"a\\ud83d\"}}]}", "{\"speeches\":[{\"first\":{\"text\":\"\\ude00\"}}]}", "a",
         WHOLE_PAIR},
        {"{\"speeches\":[{\"first\":{\"text\":\"a\\ud83d\"}}],\"turn\":5}", "{\"turn\":6,\"speeches\":[{\"first\":{\"text\":\"\\ude00\"}}]}",
         "a", WHOLE_PAIR},
        {"{\"speeches\":[{\"first\":{\"text\":\"a\\ud83d\"}}]}", "{\"speeches\":[{\"second\":{\"text\":\"\\ude00\"}}]}", "a",
         NO_PAIR},
        {"{\"speeches\":[{\"words\":[\"a\\ud83d\"]}]}", "{\"speeches\":[{\"words\":[\"\\ude00\"]}]}", "a" NO_PAIR, NO_PAIR},
        {"{\"alone\":{\"text\":\"a\\ud83d\"}}", "{\"alone\":{\"text\":\"\\ude00\"}}", "a" NO_PAIR, NO_PAIR},
        {"{\"deep\":{\"in\":{\"text\":\"a\\ud83d\"}}}", "{\"deep\":{\"in\":{\"text\":\"\\ude00\"}}}", "a" NO_PAIR, NO_PAIR},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (size_t piece = 1; piece < 200; piece++) {
            char input[300];
            talk seen;
            bench on;
            snprintf(input, sizeof input, "data: %s\n\ndata: %s\n\n", cases[i].before, cases[i].behind);
            open_bench(&on, SIZE, &talk_schema, &seen, input);
            for (int event = 0; event < 2; event++) {
                assert_true(next(&on, piece));
                const speech *one = &seen.speeches[0];
                const rill_text *text = seen.speech_count == 0  ? &seen.alone.text
                                        : one->word_count > 0   ? &one->words[0]
                                        : one->first.text.data != NULL ? &one->first.text
                                                                       : &one->second.text;
                assert_text(text, event == 0 ? cases[i].first : cases[i].second);
            }
            close_bench(&on);
        }
}

/* At the end of the stream it is handed out as an event of its own, as an answer's is. */
static void own_schema_half_in_vain(void **state)
{
    (void)state;
    static const char *const endings[] = {"", DONE};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
        for (size_t piece = 1; piece < 100; piece++) {
            char input[200];
            talk seen;
            bench on;
            snprintf(input, sizeof input, "data: {\"speeches\":[{\"first\":{\"text\":\"a\\ud83d\"}}]}\n\n%s", endings[i]);
            open_bench(&on, SIZE, &talk_schema, &seen, input);
            assert_true(next(&on, piece));
            assert_text(&seen.speeches[0].first.text, "a");
            assert_true(next(&on, piece));
            assert_int_equal(on.item.kind, RILL_ITEM_EVENT);
            assert_int_equal(seen.speech_count, 1);
            assert_text(&seen.speeches[0].first.text, NO_PAIR);
            expect_end(&on, i == 0 ? RILL_END_TRUNCATED : RILL_END_DONE);
            close_bench(&on);
        }
}

/* Choices are told too, and an event of a schema of your own is: each as if alone. */
static void failed_answer_with_something_behind(void **state)
{
    (void)state;
    static const char head[] = "HTTP/1.1 400 X\r\n\r\n";
    static const char *const behind[] = {"", " x", "\n{}", "}", "data: [DONE]"};
    for (size_t i = 0; i < sizeof behind / sizeof behind[0]; i++)
        for (size_t piece = 1; piece < 200; piece += 66) {
            char input[200];
            rill_chunk chunk;
            report own;
            bench on;
            sprintf(input, "%s{\"choices\":[{\"message\":{\"content\":\"a\"}}]}%s", head, behind[i]);
            open_bench(&on, SIZE, &rill_chat_schema, &chunk, input);
            assert_true(next(&on, piece));
            assert_int_equal(on.item.kind, RILL_ITEM_CHAT_COMPLETION);
            assert_text(&chunk.choices[0].message.content, "a");
            assert_true(next(&on, piece));
            assert_int_equal(on.item.kind, RILL_ITEM_ERROR);
            expect_end(&on, RILL_END_EOF);
            close_bench(&on);

            sprintf(input, "%s{\"station\":\"a\"}%s", head, behind[i]);
            open_bench(&on, SIZE, &report_schema, &own, input);
            assert_true(next(&on, piece));
            assert_int_equal(on.item.kind, RILL_ITEM_EVENT);
            assert_text(&own.station, "a");
            expect_end(&on, RILL_END_EOF);
            close_bench(&on);
        }
}

/* It tells of its elements what they told of themselves, in front of the text or behind it; not what others did. */
static void half_in_vain_tells_its_elements(void **state)
{
    (void)state;
    enum { NOT, BEFORE, BEHIND };
    for (int choice = NOT; choice <= BEHIND; choice++)
        for (int call = NOT; call <= BEHIND; call++)
            for (int others = 0; others < 2; others++) {
                char input[400];
                rill_chunk seen;
                bench on;
                const rill_tool_call *tool = &seen.choices[0].message.tool_calls[0];
                sprintf(input,
                        "data: {\"choices\":[%s{%s\"delta\":{\"tool_calls\":[%s{%s\"function\":{\"arguments\":\"a\\ud83d\"}%s}]}%s}]}\n\n",
                        others != 0 ? "{\"index\":7,\"delta\":{\"content\":\"x\"}}," : "", choice == BEFORE ? "\"index\":1," : "",
                        others != 0 ? "{\"index\":6,\"id\":\"x\"}," : "", call == BEFORE ? "\"index\":2," : "",
                        call == BEHIND ? ",\"index\":2" : "", choice == BEHIND ? ",\"index\":1" : "");
                open_bench(&on, SIZE, &rill_chat_schema, &seen, input);
                do {
                    assert_true(next(&on, SIZE));
                } while (on.item.part == RILL_PART_FIRST || on.item.part == RILL_PART_MIDDLE);
                assert_true(next(&on, SIZE));
                const rill_element *one = &seen.choices[0].element;
                assert_text(&tool->arguments, NO_PAIR);
                assert_int_equal(rill_has(&one->header, RILL_CHOICE_INDEX), choice != NOT);
                assert_int_equal(one->index, choice != NOT ? 1 : others);
                assert_int_equal(one->at, choice != NOT ? 0 : others);
                assert_int_equal(rill_has(&tool->element.header, RILL_TOOL_INDEX), call != NOT);
                assert_int_equal(tool->element.index, call != NOT ? 2 : others);
                assert_int_equal(tool->element.at, call != NOT ? 0 : others);
                expect_end(&on, RILL_END_TRUNCATED);
                close_bench(&on);
            }
}

/* A text for which it waited perhaps, until the index came, is as it was sent: with a U+FFFD for each half of its own. */
static void half_that_was_for_another(void **state)
{
    (void)state;
    static const struct {
        const char *sent, *said;
    } cases[] = {
        {"b", "b"}, {"b\\ud83dc", "b" NO_PAIR "c"}, {"b\\ud83d", "b" NO_PAIR}, {"\\ud83db", NO_PAIR "b"}, {"b\\ude00", "b" NO_PAIR},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (size_t piece = 1; piece < 200; piece += 3) {
            char input[300];
            rill_chunk seen;
            bench on;
            sprintf(input,
                    EVENT("{\"choices\":[{\"index\":1,\"delta\":{\"content\":\"a\\ud83d\"}}]}")
                        EVENT("{\"choices\":[{\"delta\":{\"content\":\"%s\"},\"index\":0}]}")
                            EVENT("{\"choices\":[{\"index\":1,\"delta\":{\"content\":\"\\ude00\"}}]}"),
                    cases[i].sent);
            open_bench(&on, SIZE, &rill_chat_schema, &seen, input);
            assert_true(next(&on, piece));
            assert_text(&seen.choices[0].message.content, "a");
            assert_true(next(&on, piece));
            assert_text(&seen.choices[0].message.content, cases[i].said);
            assert_true(next(&on, piece));
            assert_text(&seen.choices[0].message.content, WHOLE_PAIR);
            close_bench(&on);
        }
}

/* An event that breaks where the half was tried leaves the next one as it was sent. */
static void half_tried_by_a_broken_event(void **state)
{
    (void)state;
    rill_chunk seen;
    bench on;
    open_bench(&on, SIZE, &rill_chat_schema, &seen,
               EVENT("{\"choices\":[{\"index\":1,\"delta\":{\"content\":\"a\\ud83d\"}}]}")
                   EVENT("{\"choices\":[{\"delta\":{\"content\":\"\\q\"}}]}")
                       EVENT("{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\\ud83dz\"}}]}"));
    assert_true(next(&on, SIZE));
    assert_text(&seen.choices[0].message.content, "a");
    assert_true(next(&on, SIZE));
    assert_int_equal(on.item.status, RILL_JSON_ESCAPE);
    assert_true(next(&on, SIZE));
    assert_text(&seen.choices[0].message.content, NO_PAIR "z");
    close_bench(&on);
}

/* An index that is null names nothing: the element is found by its position. */
static void half_of_an_element_whose_index_is_null(void **state)
{
    (void)state;
    rill_chunk seen;
    bench on;
    open_bench(&on, SIZE, &rill_chat_schema, &seen,
               EVENT("{\"choices\":[{\"index\":null,\"delta\":{\"content\":\"a\\ud83d\"}}]}")
                   EVENT("{\"choices\":[{\"index\":null,\"delta\":{\"content\":\"\\ude00\"}}]}"));
    assert_true(next(&on, SIZE));
    assert_text(&seen.choices[0].message.content, "a");
    assert_true(next(&on, SIZE));
    assert_text(&seen.choices[0].message.content, WHOLE_PAIR);
    close_bench(&on);
}

/* Numbers that fill the memory: each is kept where there is room for all of it. */
typedef struct ledger {
    rill_header header;
    int64_t entries[26];
} ledger;
#define ENTRY(number, letter) RILL_ROW_INT64(ledger, entries[number], letter, number)
static const rill_row ledger_rows[] = {
    ENTRY(0, "a"),  ENTRY(1, "b"),  ENTRY(2, "c"),  ENTRY(3, "d"),  ENTRY(4, "e"),  ENTRY(5, "f"),  ENTRY(6, "g"),
    ENTRY(7, "h"),  ENTRY(8, "i"),  ENTRY(9, "j"),  ENTRY(10, "k"), ENTRY(11, "l"), ENTRY(12, "m"), ENTRY(13, "n"),
    ENTRY(14, "o"), ENTRY(15, "p"), ENTRY(16, "q"), ENTRY(17, "r"), ENTRY(18, "s"), ENTRY(19, "t"), ENTRY(20, "u"),
    ENTRY(21, "v"), ENTRY(22, "w"), ENTRY(23, "x"), ENTRY(24, "y"), ENTRY(25, "z"),
};
static const rill_schema ledger_schema = RILL_SCHEMA(ledger, ledger_rows);

static void own_schema_numbers_fill_the_memory(void **state)
{
    char input[1000] = "data: ";
    (void)state;
    for (int i = 0; i < 26; i++)
        sprintf(input + strlen(input), "%c\"%c\":%d23456789012345678", i == 0 ? '{' : ',', 'a' + i, i + 1);
    strcat(input, "}\n\n");
    for (size_t size = RILL_BUFFER_MIN; size < 320; size++)
        for (int give = 0; give < 2; give++)
            for (size_t piece = 7; piece < 1000; piece += 124) {
                ledger seen;
                bench on;
                unsigned lasts = 0;
                open_bench(&on, size, &ledger_schema, &seen, input);
                while (lasts == 0) {
                    rill_status status;
                    while ((status = rill_stream_next(&on.stream, &on.item)) == RILL_MORE) {
                        size_t length = piece < on.left ? piece : on.left;
                        if (give == 0) {
                            feed(&on, piece);
                            continue;
                        }
                        rill_stream_give(&on.stream, on.input, length);
                        on.input += length;
                        on.left -= length;
                    }
                    assert_int_equal(status, RILL_OK);
                    assert_int_equal(on.item.kind, RILL_ITEM_EVENT);
                    lasts += on.item.part == RILL_PART_LAST || on.item.part == RILL_PART_WHOLE;
                }
                for (int i = 0; i < 26; i++)
                    assert_int_equal(seen.entries[i], (int64_t)(i + 1) * 100000000000000000 + 23456789012345678);
                close_bench(&on);
            }
}

/* `object` may be an empty word: that is none of another service's. */
static void an_empty_word_says_nothing(void **state)
{
    (void)state;
    static const char *const words[] = {"", "list"};
    for (int i = 0; i < 2; i++) {
        char input[200];
        rill_chunk seen;
        bench on;
        sprintf(input, EVENT("{\"object\":\"%s\",\"usage\":{\"prompt_tokens\":1}}") DONE, words[i]);
        open_bench(&on, SIZE, &rill_chat_schema, &seen, input);
        if (i == 0) {
            assert_true(next(&on, SIZE));
            assert_int_equal(on.item.kind, RILL_ITEM_CHAT_CHUNK);
            assert_int_equal(seen.usage.prompt, 1);
        }
        expect_end(&on, RILL_END_DONE);
        close_bench(&on);
    }
}

/* It comes in front of the error that the status stands for, and bytes that are read meanwhile leave it alone. */
static void half_in_vain_of_a_failed_response(void **state)
{
    (void)state;
    rill_chunk chunk;
    bench on;
    char *behind;
    open_bench(&on, SIZE, &rill_chat_schema, &chunk,
               "HTTP/1.1 400 X\r\nContent-Type: text/event-stream\r\n\r\n"
               EVENT("{\"choices\":[{\"index\":250,\"delta\":{\"content\":\"a\\ud83d\"}}]}"));
    assert_true(next(&on, SIZE));
    assert_text(&chunk.choices[0].message.content, "a");
    assert_true(next(&on, SIZE));
    assert_int_equal(on.item.kind, RILL_ITEM_CHAT_CHUNK);
    assert_int_equal(chunk.choices[0].element.index, 250);
    (void)rill_stream_space(&on.stream, &behind);
    assert_true(behind > chunk.choices[0].message.content.data + sizeof NO_PAIR - 1);
    assert_text(&chunk.choices[0].message.content, NO_PAIR);
    assert_true(next(&on, SIZE));
    assert_int_equal(on.item.kind, RILL_ITEM_ERROR);
    assert_null(chunk.error.message.data);
    expect_end(&on, RILL_END_EOF);
    close_bench(&on);
}

/* What an event of a stream has that is neither answer nor error: nobody is told. */
static void members_that_make_no_answer(void **state)
{
    (void)state;
    static const char *const events[] = {
        "{\"created\":1}", "{\"x_groq\":{\"id\":\"x\"}}", "{\"signature\":\"x\"}", "{\"response_hash\":\"x\"}",
        "{\"usage\":{\"cost\":1}}", "{\"id\":\"x\"}", "{\"model\":\"x\"}", "{\"service_tier\":\"default\"}",
        "{\"system_fingerprint\":\"x\"}", "{\"provider\":\"x\"}",
    };
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
        rill_chunk chunk;
        bench on;
        char input[200];
        sprintf(input, "data: %s\n\n" DONE, events[i]);
        open_bench(&on, SIZE, &rill_chat_schema, &chunk, input);
        expect_end(&on, RILL_END_DONE);
        close_bench(&on);
    }
}

/* Reasoning under a second name repeats the first: it is read under the name that the stream used first. */
static void reasoning_by_its_first_name(void **state)
{
    (void)state;
    static const char *const members[] = {"\"reasoning_content\":\"%s\"", "\"reasoning\":\"%s\"",
                                          "\"content\":[{\"thinking\":\"%s\"}]"};
    for (int first = 0; first < 3; first++)
        for (int second = 0; second < 3; second++)
            for (int lean = 0; lean < 2; lean++) {
                char input[400], *end = input;
                union {
                    rill_chunk chunk;
                    rill_lean_chunk lean;
                } seen;
                bench on;
                end += sprintf(end, "data: {\"choices\":[{\"delta\":{");
                end += sprintf(end, members[first], "one");
                end += sprintf(end, "}}]}\n\ndata: {\"choices\":[{\"delta\":{");
                end += sprintf(end, members[second], "two");
                sprintf(end, "}}]}\n\n" DONE);
                open_bench(&on, SIZE, lean != 0 ? &rill_lean_schema : &rill_chat_schema, &seen, input);
                const rill_text *text =
                    lean != 0 ? &seen.lean.choice.reasoning : &seen.chunk.choices[0].message.reasoning;
                assert_true(next(&on, SIZE));
                assert_text(text, "one");
                assert_true(next(&on, SIZE));
                if (first == second)
                    assert_text(text, "two");
                else
                    assert_null(text->data);
                close_bench(&on);
            }
}

/* A word says what it says, and nothing about what follows. */
static void words_change_no_event_behind_them(void **state)
{
    (void)state;
    static const struct {
        const char *event, *words[16];
    } cases[] = {
        {"{\"choices\":[{\"finish_reason\":\"%s\",\"text\":\"%c\"}]}",
         {"stop", "length", "tool_calls", "content_filter", "function_call", "error", "model_length", "eos", "eos_token",
          "stop_sequence", "abort", "insufficient_system_resource", "network_error", "unheard of"}},
        {"{\"choices\":[{\"message\":{\"role\":\"%s\",\"content\":\"%c\"}}]}",
         {"assistant", "user", "system", "developer", "tool", "function", "unheard of"}},
        {"{\"choices\":[{\"message\":{\"tool_calls\":[{\"type\":\"%s\"}],\"content\":\"%c\"}}]}",
         {"function", "custom", "unheard of"}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (const char *const *word = cases[i].words; *word != NULL; word++) {
            rill_chunk chunk;
            bench on;
            char input[400] = "", event[200];
            for (char letter = 'a'; letter < 'c'; letter++) {
                sprintf(event, cases[i].event, *word, letter);
                sprintf(input + strlen(input), "data: %s\n\n", event);
            }
            open_bench(&on, SIZE, &rill_chat_schema, &chunk, input);
            assert_true(next(&on, SIZE));
            assert_text(&chunk.choices[0].message.content, "a");
            assert_true(next(&on, SIZE));
            assert_text(&chunk.choices[0].message.content, "b");
            close_bench(&on);
        }
}

/* A finish reason is an answer's; the fact that stands for it is any other schema's own, as all are. */
static void own_schema_facts_end_nothing(void **state)
{
    (void)state;
    static const rill_rule rules[] = {{0, 0, 0, 0}, {0, UINT32_MAX, 0, 0}};
    static const rill_row rows[] = {RILL_ROW(talk, turn, "turn", 3, RILL_INT32, NULL, 1)};
    static const rill_schema schema = {rows, rules, 0, sizeof(talk), 1, false};
    static const char *const inputs[] = {EVENT("{\"turn\":5}"), "{\"turn\":5}"};
    for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++) {
        talk seen;
        bench on;
        open_bench(&on, SIZE, &schema, &seen, inputs[i]);
        assert_true(next(&on, SIZE));
        assert_int_equal(seen.turn, 5);
        assert_int_equal(on.stream.sieve.facts, UINT32_MAX);
        expect_end(&on, i == 0 ? RILL_END_TRUNCATED : RILL_END_EOF);
        close_bench(&on);
    }
}

/* The rules of answers are not those of other services: [DONE] ends any stream, but members named error are members. */
static void own_schema_stream_ends(void **state)
{
    (void)state;
    report seen;
    bench on;
    open_bench(&on, SIZE, &report_schema, &seen,
               EVENT("{\"error\":\"x\",\"station\":\"S\"}") EVENT("{oops") EVENT("{\"online\":true}") DONE);
    assert_true(next(&on, SIZE));
    assert_int_equal(on.item.kind, RILL_ITEM_EVENT);
    assert_text(&seen.station, "S");
    assert_true(next(&on, SIZE));
    assert_int_equal(on.item.kind, RILL_ITEM_BAD);
    assert_true(next(&on, SIZE));
    assert_int_equal(on.item.kind, RILL_ITEM_EVENT);
    expect_end(&on, RILL_END_DONE);
    close_bench(&on);
}

/* Nor is a line of the field error an error, or a failed response an error item. */
static void own_schema_has_no_errors(void **state)
{
    (void)state;
    report seen;
    bench on;
    open_bench(&on, SIZE, &report_schema, &seen,
               "HTTP/1.1 500 Failed\r\nContent-Type: text/event-stream\r\n\r\n"
               "error: {\"station\":\"no\"}\n" EVENT("{\"station\":\"S\"}") "error: no");
    assert_true(next(&on, 7));
    assert_int_equal(on.item.kind, RILL_ITEM_EVENT);
    assert_text(&seen.station, "S");
    expect_end(&on, RILL_END_EOF);
    close_bench(&on);
}

/* An event of the type `error` is as any other: what is no JSON is bad, not a message. */
static void own_schema_has_no_type(void **state)
{
    (void)state;
    report seen;
    bench on;
    open_bench(&on, SIZE, &report_schema, &seen, "event: error\ndata: no\n\n" EVENT("{\"station\":\"S\"}") DONE);
    assert_true(next(&on, 7));
    assert_int_equal(on.item.kind, RILL_ITEM_BAD);
    assert_int_equal(on.item.status, RILL_JSON_LITERAL);
    assert_true(next(&on, 7));
    assert_text(&seen.station, "S");
    expect_end(&on, RILL_END_DONE);
    close_bench(&on);
}

static void own_schema_in_a_json_body(void **state)
{
    (void)state;
    report seen;
    bench on;
    open_bench(&on, SIZE, &report_schema, &seen, "{\"station\":\"S\",\"numbers\":[1]}");
    assert_true(next(&on, 3));
    assert_int_equal(on.item.kind, RILL_ITEM_EVENT);
    assert_text(&seen.station, "S");
    expect_end(&on, RILL_END_EOF);
    close_bench(&on);
}

/* Each element of an array at the top is a part of its own, also one that holds nothing that is wanted. */
static void own_schema_empty_elements(void **state)
{
    (void)state;
    static const struct {
        rill_part part;
        bool online;
    } parts[] = {{RILL_PART_FIRST, true}, {RILL_PART_MIDDLE, false}, {RILL_PART_MIDDLE, true}, {RILL_PART_LAST, false}};
    for (size_t piece = 1; piece < 60; piece++) {
        report seen;
        bench on;
        open_bench(&on, SIZE, &report_schema, &seen, EVENT("[{\"online\":true},{},{\"online\":true},{\"x\":1}]") DONE);
        for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
            assert_true(next(&on, piece));
            assert_int_equal(on.item.kind, RILL_ITEM_EVENT);
            assert_int_equal(on.item.part, parts[i].part);
            assert_int_equal(rill_has(&seen.header, REPORT_ONLINE), parts[i].online);
            assert_int_equal(seen.online, parts[i].online);
        }
        expect_end(&on, RILL_END_DONE);
        close_bench(&on);
    }
}

/* What was handed out of a failed response's body before it broke is ended by the bad item, as any. */
static void own_schema_failed_body_breaks(void **state)
{
    (void)state;
    char input[1400];
    report seen;
    bench on;
    snprintf(input, sizeof input, "HTTP/1.1 500 X\r\n\r\n{\"texts\":[\"%01300d\n\"]}", 0);
    open_bench(&on, SIZE, &report_schema, &seen, input);
    assert_true(next(&on, SIZE));
    assert_int_equal(on.item.part, RILL_PART_FIRST);
    do
        assert_true(next(&on, SIZE));
    while (on.item.kind == RILL_ITEM_EVENT && on.item.part == RILL_PART_MIDDLE);
    assert_int_equal(on.item.kind, RILL_ITEM_BAD);
    expect_end(&on, RILL_END_EOF);
    close_bench(&on);
}

/* Nothing is handed out of a failed response's body behind the place where it breaks, though what was kept fills the buffer. */
static void failed_body_breaks(void **state)
{
    (void)state;
    char input[400];
    rill_chunk seen;
    bench on;
    snprintf(input, sizeof input, "HTTP/1.1 500 X\r\n\r\n{\"error\":{\"message\":\"%0195d\n\"}}", 0);
    open_bench(&on, RILL_BUFFER_MIN, &rill_chat_schema, &seen, "");
    rill_stream_give(&on.stream, input, strlen(input));
    assert_true(next(&on, SIZE));
    assert_int_equal(on.item.kind, RILL_ITEM_ERROR);
    assert_int_equal(on.item.part, RILL_PART_WHOLE);
    assert_null(seen.error.message.data);
    expect_end(&on, RILL_END_EOF);
    close_bench(&on);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(begin_refuses),
        cmocka_unit_test(begin_begins_anew),
        cmocka_unit_test(space_is_never_zero_after_more),
        cmocka_unit_test(space_may_be_asked_again),
        cmocka_unit_test(a_full_buffer_has_no_space),
        cmocka_unit_test(nothing_got_changes_nothing),
        cmocka_unit_test(give_and_got_take_turns),
        cmocka_unit_test(reuse_has_memory_of_any_size),
        cmocka_unit_test(given_bytes_stay_as_they_are),
        cmocka_unit_test(close_tells_why),
        cmocka_unit_test(done_outweighs_a_reset),
        cmocka_unit_test(a_cut_response_says_so),
        cmocka_unit_test(a_plain_error_of_any_length),
        cmocka_unit_test(an_error_that_breaks_off),
        cmocka_unit_test(an_error_event_that_is_cut_off),
        cmocka_unit_test(a_buffer_that_was_written_to),
        cmocka_unit_test(a_buffer_that_was_written_to_amid_parts),
        cmocka_unit_test(a_page_in_place_of_json),
        cmocka_unit_test(what_is_in_front_of_a_body),
        cmocka_unit_test(what_follows_a_body),
        cmocka_unit_test(what_lies_behind_a_text_that_grows),
        cmocka_unit_test(an_error_that_fills_the_smallest_memory),
        cmocka_unit_test(a_long_error_that_begins_like_json),
        cmocka_unit_test(every_byte_in_a_plain_error),
        cmocka_unit_test(an_error_that_is_held),
        cmocka_unit_test(the_space_for_reading),
        cmocka_unit_test(blanks_in_front_of_data),
        cmocka_unit_test(next_after_the_end_stays_at_the_end),
        cmocka_unit_test(done_needs_no_close),
        cmocka_unit_test(a_complete_response_needs_no_close),
        cmocka_unit_test(state_may_be_saved_and_restored),
        cmocka_unit_test(views_end_with_a_nul),
        cmocka_unit_test(presence_and_null),
        cmocka_unit_test(what_lasts_over_parts),
        cmocka_unit_test(strings_come_whole),
        cmocka_unit_test(flag_utf8),
        cmocka_unit_test(flag_utf8_of_a_part),
        cmocka_unit_test(flag_pending),
        cmocka_unit_test(flag_next),
        cmocka_unit_test(flag_id),
        cmocka_unit_test(flag_id_of_a_framed_stream),
        cmocka_unit_test(a_broken_event_changes_no_kind),
        cmocka_unit_test(failed_from_400_on),
        cmocka_unit_test(failed_with_something_behind),
        cmocka_unit_test(failed_answer_with_something_behind),
        cmocka_unit_test(broken_framing_amid_an_event),
        cmocka_unit_test(flag_id_and_pending),
        cmocka_unit_test(an_event_named_error),
        cmocka_unit_test(an_event_by_its_object),
        cmocka_unit_test(parts_beside_an_error),
        cmocka_unit_test(flag_cut),
        cmocka_unit_test(pieces_of_a_word),
        cmocka_unit_test(an_object_is_the_first_of_its_array),
        cmocka_unit_test(bad_tells_status_and_offset),
        cmocka_unit_test(bad_is_told_at_once),
        cmocka_unit_test(errors_have_their_status),
        cmocka_unit_test(heads_and_event_fields_can_be_read),
        cmocka_unit_test(own_schema_members),
        cmocka_unit_test(own_schema_wrong_types),
        cmocka_unit_test(own_schema_arrays_in_parts),
        cmocka_unit_test(own_schema_nulls_in_parts),
        cmocka_unit_test(own_schema_texts_are_cut),
        cmocka_unit_test(own_schema_nested_object_in_parts),
        cmocka_unit_test(first_part_lasts),
        cmocka_unit_test(one_call_in_parts),
        cmocka_unit_test(own_schema_numbers_too_long),
        cmocka_unit_test(texts_are_cut_between_characters),
        cmocka_unit_test(own_schema_string_too_long),
        cmocka_unit_test(own_schema_halves),
        cmocka_unit_test(members_that_make_no_answer),
        cmocka_unit_test(reasoning_by_its_first_name),
        cmocka_unit_test(words_change_no_event_behind_them),
        cmocka_unit_test(own_schema_half_in_vain),
        cmocka_unit_test(half_in_vain_tells_its_elements),
        cmocka_unit_test(half_that_was_for_another),
        cmocka_unit_test(half_tried_by_a_broken_event),
        cmocka_unit_test(half_of_an_element_whose_index_is_null),
        cmocka_unit_test(own_schema_numbers_fill_the_memory),
        cmocka_unit_test(an_empty_word_says_nothing),
        cmocka_unit_test(half_in_vain_of_a_failed_response),
        cmocka_unit_test(own_schema_facts_end_nothing),
        cmocka_unit_test(own_schema_stream_ends),
        cmocka_unit_test(own_schema_has_no_errors),
        cmocka_unit_test(own_schema_has_no_type),
        cmocka_unit_test(own_schema_in_a_json_body),
        cmocka_unit_test(failed_body_breaks),
        cmocka_unit_test(own_schema_empty_elements),
        cmocka_unit_test(own_schema_failed_body_breaks),
    };
    if (count > 1)
        cmocka_set_test_filter(arguments[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
