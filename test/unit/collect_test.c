/* The collector: which pieces belong to which text, over events and parts; with the whole schema and the lean one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cases.h"
#include "rill/rill.h"

static rill_chunk chunk;
static rill_lean_chunk lean_chunk;
static rill_token tokens[64];
static char buffer[2048];

/* Decodes a stream with so much memory and gives each chunk to the collector. The last answer of the collector. */
static rill_status collect_all(rill_collector *collector, const char *stream_text, size_t size, size_t token_count,
                               bool lean)
{
    const rill_schema *schema = lean ? &rill_lean_schema : &rill_chat_schema;
    void *target = lean ? (void *)&lean_chunk : (void *)&chunk;
    const rill_stream_config config = {buffer, size, tokens, token_count, schema, target, RILL_BODY_AUTO, NULL};
    rill_stream stream;
    rill_item item;
    rill_status status, collected = RILL_OK;
    const char *end = stream_text + strlen(stream_text);
    assert_int_equal(rill_stream_begin(&stream, &config), RILL_OK);
    for (;;) {
        while ((status = rill_stream_next(&stream, &item)) == RILL_OK)
            collected = lean ? rill_lean_collect(collector, &item, &lean_chunk) : rill_collect(collector, &item, &chunk);
        if (status != RILL_MORE)
            return collected;
        char *place;
        size_t space = rill_stream_space(&stream, &place), left = (size_t)(end - stream_text);
        size_t length = space < left ? space : left;
        memcpy(place, stream_text, length);
        stream_text += length;
        if (length > 0)
            rill_stream_got(&stream, length);
        else
            rill_stream_close(&stream, RILL_PORT_CLOSED);
    }
}

static void expect_in(size_t size, size_t token_count, bool lean, const char *stream_text, rill_collect_what what, int32_t choice,
                      unsigned call, const char *text)
{
    char memory[1024];
    rill_collector collector;
    rill_collect_begin(&collector, what, choice, call, memory, sizeof memory);
    assert_int_equal(collect_all(&collector, stream_text, size, token_count, lean), RILL_OK);
    assert_string_equal(memory, text);
    assert_int_equal(collector.length, strlen(text));
}

/* The text is the same in a large and in the smallest memory. */
static void expect_with(bool lean, const char *stream_text, rill_collect_what what, int32_t choice, unsigned call,
                        const char *text)
{
    static const size_t sizes[][2] = {{2048, 64}, {512, 48}, {256, 24}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        expect_in(sizes[i][0], sizes[i][1], lean, stream_text, what, choice, call, text);
}

static void expect(const char *stream_text, rill_collect_what what, int32_t choice, unsigned call, const char *text)
{
    expect_with(false, stream_text, what, choice, call, text);
    expect_with(true, stream_text, what, choice, call, text);
}

#define EVENT(choices) "data: {\"choices\":[" choices "]}\n\n"
#define DELTA(index, members) "{\"index\":" index ",\"delta\":{" members "}}"
#define CALLS(calls) EVENT(DELTA("0", "\"tool_calls\":[" calls "]"))
#define OBJECT(calls) "{\"choices\":[" DELTA("0", "\"tool_calls\":[" calls "]") "]}"
#define ARGUMENTS(text) "\"function\":{\"arguments\":\"" text "\"}"

static void test_text_by_choice(void **state)
{
    static const char stream[] = EVENT(DELTA("0", "\"content\":\"Hel\"") "," DELTA("1", "\"content\":\"Gru\"")) EVENT(
        DELTA("1", "\"content\":\"ezi\"")) EVENT(DELTA("0", "\"content\":\"lo\",\"reasoning\":\"hm\",\"refusal\":\"no\""));
    (void)state;
    expect(stream, RILL_COLLECT_CONTENT, 0, 0, "Hello");
    expect(stream, RILL_COLLECT_CONTENT, 1, 0, "Gruezi");
    expect(stream, RILL_COLLECT_CONTENT, 2, 0, "");
    expect(stream, RILL_COLLECT_REASONING, 0, 0, "hm");
    expect(stream, RILL_COLLECT_REFUSAL, 0, 0, "no");
    expect(CALLS("{\"id\":\"a\"," ARGUMENTS("{}") "}"), RILL_COLLECT_REFUSAL, 0, 0, ""); /* nor is it a call's */
}

static void test_calls_by_index(void **state)
{
    static const char stream[] =
        CALLS("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"first\",\"arguments\":\"\"}}")
        CALLS("{\"index\":1,\"id\":\"b\",\"function\":{\"name\":\"second\",\"arguments\":\"{\"}}")
        CALLS("{\"index\":0," ARGUMENTS("{\\\"x\\\":") "},{\"index\":1," ARGUMENTS("}") "}")
        CALLS("{\"index\":0,\"id\":\"\",\"function\":{\"name\":\"\",\"arguments\":\"1}\"}}");
    (void)state;
    expect(stream, RILL_COLLECT_ARGUMENTS, 0, 0, "{\"x\":1}");
    expect(stream, RILL_COLLECT_ARGUMENTS, 0, 1, "{}");
    expect(stream, RILL_COLLECT_CALL_NAME, 0, 0, "first");
    expect(stream, RILL_COLLECT_CALL_ID, 0, 1, "b");
    expect(stream, RILL_COLLECT_ARGUMENTS, 0, 2, "");
}

/* Gemini: no index, or always 0; Bedrock: the first is 1. */
static void test_calls_without_a_useful_index(void **state)
{
    static const char no_index[] = CALLS("{\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{1}\"}}")
        CALLS("{\"id\":\"b\",\"function\":{\"name\":\"f\",\"arguments\":\"{2}\"}}");
    static const char always_0[] = CALLS("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{1}\"}}")
        CALLS("{\"index\":0,\"id\":\"b\",\"function\":{\"name\":\"f\",\"arguments\":\"{2\"}}")
        CALLS("{\"index\":0," ARGUMENTS("}") "}");
    static const char no_id[] = CALLS("{\"function\":{\"name\":\"f\",\"arguments\":\"{1}\"}}")
        CALLS("{\"function\":{\"name\":\"g\",\"arguments\":\"{2}\"}}");
    static const char from_1[] = CALLS("{\"index\":1,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{1}\"}}")
        CALLS("{\"index\":2,\"id\":\"b\",\"function\":{\"name\":\"f\",\"arguments\":\"{2}\"}}");
    static const char null_id[] = CALLS("{\"index\":0,\"id\":\"null\",\"function\":{\"name\":\"f\",\"arguments\":\"{1\"}}")
        CALLS("{\"index\":0,\"id\":\"null\"," ARGUMENTS("}") "}")
        CALLS("{\"index\":1,\"id\":\"null\",\"function\":{\"name\":\"g\",\"arguments\":\"{2}\"}}");
    static const char null_id_always_0[] =
        CALLS("{\"index\":0,\"id\":\"null\",\"function\":{\"name\":\"f\",\"arguments\":\"{1}\"}}")
        CALLS("{\"index\":0,\"id\":\"null\",\"function\":{\"name\":\"g\",\"arguments\":\"{2}\"}}");
    const char *const streams[] = {no_index, always_0, no_id, from_1, null_id, null_id_always_0};
    (void)state;
    for (size_t i = 0; i < sizeof streams / sizeof streams[0]; i++) {
        expect(streams[i], RILL_COLLECT_ARGUMENTS, 0, 0, "{1}");
        expect(streams[i], RILL_COLLECT_ARGUMENTS, 0, 1, "{2}");
    }
}

/* A name begins a call also behind others, of the same index and of other ones. */
static void test_names_that_come_anew(void **state)
{
    static const char third[] = CALLS("{\"function\":{\"name\":\"f\",\"arguments\":\"{1}\"}}")
        CALLS("{\"function\":{\"name\":\"g\",\"arguments\":\"{2}\"}}") CALLS("{\"function\":{\"name\":\"h\",\"arguments\":\"{3}\"}}");
    static const char behind_another[] = CALLS("{\"index\":0,\"function\":{\"name\":\"f\",\"arguments\":\"{1}\"}}")
        CALLS("{\"index\":1,\"function\":{\"name\":\"g\",\"arguments\":\"{2}\"}}")
        CALLS("{\"index\":0,\"function\":{\"name\":\"h\",\"arguments\":\"{3}\"}}");
    const char *const streams[] = {third, behind_another};
    (void)state;
    for (size_t i = 0; i < sizeof streams / sizeof streams[0]; i++) {
        expect(streams[i], RILL_COLLECT_ARGUMENTS, 0, 0, "{1}");
        expect(streams[i], RILL_COLLECT_ARGUMENTS, 0, 1, "{2}");
        expect(streams[i], RILL_COLLECT_ARGUMENTS, 0, 2, "{3}");
    }
}

/* Only its place tells the parts of a delta to be the older call's: the newer one has the same index. */
static void test_parts_of_an_older_call(void **state)
{
    static const char text[] = "a text that is as long as the smallest memory, so that it comes in parts wherever it begins, and "
        "goes on after the event's other texts, in parts of the event that tell neither an id nor a name, but only where they stand: "
        "at the second choice, and there at the second call of the array, which is what the collector goes by";
    char stream[2048], expected[512];
    (void)state;
    sprintf(stream, CALLS("{\"index\":0,\"id\":\"a\"," ARGUMENTS("1") "},{\"index\":0,\"id\":\"b\"," ARGUMENTS("2") "}")
            EVENT("{\"index\":1,\"delta\":{}}," DELTA("0", "\"tool_calls\":[{\"index\":0,\"id\":\"b\"," ARGUMENTS("3") "},"
            "{\"index\":0,\"id\":\"a\"," ARGUMENTS("%s") "}]")), text);
    sprintf(expected, "1%s", text);
    expect(stream, RILL_COLLECT_ARGUMENTS, 0, 0, expected);
    expect(stream, RILL_COLLECT_ARGUMENTS, 0, 1, "23");
}

/* Begun in the middle of an event, at a call of which nothing more comes. */
static void test_begun_late(void **state)
{
    char memory[8];
    rill_collector collector;
    rill_item item = {RILL_ITEM_CHAT_CHUNK, RILL_PART_MIDDLE, RILL_END_NONE, 0, RILL_OK, 0};
    (void)state;
    memset(&chunk, 0, sizeof chunk);
    chunk.choice_count = chunk.choices[0].message.tool_call_count = 1;
    rill_collect_begin(&collector, RILL_COLLECT_CALL_ID, 0, 0, memory, sizeof memory);
    assert_int_equal(rill_collect(&collector, &item, &chunk), RILL_OK);
    chunk.choices[0].message.tool_calls[0].element.at = 1;
    chunk.choices[0].message.tool_calls[0].element.index = 1;
    chunk.choices[0].message.tool_calls[0].id = (rill_text){"a", 1};
    assert_int_equal(rill_collect(&collector, &item, &chunk), RILL_OK);
    assert_string_equal(memory, "a");
}

/* The parts of a name may be equal: they are no name that is told again. */
static void test_a_name_in_equal_parts(void **state)
{
    char parts[][3] = {"da", "a"};
    (void)state;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        char memory[8], expected[16];
        rill_collector collector;
        rill_item item = {RILL_ITEM_CHAT_CHUNK, RILL_PART_FIRST, RILL_END_NONE, 0, RILL_OK, 0};
        memset(&chunk, 0, sizeof chunk);
        chunk.choice_count = chunk.choices[0].message.tool_call_count = 1;
        chunk.choices[0].message.tool_calls[0].name = (rill_text){parts[i], (uint32_t)strlen(parts[i])};
        rill_collect_begin(&collector, RILL_COLLECT_CALL_NAME, 0, 0, memory, sizeof memory);
        assert_int_equal(rill_collect(&collector, &item, &chunk), RILL_OK);
        item.part = RILL_PART_LAST;
        assert_int_equal(rill_collect(&collector, &item, &chunk), RILL_OK);
        sprintf(expected, "%s%s", parts[i], parts[i]);
        assert_string_equal(memory, expected);
    }
}

/* What is told of a call may come in any order over its deltas: what is missing is no other call's. */
static void test_calls_that_are_named_late(void **state)
{
    static const char id_late[] = CALLS("{\"index\":0,\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}")
        CALLS("{\"index\":0,\"id\":\"a\"," ARGUMENTS("1") "}") CALLS("{\"index\":0,\"id\":\"a\"," ARGUMENTS("}") "}")
        CALLS("{\"index\":0,\"id\":\"b\"," ARGUMENTS("{2}") "}");
    static const char name_late[] = CALLS("{\"index\":0," ARGUMENTS("{") "}")
        CALLS("{\"index\":0,\"function\":{\"name\":\"f\",\"arguments\":\"1}\"}}")
        CALLS("{\"index\":0,\"function\":{\"name\":\"g\",\"arguments\":\"{2}\"}}");
    const char *const streams[] = {id_late, name_late};
    (void)state;
    for (size_t i = 0; i < sizeof streams / sizeof streams[0]; i++) {
        expect(streams[i], RILL_COLLECT_ARGUMENTS, 0, 0, "{1}");
        expect(streams[i], RILL_COLLECT_ARGUMENTS, 0, 1, "{2}");
    }
}

/* Ids are told apart by a hash: that of call_4wXx1R is 0, which stands for none; "abcd" is as long as "null"; the hashes of
 * call_37 and call_321 have half of their bits in common. */
static void test_ids(void **state)
{
    static const char *const ids[][2] = {{"call_4wXx1R", "call_0"}, {"call_0", "call_4wXx1R"}, {"abcd", "null_"},
                                         {"nul", "nulk"}, {"call_37", "call_321"}};
    char stream[1024];
    (void)state;
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        sprintf(stream, CALLS("{\"index\":0,\"id\":\"%s\"," ARGUMENTS("{1}") "}")
                CALLS("{\"index\":0,\"id\":\"%s\"," ARGUMENTS("{2") "}") CALLS("{\"index\":0," ARGUMENTS("}") "}"),
                ids[i][0], ids[i][1]);
        expect(stream, RILL_COLLECT_ARGUMENTS, 0, 0, "{1}");
        expect(stream, RILL_COLLECT_ARGUMENTS, 0, 1, "{2}");
    }
}

/* As OpenAI sends them, in every memory. A part may end anywhere: also where nothing of a call has come but its bracket, or its
 * index, which says nothing where it is the same for all. */
#define HEAD "data: {\"id\":\"chatcmpl-ABCDEFGHIJKLMNOPQRSTUVWXYZabc\",\"object\":\"chat.completion.chunk\",\"created\":1700000000," \
             "\"model\":\"gpt-4o-mini-2024-07-18\",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_0123456789\","
#define HEADED(call) HEAD "\"choices\":[" DELTA("0", "\"role\":\"assistant\",\"content\":null,\"tool_calls\":[" call "]") "]}\n\n"
#define BEGIN(index, id, name, text) \
    HEADED("{\"index\":" index ",\"id\":\"" id "\",\"type\":\"function\",\"function\":{\"name\":\"" name "\",\"arguments\":\"" text "\"}}")
#define GO_ON(index, text) HEADED("{\"index\":" index "," ARGUMENTS(text) "}")

static void test_calls_in_every_memory(void **state)
{
    static const char by_index[] = BEGIN("0", "call_aaaaaaaaaaaaaaaaaaaaaaaa", "get_weather", "") GO_ON("0", "{1")
        BEGIN("1", "call_bbbbbbbbbbbbbbbbbbbbbbbb", "delete_file", "") GO_ON("1", "{2") GO_ON("0", "}") GO_ON("1", "}");
    static const char by_id[] = BEGIN("0", "call_aaaaaaaaaaaaaaaaaaaaaaaa", "get_weather", "{1") GO_ON("0", "}")
        BEGIN("0", "call_bbbbbbbbbbbbbbbbbbbbbbbb", "delete_file", "{2") GO_ON("0", "}");
    static const char in_one_event[] =
        HEADED("{\"index\":0,\"id\":\"call_aaaaaaaaaaaaaaaaaaaaaaaa\",\"type\":\"function\",\"function\":{\"name\":\"get_weather\","
               "\"arguments\":\"{1}\"}},{\"index\":1,\"id\":\"call_bbbbbbbbbbbbbbbbbbbbbbbb\",\"type\":\"function\","
               "\"function\":{\"name\":\"delete_file\",\"arguments\":\"{2}\"}}");
    static const char told_again[] = BEGIN("0", "call_aaaaaaaaaaaaaaaaaaaaaaaa", "get_weather", "{1")
        BEGIN("0", "call_aaaaaaaaaaaaaaaaaaaaaaaa", "get_weather", "}")
        BEGIN("0", "call_bbbbbbbbbbbbbbbbbbbbbbbb", "delete_file", "{2") BEGIN("0", "call_bbbbbbbbbbbbbbbbbbbbbbbb", "delete_file", "}");
    const char *const streams[] = {by_index, by_id, in_one_event, told_again};
    (void)state;
    for (size_t i = 0; i < sizeof streams / sizeof streams[0]; i++)
        for (size_t size = RILL_BUFFER_MIN; size < 800; size += 4)
            for (size_t count = RILL_TOKENS_MIN; count <= 64; count += (2 + (size % 8) / 4) * test_stride())
                for (int lean = 0; lean < 2; lean++) {
                    expect_in(size, count, lean, streams[i], RILL_COLLECT_CALL_NAME, 0, 0, "get_weather");
                    expect_in(size, count, lean, streams[i], RILL_COLLECT_CALL_NAME, 0, 1, "delete_file");
                    expect_in(size, count, lean, streams[i], RILL_COLLECT_CALL_ID, 0, 1, "call_bbbbbbbbbbbbbbbbbbbbbbbb");
                    expect_in(size, count, lean, streams[i], RILL_COLLECT_ARGUMENTS, 0, 0, "{1}");
                    expect_in(size, count, lean, streams[i], RILL_COLLECT_ARGUMENTS, 0, 1, "{2}");
                }
}

/* Calls have the same numbers whatever is collected of them: one of which only the arguments came is a call. */
static void test_calls_are_counted_alike(void **state)
{
    static const char stream[] = CALLS("{\"index\":3,\"function\":{\"arguments\":\"{1}\"}}")
        CALLS("{\"index\":4,\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":\"{2}\"}}")
        CALLS("{\"index\":5}") CALLS("{\"index\":6,\"id\":\"c\"}");
    static const char custom[] = CALLS("{\"index\":3,\"custom\":{\"input\":\"x\"}}") CALLS("{\"index\":4,\"id\":\"b\"}");
    (void)state;
    expect(stream, RILL_COLLECT_CALL_ID, 0, 0, "");
    expect(stream, RILL_COLLECT_CALL_ID, 0, 1, "b");
    expect(stream, RILL_COLLECT_CALL_NAME, 0, 1, "g");
    expect(stream, RILL_COLLECT_ARGUMENTS, 0, 1, "{2}");
    expect(stream, RILL_COLLECT_CALL_ID, 0, 2, "c");
    expect_with(false, custom, RILL_COLLECT_CALL_ID, 0, 1, "b");
}

/* One event may name a choice twice; each delta counts by itself. */
static void test_a_choice_twice_in_an_event(void **state)
{
    static const char calls[] = EVENT(DELTA("0", "\"tool_calls\":[{\"id\":\"a\"," ARGUMENTS("{1}") "}]") ","
                                      DELTA("0", "\"tool_calls\":[{\"id\":\"b\"," ARGUMENTS("{2}") "}]"));
    (void)state;
    expect(calls, RILL_COLLECT_ARGUMENTS, 0, 0, "{1}");
    expect(calls, RILL_COLLECT_ARGUMENTS, 0, 1, "{2}");
}

/* An event may be an array of objects, one a part: what stands at the same place in two of them is not one delta. */
static void test_an_array_of_objects(void **state)
{
    static const char stream[] = "data: [" OBJECT("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{1}\"}}") ","
        OBJECT("{\"index\":1,\"id\":\"b\",\"function\":{\"name\":\"g\",\"arguments\":\"{2\"}}") "," OBJECT("{\"index\":1," ARGUMENTS("}") "}") "]\n\n"
        "data: [" OBJECT("{\"index\":0," ARGUMENTS("{3}") "}") "]\n\n";
    (void)state;
    expect(stream, RILL_COLLECT_ARGUMENTS, 0, 0, "{1}{3}");
    expect(stream, RILL_COLLECT_ARGUMENTS, 0, 1, "{2}");
    expect(stream, RILL_COLLECT_CALL_NAME, 0, 0, "f");
    expect(stream, RILL_COLLECT_CALL_NAME, 0, 1, "g");
    expect(stream, RILL_COLLECT_ARGUMENTS, 0, 2, "");
}

/* Id and whole name with each delta, as some servers send them. A name that differs goes on, as OpenAI's clients join it. */
static void test_what_is_told_again(void **state)
{
    static const char again[] = CALLS("{\"index\":0,\"id\":\"aa\",\"function\":{\"name\":\"get\",\"arguments\":\"{\"}}")
        CALLS("{\"index\":0,\"id\":\"aa\",\"function\":{\"name\":\"get\",\"arguments\":\"{\"}}")
        CALLS("{\"index\":0,\"id\":\"aa\",\"function\":{\"name\":\"get\",\"arguments\":\"}}\"}}");
    static const char pieces[] = CALLS("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"get_\",\"arguments\":\"\"}}")
        CALLS("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"file\",\"arguments\":\"{}\"}}");
    static const char one_letter[] = CALLS("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\"}}")
        CALLS("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\"}}");
    (void)state;
    expect(one_letter, RILL_COLLECT_CALL_NAME, 0, 0, "f");
    expect(again, RILL_COLLECT_CALL_ID, 0, 0, "aa");
    expect(again, RILL_COLLECT_CALL_NAME, 0, 0, "get");
    expect(again, RILL_COLLECT_ARGUMENTS, 0, 0, "{{}}");
    expect(pieces, RILL_COLLECT_CALL_NAME, 0, 0, "get_file");
    expect(pieces, RILL_COLLECT_ARGUMENTS, 0, 0, "{}");
}

/* Ids longer than the smallest buffer come in pieces there: whether they end alike or are told again, they are one call's. */
static void test_long_ids(void **state)
{
    char stream[8192], id[401], other[401];
    (void)state;
    memset(id, 'x', 400);
    id[400] = '\0';
    memcpy(other, id, sizeof id);
    other[0] = 'y';
    sprintf(stream, CALLS("{\"index\":0,\"id\":\"%s\"," ARGUMENTS("{") "}") CALLS("{\"index\":0,\"id\":\"%s\"," ARGUMENTS("1") "}")
            CALLS("{\"index\":0,\"id\":\"%s\"," ARGUMENTS("{2}") "}") CALLS("{\"index\":0,\"id\":\"%s\"," ARGUMENTS("}") "}"),
            id, id, other, id);
    expect(stream, RILL_COLLECT_ARGUMENTS, 0, 0, "{1}");
    expect(stream, RILL_COLLECT_ARGUMENTS, 0, 1, "{2}");
    expect(stream, RILL_COLLECT_CALL_ID, 0, 1, other);
}

static void test_custom_tool(void **state)
{
    static const char stream[] = CALLS("{\"index\":0,\"id\":\"a\",\"custom\":{\"name\":\"shell\",\"input\":\"ls\"}}")
        CALLS("{\"index\":0,\"custom\":{\"input\":\" -l\"}}")
        CALLS("{\"index\":0,\"custom\":{\"name\":\"b\",\"input\":\"x\"}}");
    (void)state;
    expect_with(false, stream, RILL_COLLECT_CALL_NAME, 0, 0, "shell");
    expect_with(false, stream, RILL_COLLECT_ARGUMENTS, 0, 0, "ls -l");
    expect_with(false, stream, RILL_COLLECT_ARGUMENTS, 0, 1, "x"); /* a name that comes anew */
}

/* Events that hold nothing of the text. */
static void test_events_without_it(void **state)
{
    static const char stream[] = EVENT(DELTA("0", "\"content\":\"a\"")) "data: {\"choices\":[],\"usage\":{\"total_tokens\":3}}\n\n"
        EVENT(DELTA("0", "\"tool_calls\":[{\"index\":0," ARGUMENTS("{}") "}]")) EVENT(DELTA("0", "\"content\":\"b\""));
    (void)state;
    expect(stream, RILL_COLLECT_CONTENT, 0, 0, "ab");
    expect(stream, RILL_COLLECT_ARGUMENTS, 0, 0, "{}");
    expect(stream, RILL_COLLECT_ARGUMENTS, 0, 256, ""); /* no more calls than RILL_CALLS_MAX are counted */
    expect(stream, RILL_COLLECT_ARGUMENTS, 0, RILL_CALLS_MAX, "");
}

/* Groq, xAI: the index of a call stands behind its id and function, and may come in a later part. */
static void test_index_behind_the_call(void **state)
{
    static const char stream[] =
        CALLS("{\"id\":\"functions.add:0\",\"type\":\"function\",\"function\":{\"name\":\"add\",\"arguments\":\"{1}\"},"
              "\"index\":0}")
        CALLS("{\"id\":\"functions.multiply:1\",\"type\":\"function\",\"function\":{\"name\":\"multiply\",\"arguments\":"
              "\"{\\\"a\\\": 1234567890, \\\"b\\\": 1234567890, \\\"c\\\": 1234567890, \\\"d\\\": 1234567890, "
              "\\\"e\\\": 1234567890, \\\"f\\\": 1234567890\"},\"index\":1}")
        CALLS("{\"index\":1," ARGUMENTS("}") "}");
    (void)state;
    expect(stream, RILL_COLLECT_ARGUMENTS, 0, 0, "{1}");
    expect(stream, RILL_COLLECT_CALL_ID, 0, 1, "functions.multiply:1");
    expect(stream, RILL_COLLECT_CALL_NAME, 0, 1, "multiply");
    expect(stream, RILL_COLLECT_ARGUMENTS, 0, 1,
           "{\"a\": 1234567890, \"b\": 1234567890, \"c\": 1234567890, \"d\": 1234567890, \"e\": 1234567890, "
           "\"f\": 1234567890}");
    expect(stream, RILL_COLLECT_ARGUMENTS, 0, 2, "");
}

/* Collected in so much memory, a text ends in front of the first character that does not fit, and nothing follows. */
static void expect_full(const char *stream, rill_collect_what what, size_t size, const char *text)
{
    for (int lean = 0; lean < 2; lean++) {
        char memory[16];
        rill_collector collector;
        rill_collect_begin(&collector, what, 0, 0, memory, size);
        assert_int_equal(collect_all(&collector, stream, 2048, 64, lean), RILL_LIMIT_FULL);
        assert_string_equal(memory, text);
        assert_int_equal(collector.length, strlen(text));
    }
}

static void test_full(void **state)
{
    static const char content[] = EVENT(DELTA("0", "\"content\":\"12345\xc3\xa9xyz\"")) EVENT(DELTA("0", "\"content\":\"z\""));
    static const char arguments[] =
        CALLS("{\"index\":0," ARGUMENTS("12345\xc3\xa9") "},{\"index\":0," ARGUMENTS("z") "}") CALLS("{\"index\":0," ARGUMENTS("z") "}");
    static const char twice[] =
        EVENT(DELTA("0", "\"content\":\"12345\xc3\xa9\"") "," DELTA("0", "\"content\":\"z\""));
    static const char character[] = EVENT(DELTA("0", "\"content\":\"\xe2\x82\xac\""));
    static const char pieces[] = EVENT(DELTA("0", "\"content\":\"12345\"")) EVENT(DELTA("0", "\"content\":\"67890\""));
    static const char tails[] = EVENT(DELTA("0", "\"content\":\"\x82\x82\"")); /* of no character */
    (void)state;
    expect_full(content, RILL_COLLECT_CONTENT, 7, "12345"); /* not half of the next character */
    expect_full(content, RILL_COLLECT_CONTENT, 8, "12345\xc3\xa9");
    expect_full(arguments, RILL_COLLECT_ARGUMENTS, 7, "12345");
    expect_full(twice, RILL_COLLECT_CONTENT, 7, "12345");
    expect_full(pieces, RILL_COLLECT_CONTENT, 8, "1234567");
    expect_full(pieces, RILL_COLLECT_CONTENT, 6, "12345");
    expect_full(character, RILL_COLLECT_CONTENT, 3, "");
    expect_full(character, RILL_COLLECT_CONTENT, 1, "");
    expect_full(tails, RILL_COLLECT_CONTENT, 2, "");
}

static void test_too_many_calls(void **state)
{
    char stream[4096] = "";
    char memory[64];
    rill_collector collector;
    (void)state;
    for (int i = 0; i <= RILL_CALLS_MAX; i++)
        sprintf(stream + strlen(stream), CALLS("{\"index\":%d,\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}"), i);
    rill_collect_begin(&collector, RILL_COLLECT_ARGUMENTS, 0, 0, memory, sizeof memory);
    assert_int_equal(collect_all(&collector, stream, 2048, 64, false), RILL_LIMIT_FULL);

    strcpy(stream, "data: {\"choices\":[{\"delta\":{\"tool_calls\":["); /* all in one event */
    for (int i = 0; i < 2 * RILL_CALLS_MAX; i++)
        sprintf(stream + strlen(stream), "%s{\"index\":%d,\"id\":\"%d\"}", i > 0 ? "," : "", i, i);
    strcat(stream, "]}}]}\n\n");
    rill_collect_begin(&collector, RILL_COLLECT_CALL_ID, 0, RILL_CALLS_MAX - 1, memory, sizeof memory);
    assert_int_equal(collect_all(&collector, stream, 2048, 64, false), RILL_LIMIT_FULL);
    assert_string_equal(memory, "7");
}

/* The whole way: a tool call's arguments become a struct of the user's. */
typedef struct weather {
    rill_header header;
    rill_text city;
    int64_t days;
} weather;
enum { WEATHER_CITY, WEATHER_DAYS };
static const rill_row weather_rows[] = {
    RILL_ROW_STRING(weather, city, "city", WEATHER_CITY),
    RILL_ROW_INT64(weather, days, "days", WEATHER_DAYS),
};
static const rill_schema weather_schema = RILL_SCHEMA(weather, weather_rows);

static void test_arguments_fill_a_struct(void **state)
{
    static const char stream[] = CALLS("{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"weather\",\"arguments\":\"\"}}")
        CALLS("{\"index\":0," ARGUMENTS("{\\\"city\\\": \\\"Z\\\\u00") "}")
        CALLS("{\"index\":0," ARGUMENTS("fcrich\\\", \\\"days\\\": 3}") "}");
    char memory[128];
    rill_collector collector;
    weather asked;
    (void)state;
    rill_collect_begin(&collector, RILL_COLLECT_ARGUMENTS, 0, 0, memory, sizeof memory);
    assert_int_equal(collect_all(&collector, stream, 256, 24, false), RILL_OK);
    assert_int_equal(rill_json_decode(collector.text, collector.length, sizeof memory, tokens, 24, &weather_schema, &asked),
                     RILL_OK);
    assert_string_equal(asked.city.data, "Z\xc3\xbcrich");
    assert_int_equal(asked.days, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_by_choice),
        cmocka_unit_test(test_calls_by_index),
        cmocka_unit_test(test_calls_without_a_useful_index),
        cmocka_unit_test(test_calls_that_are_named_late),
        cmocka_unit_test(test_ids),
        cmocka_unit_test(test_calls_in_every_memory),
        cmocka_unit_test(test_calls_are_counted_alike),
        cmocka_unit_test(test_a_choice_twice_in_an_event),
        cmocka_unit_test(test_names_that_come_anew),
        cmocka_unit_test(test_parts_of_an_older_call),
        cmocka_unit_test(test_begun_late),
        cmocka_unit_test(test_a_name_in_equal_parts),
        cmocka_unit_test(test_an_array_of_objects),
        cmocka_unit_test(test_what_is_told_again),
        cmocka_unit_test(test_long_ids),
        cmocka_unit_test(test_custom_tool),
        cmocka_unit_test(test_events_without_it),
        cmocka_unit_test(test_index_behind_the_call),
        cmocka_unit_test(test_full),
        cmocka_unit_test(test_too_many_calls),
        cmocka_unit_test(test_arguments_fill_a_struct),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
