/* Tool calls as rill chat joins them from their deltas, at a roomy and at the smallest memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "calls.h"
#include "commands.h"
#include "rill/stream.h"

#define PADDING "\"id\":\"an-id-that-takes-its-room-in-a-small-buffer\",\"object\":\"chat.completion.chunk\","
#define EVENT(calls) "data: {" PADDING "\"choices\":[{\"index\":0,\"delta\":{" calls "}}]}\n\n"
#define TOOLS(calls) EVENT("\"tool_calls\":[" calls "]")
#define DONE "data: [DONE]\n\n"

static void take_item(calls *joined, const rill_item *item, const rill_chunk *chunk)
{
    bool chunked = item->kind == RILL_ITEM_CHAT_CHUNK;
    if (chunked && (item->part == RILL_PART_WHOLE || item->part == RILL_PART_FIRST))
        calls_begin_event(joined);
    for (uint16_t i = 0; chunked && i < chunk->choice_count; i++)
        calls_gather(joined, &chunk->choices[i]);
    if (chunked && (item->part == RILL_PART_WHOLE || item->part == RILL_PART_LAST))
        calls_end_event(joined);
}

static void decode(calls *joined, const char *input, size_t size, size_t token_count)
{
    static char buffer[4096];
    static rill_token tokens[512];
    static rill_chunk chunk;
    const rill_stream_config config = {buffer, size, tokens, token_count, &rill_chat_schema, &chunk, RILL_BODY_SSE, NULL};
    rill_stream stream;
    rill_item item;
    rill_status status;
    char *place;
    size_t left = strlen(input);
    assert_int_equal(rill_stream_begin(&stream, &config), RILL_OK);
    for (;;) {
        while ((status = rill_stream_next(&stream, &item)) == RILL_OK)
            take_item(joined, &item, &chunk);
        if (status != RILL_MORE)
            return;
        size_t space = rill_stream_space(&stream, &place);
        size_t length = left < space ? left : space;
        memcpy(place, input, length);
        input += length, left -= length;
        if (length > 0)
            rill_stream_got(&stream, length);
        else
            rill_stream_close(&stream, RILL_PORT_CLOSED);
    }
}

/* `wanted`: name(arguments) of each call, a blank behind each. */
static void expect(const char *input, const char *wanted)
{
    static const struct {
        size_t size, tokens;
    } memories[] = {{4096, 512}, {256, 24}, {300, 24}, {4096, 24}, {256, 512}};
    for (size_t i = 0; i < sizeof memories / sizeof memories[0]; i++) {
        char seen[1024] = "";
        size_t length = 0;
        calls joined = {NULL, 0, NULL, 0};
        decode(&joined, input, memories[i].size, memories[i].tokens);
        for (size_t j = 0; j < joined.count; j++) {
            const call *made = &joined.list[j];
            length += (size_t)snprintf(seen + length, sizeof seen - length, "%s(%s) ",
                                       made->name.text != NULL ? made->name.text : "",
                                       made->arguments.text != NULL ? made->arguments.text : "");
        }
        assert_string_equal(seen, wanted);
        calls_free(&joined);
    }
}

static void test_fragments(void **state)
{
    (void)state;
    expect(TOOLS("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"\"}}")
           TOOLS("{\"index\":0,\"function\":{\"arguments\":\"{\\\"x\\\"\"}}")
           TOOLS("{\"index\":0,\"function\":{\"arguments\":\":1}\"}}") DONE,
           "f({\"x\":1}) ");
}

static void test_by_turns(void **state)
{
    (void)state;
    expect(TOOLS("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"1\"}},"
                 "{\"index\":1,\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":\"2\"}}")
           TOOLS("{\"index\":1,\"function\":{\"arguments\":\"3\"}}")
           TOOLS("{\"index\":0,\"function\":{\"arguments\":\"4\"}}") DONE,
           "f(14) g(23) ");
}

static void test_index_comes_last(void **state)
{
    (void)state;
    expect(TOOLS("{\"id\":\"the-first-of-two-calls\",\"type\":\"function\",\"function\":{\"name\":\"add\","
                 "\"arguments\":\"{\\\"a\\\":2,\\\"b\\\":3}\"},\"index\":0}")
           TOOLS("{\"id\":\"the-second-of-two-calls\",\"type\":\"function\",\"function\":{\"name\":\"multiply\","
                 "\"arguments\":\"{\\\"a\\\":2,\"},\"index\":1}")
           TOOLS("{\"function\":{\"arguments\":\"\\\"b\\\":3}\"},\"type\":\"function\",\"id\":null,\"index\":1}") DONE,
           "add({\"a\":2,\"b\":3}) multiply({\"a\":2,\"b\":3}) ");
}

static void test_all_numbered_0(void **state)
{
    (void)state;
    expect(TOOLS("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}")
           TOOLS("{\"index\":0,\"id\":\"b\",\"function\":{\"name\":\"f\",\"arguments\":\"[]\"}}")
           TOOLS("{\"index\":0,\"id\":\"b\",\"function\":{\"name\":\"f\",\"arguments\":\"!\"}}") DONE,
           "f({}) f([]!) ");
}

static void test_without_index_and_id(void **state)
{
    (void)state;
    expect(TOOLS("{\"id\":\"null\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}},"
                 "{\"id\":\"null\",\"function\":{\"name\":\"g\",\"arguments\":{\"k\":[1]}}}")
           TOOLS("{\"function\":{\"name\":\"f\",\"arguments\":\"2\"}}") DONE,
           "f({}) g({\"k\":[1]}) f(2) ");
}

static void test_older_and_newer_ways(void **state)
{
    (void)state;
    expect(EVENT("\"function_call\":{\"name\":\"f\",\"arguments\":\"{\"}")
           EVENT("\"function_call\":{\"arguments\":\"}\"}") DONE,
           "f({}) ");
    expect(TOOLS("{\"index\":0,\"id\":\"a\",\"type\":\"custom\",\"custom\":{\"name\":\"sh\",\"input\":\"ls\"}}")
           TOOLS("{\"index\":0,\"custom\":{\"input\":\" -l\"}}") DONE,
           "sh(ls -l) ");
}

static void test_broken_event_is_dropped(void **state)
{
    (void)state;
    expect(TOOLS("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"1\"}}")
           "data: {" PADDING "\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"type\":\"function\","
           "\"function\":{\"arguments\":\"lost\"}}]},\"finish_reason\":nil}]}\n\n"
           TOOLS("{\"index\":0,\"function\":{\"arguments\":\"2\"}}") DONE,
           "f(12) ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fragments),
        cmocka_unit_test(test_by_turns),
        cmocka_unit_test(test_index_comes_last),
        cmocka_unit_test(test_all_numbered_0),
        cmocka_unit_test(test_without_index_and_id),
        cmocka_unit_test(test_older_and_newer_ways),
        cmocka_unit_test(test_broken_event_is_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
