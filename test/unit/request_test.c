/* The request writer: what it writes is read back with jansson and compared with what was asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "rill/request.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- a sink that collects */

typedef struct collector {
    char *text; /* NUL-terminated */
    size_t length, size;
    size_t calls;
    size_t room; /* after so many bytes it refuses */
    rill_status refusal;
} collector;

static rill_status collect(void *context, const char *bytes, size_t length)
{
    collector *all = context;
    all->calls++;
    assert_int_not_equal(length, 0);
    if (length > all->room - all->length)
        return all->refusal;
    if (all->size - all->length <= length) {
        all->size = 2 * all->size + length + 1024;
        all->text = realloc(all->text, all->size);
        assert_non_null(all->text);
    }
    memcpy(all->text + all->length, bytes, length);
    all->length += length;
    all->text[all->length] = '\0';
    return RILL_OK;
}

static collector begin(void)
{
    collector all = {NULL, 0, 0, 0, SIZE_MAX, RILL_PORT_RESET};
    return all;
}

static rill_request simple(void)
{
    rill_request request = {0};
    request.host = "api.example.com";
    request.path = "/v1/chat/completions";
    request.model = "m";
    return request;
}

/* Writes the request, checks head and Content-Length, gives the body read back. */
static json_t *written(const rill_request *request)
{
    collector whole = begin(), body = begin();
    assert_int_equal(rill_request_write(request, collect, &whole), RILL_OK);
    assert_int_equal(rill_request_body(request, collect, &body), RILL_OK);

    char *end = strstr(whole.text, "\r\n\r\n");
    assert_non_null(end);
    assert_int_equal(whole.length - (size_t)(end + 4 - whole.text), body.length);
    assert_memory_equal(end + 4, body.text, body.length);
    const char *length = strstr(whole.text, "\r\nContent-Length: ");
    assert_non_null(length);
    assert_true(length < end);
    assert_int_equal(strtoul(length + 18, NULL, 10), body.length);

    json_error_t error;
    json_t *json = json_loadb(body.text, body.length, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    if (json == NULL)
        fail_msg("%s at %d in %s", error.text, error.position, body.text);
    free(whole.text);
    free(body.text);
    return json;
}

static void expect_body(const rill_request *request, const char *expected)
{
    json_error_t error;
    json_t *got = written(request), *want = json_loads(expected, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    if (want == NULL)
        fail_msg("the test itself: %s in %s", error.text, expected);
    if (!json_equal(got, want)) {
        char *text = json_dumps(got, 0);
        fail_msg("got  %s\nwant %s", text, expected);
    }
    json_decref(got);
    json_decref(want);
}

static void expect_refusal(const rill_request *request, rill_status status)
{
    collector all = begin();
    assert_int_equal(rill_request_write(request, collect, &all), status);
    assert_int_equal(all.calls, 0);
}

/* ---- the whole text */

static void test_golden(void **state)
{
    (void)state;
    static const rill_request_header lines[] = {{"api-key", "k e\ty"}, {"X-Title", ""}};
    static const rill_request_message messages[] = {{.role = "user", .content = RILL_SPAN("Say \"hi\".\n")}};
    rill_request request = {
        .host = "localhost",
        .port = 8080,
        .path = "/v1/chat/completions?version=1",
        .authorization = "Bearer sk-123",
        .headers = lines,
        .header_count = COUNT(lines),
        .model = "gpt-4o-mini",
        .messages = messages,
        .message_count = COUNT(messages),
        .tools = "[]",
        .max_tokens = 1024,
        .stream = true,
        .include_usage = true,
        .extra = "\"temperature\":0.2,\"seed\":7",
    };
    static const char expected[] =
        "POST /v1/chat/completions?version=1 HTTP/1.1\r\n"
        "Host: localhost:8080\r\n"
        "User-Agent: rill\r\n"
        "Accept: text/event-stream, application/json\r\n"
        "Accept-Encoding: identity\r\n"
        "Connection: close\r\n"
        "Content-Type: application/json\r\n"
        "Content-Length: 188\r\n"
        "Authorization: Bearer sk-123\r\n"
        "api-key: k e\ty\r\n"
        "X-Title: \r\n"
        "\r\n"
        "{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"user\",\"content\":\"Say \\\"hi\\\".\\n\"}],"
        "\"tools\":[],\"max_tokens\":1024,\"stream\":true,\"stream_options\":{\"include_usage\":true},"
        "\"temperature\":0.2,\"seed\":7}";
    collector all = begin();
    assert_int_equal(rill_request_write(&request, collect, &all), RILL_OK);
    assert_string_equal(all.text, expected);
    free(all.text);
}

static void test_port_in_host(void **state)
{
    (void)state;
    static const struct {
        const char *host;
        uint16_t port;
        const char *line;
    } cases[] = {
        {"example.com", 0, "\r\nHost: example.com\r\n"},
        {"example.com", 1, "\r\nHost: example.com:1\r\n"},
        {"example.com", 10203, "\r\nHost: example.com:10203\r\n"},
        {"example.com", 65535, "\r\nHost: example.com:65535\r\n"},
        {"[::1]", 80, "\r\nHost: [::1]:80\r\n"},
        {"a.b:81", 0, "\r\nHost: a.b:81\r\n"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        rill_request request = simple();
        collector all = begin();
        request.host = cases[i].host;
        request.port = cases[i].port;
        assert_int_equal(rill_request_write(&request, collect, &all), RILL_OK);
        assert_non_null(strstr(all.text, cases[i].line));
        free(all.text);
    }
}

/* ---- bodies */

static void test_members(void **state)
{
    (void)state;
    rill_request request = simple();
    expect_body(&request, "{\"model\":\"m\"}");
    request.include_usage = true;
    expect_body(&request, "{\"model\":\"m\"}"); /* not without stream */
    request.stream = true;
    expect_body(&request, "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
    request.include_usage = false;
    expect_body(&request, "{\"model\":\"m\",\"stream\":true}");
    request.model = NULL;
    request.stream = false;
    expect_body(&request, "{}");
    request.extra = "";
    expect_body(&request, "{}");
    request.extra = "\"input\":[1,2]";
    expect_body(&request, "{\"input\":[1,2]}");
    request.tools = "[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]";
    expect_body(&request, "{\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}],\"input\":[1,2]}");
}

static void test_numbers(void **state)
{
    (void)state;
    static const uint32_t numbers[] = {1, 9, 10, 99, 100, 1000, 65535, 65536, 1000000000, 2147483648u, UINT32_MAX};
    for (size_t i = 0; i < COUNT(numbers); i++) {
        rill_request request = simple();
        char expected[64];
        request.max_tokens = numbers[i];
        snprintf(expected, sizeof(expected), "{\"model\":\"m\",\"max_tokens\":%lu}", (unsigned long)numbers[i]);
        expect_body(&request, expected);
    }
}

static void test_prompt(void **state)
{
    (void)state;
    static const rill_request_message messages[] = {{.role = "user", .content = RILL_SPAN("x")}};
    rill_request request = simple();
    request.path = "/v1/completions";
    request.prompt = rill_span_of("Once upon");
    request.messages = messages; /* the prompt stands in their place */
    request.message_count = COUNT(messages);
    expect_body(&request, "{\"model\":\"m\",\"prompt\":\"Once upon\"}");
    request.prompt = rill_span_of("");
    expect_body(&request, "{\"model\":\"m\",\"prompt\":\"\"}");
    request.prompt = rill_span_of(NULL);
    expect_body(&request, "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}");
}

static void test_roles(void **state)
{
    (void)state;
    static const rill_request_call calls[] = {
        {"call_1", "weather", RILL_SPAN("{\"city\":\"K\\u00f6ln\"}")},
        {"call_2", "time", {NULL, 0}},
        {"call_3", "time", RILL_SPAN("")},
    };
    static const rill_request_message messages[] = {
        {.role = "system", .content = RILL_SPAN("Be brief.")},
        {.role = "developer", .content = RILL_SPAN("")},
        {.role = "user", .content = RILL_SPAN("Wetter in K\xc3\xb6ln?"), .name = "anna"},
        {.role = "assistant", .tool_calls = calls, .tool_call_count = COUNT(calls),
         .extra = "\"reasoning_content\":\"hm\""},
        {.role = "tool", .tool_call_id = "call_1", .content = RILL_SPAN("{\"t\":21}")},
        {.role = "assistant", .content = RILL_SPAN("21"), .tool_calls = calls, .tool_call_count = 1},
        {.role = "user", .parts = "[{\"type\":\"text\",\"text\":\"?\"}]", .content = RILL_SPAN("not sent")},
        {.role = "assistant", .extra = "\"audio\":{\"id\":\"a\"}"},
    };
    rill_request request = simple();
    request.messages = messages;
    request.message_count = COUNT(messages);
    expect_body(&request,
                "{\"model\":\"m\",\"messages\":["
                "{\"role\":\"system\",\"content\":\"Be brief.\"},"
                "{\"role\":\"developer\",\"content\":\"\"},"
                "{\"role\":\"user\",\"content\":\"Wetter in K\\u00f6ln?\",\"name\":\"anna\"},"
                "{\"role\":\"assistant\",\"content\":null,\"reasoning_content\":\"hm\",\"tool_calls\":["
                "{\"id\":\"call_1\",\"type\":\"function\",\"function\":"
                "{\"name\":\"weather\",\"arguments\":\"{\\\"city\\\":\\\"K\\\\u00f6ln\\\"}\"}},"
                "{\"id\":\"call_2\",\"type\":\"function\",\"function\":{\"name\":\"time\",\"arguments\":\"{}\"}},"
                "{\"id\":\"call_3\",\"type\":\"function\",\"function\":{\"name\":\"time\",\"arguments\":\"{}\"}}]},"
                "{\"role\":\"tool\",\"tool_call_id\":\"call_1\",\"content\":\"{\\\"t\\\":21}\"},"
                "{\"role\":\"assistant\",\"content\":\"21\",\"tool_calls\":["
                "{\"id\":\"call_1\",\"type\":\"function\",\"function\":"
                "{\"name\":\"weather\",\"arguments\":\"{\\\"city\\\":\\\"K\\\\u00f6ln\\\"}\"}}]},"
                "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"?\"}]},"
                "{\"role\":\"assistant\",\"audio\":{\"id\":\"a\"}}]}");
}

/* ---- strings */

static void test_every_byte(void **state)
{
    (void)state;
    for (unsigned byte = 0; byte < 0x80; byte++) { /* alone, and between others */
        const char text[] = {'a', (char)byte, 'z'};
        for (size_t from = 0; from < 2; from++) {
            rill_request request = simple();
            request.prompt.data = text + from;
            request.prompt.length = from == 0 ? 3 : 1;
            json_t *json = written(&request);
            const json_t *prompt = json_object_get(json, "prompt");
            assert_int_equal(json_string_length(prompt), request.prompt.length);
            assert_memory_equal(json_string_value(prompt), request.prompt.data, request.prompt.length);
            json_decref(json);
        }
    }
}

static void test_all_strings_are_escaped(void **state)
{
    (void)state;
    static const char odd[] = "q\"b\\n\ne\x01";
    static const rill_request_call call = {odd, odd, RILL_SPAN("q\"b\\n\ne\x01")};
    static const rill_request_message message = {
        .role = odd,
        .content = RILL_SPAN("q\"b\\n\ne\x01"),
        .name = odd,
        .tool_call_id = odd,
        .tool_calls = &call,
        .tool_call_count = 1,
    };
    rill_request request = simple();
    request.model = odd;
    request.messages = &message;
    request.message_count = 1;
    json_t *json = written(&request);
    const json_t *one = json_array_get(json_object_get(json, "messages"), 0);
    const json_t *tool = json_array_get(json_object_get(one, "tool_calls"), 0);
    const json_t *function = json_object_get(tool, "function");
    assert_string_equal(json_string_value(json_object_get(json, "model")), odd);
    assert_string_equal(json_string_value(json_object_get(one, "role")), odd);
    assert_string_equal(json_string_value(json_object_get(one, "content")), odd);
    assert_string_equal(json_string_value(json_object_get(one, "name")), odd);
    assert_string_equal(json_string_value(json_object_get(one, "tool_call_id")), odd);
    assert_string_equal(json_string_value(json_object_get(tool, "id")), odd);
    assert_string_equal(json_string_value(json_object_get(function, "name")), odd);
    assert_string_equal(json_string_value(json_object_get(function, "arguments")), odd);
    json_decref(json);
}

/* Escapes have one spelling each, so that the golden text of a server's log stays the same. */
static void test_spelling(void **state)
{
    (void)state;
    static const char odd[] = "\"\\/\b\f\n\r\t\x01\x1f\x7f";
    rill_request request = {0};
    collector all = begin();
    request.prompt = rill_span_of(odd);
    assert_int_equal(rill_request_body(&request, collect, &all), RILL_OK);
    assert_string_equal(all.text, "{\"prompt\":\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\"}");
    free(all.text);
}

static void test_other_bytes_pass(void **state)
{
    (void)state;
    char text[128];
    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = (char)(0x80 + i);
    rill_request request = {0};
    collector all = begin();
    request.prompt.data = text;
    request.prompt.length = sizeof(text);
    assert_int_equal(rill_request_body(&request, collect, &all), RILL_OK);
    assert_int_equal(all.length, sizeof("{\"prompt\":\"\"}") - 1 + sizeof(text));
    assert_memory_equal(all.text + sizeof("{\"prompt\":\"") - 1, text, sizeof(text));
    free(all.text);
}

static void test_huge(void **state)
{
    (void)state;
    size_t length = 8u << 20;
    char *text = malloc(length);
    assert_non_null(text);
    for (size_t i = 0; i < length; i++)
        text[i] = (char)(i % 97); /* many control characters: it grows */
    rill_request request = simple();
    request.prompt.data = text;
    request.prompt.length = length;
    json_t *json = written(&request);
    const json_t *prompt = json_object_get(json, "prompt");
    assert_int_equal(json_string_length(prompt), length);
    assert_true(memcmp(json_string_value(prompt), text, length) == 0);
    json_decref(json);
    free(text);
}

/* A long text goes out from where it lies, not byte by byte. */
static void test_few_pieces(void **state)
{
    (void)state;
    static char text[100000];
    memset(text, 'x', sizeof(text));
    rill_request request = {0};
    collector all = begin();
    request.prompt.data = text;
    request.prompt.length = sizeof(text);
    assert_int_equal(rill_request_body(&request, collect, &all), RILL_OK);
    assert_true(all.calls < 10);
    free(all.text);
}

#if SIZE_MAX > UINT32_MAX
/* One text referred to often: the body is longer than 4 GiB, the memory is not. */
static void test_too_long(void **state)
{
    (void)state;
    size_t length = 64u << 20, times = 65;
    char *text = malloc(length + 1);
    rill_request_message *messages = calloc(times, sizeof(*messages));
    assert_non_null(text);
    assert_non_null(messages);
    memset(text, ' ', length);
    text[length] = '\0';
    for (size_t i = 0; i < times; i++) {
        messages[i].role = "user";
        messages[i].parts = text; /* raw, so that counting takes no look at each byte */
    }
    rill_request request = simple();
    request.messages = messages;
    request.message_count = times;
    expect_refusal(&request, RILL_LIMIT_FULL);
    free(messages);
    free(text);
}
#endif

/* ---- refusals */

static void test_header_injection(void **state)
{
    (void)state;
    for (int byte = 1; byte < 256; byte++) {
        const char value[] = {'a', (char)byte, 'b', '\0'};
        const rill_request_header in_value = {"x-a", value}, in_name = {value, "v"};
        bool control = (byte < 0x20 && byte != '\t') || byte == 0x7f;
        bool visible = byte > 0x20 && byte < 0x7f;
        bool letter = (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
        bool alphanumeric = letter || (byte >= '0' && byte <= '9');
        bool token = alphanumeric || strchr("!#$%&'*+-.^_`|~", byte) != NULL;
        bool host = alphanumeric || strchr("-._~!$&'()*+,;=%:[]", byte) != NULL;
        struct {
            rill_request request;
            bool good;
        } cases[5];
        for (size_t i = 0; i < COUNT(cases); i++)
            cases[i].request = simple();
        cases[0].request.authorization = value;
        cases[0].good = !control;
        cases[1].request.headers = &in_value;
        cases[1].request.header_count = 1;
        cases[1].good = !control;
        cases[2].request.headers = &in_name;
        cases[2].request.header_count = 1;
        cases[2].good = token;
        cases[3].request.host = value;
        cases[3].good = host;
        cases[4].request.path = value;
        cases[4].good = visible;
        for (size_t i = 0; i < COUNT(cases); i++) {
            collector all = begin();
            rill_status status = rill_request_write(&cases[i].request, collect, &all);
            if (status != (cases[i].good ? RILL_OK : RILL_HTTP_REQUEST))
                fail_msg("case %lu, byte %d: %d", (unsigned long)i, byte, status);
            assert_int_equal(all.calls == 0, !cases[i].good);
            free(all.text);
        }
    }
    rill_request request = simple();
    request.authorization = "Bearer sk-1\r\nX-Evil: 1";
    expect_refusal(&request, RILL_HTTP_REQUEST);
    request.authorization = "Bearer sk-1\n"; /* a key file with its last newline */
    expect_refusal(&request, RILL_HTTP_REQUEST);
    request = simple();
    request.path = "/ HTTP/1.1\r\nHost: evil\r\n\r\nGET /";
    expect_refusal(&request, RILL_HTTP_REQUEST);
}

static void test_empty_parts_of_the_head(void **state)
{
    (void)state;
    const rill_request_header line = {"", "v"};
    rill_request request = simple();
    request.host = "";
    expect_refusal(&request, RILL_HTTP_REQUEST);
    request = simple();
    request.path = "";
    expect_refusal(&request, RILL_HTTP_REQUEST);
    request = simple();
    request.headers = &line;
    request.header_count = 1;
    expect_refusal(&request, RILL_HTTP_REQUEST);
}

static void test_taken_names(void **state)
{
    (void)state;
    static const char *const taken[] = {"Host", "content-length", "CONTENT-LENGTH", "Transfer-Encoding", "Content-Type",
                                        "User-Agent", "Accept", "accept-Encoding", "Connection"};
    static const char *const free_names[] = {"Hos", "Hosts", "x-host", "Accept-Language", "Content-Lengt", "OpenAI"};
    rill_request_header lines[2] = {{"x-first", "1"}, {NULL, "v"}};
    rill_request request = simple();
    request.headers = lines;
    request.header_count = 2;
    for (size_t i = 0; i < COUNT(taken); i++) {
        lines[1].name = taken[i];
        expect_refusal(&request, RILL_HTTP_REQUEST);
    }
    for (size_t i = 0; i < COUNT(free_names); i++) {
        lines[1].name = free_names[i];
        json_decref(written(&request));
    }
    lines[1].name = "authorization"; /* rill's when it is told of one */
    json_decref(written(&request));
    request.authorization = "Bearer sk-1";
    expect_refusal(&request, RILL_HTTP_REQUEST);
    lines[1].name = "Proxy-Authorization";
    json_decref(written(&request));
}

static void test_missing(void **state)
{
    (void)state;
    rill_request_header line = {"a", NULL};
    rill_request_call call = {"id", "name", {NULL, 0}};
    rill_request_message message = {.role = NULL};
    rill_request request = simple();
    request.host = NULL;
    expect_refusal(&request, RILL_SCHEMA_CONFIG);
    request = simple();
    request.path = NULL;
    expect_refusal(&request, RILL_SCHEMA_CONFIG);
    request = simple();
    request.header_count = 1;
    expect_refusal(&request, RILL_SCHEMA_CONFIG);
    request.headers = &line;
    expect_refusal(&request, RILL_SCHEMA_CONFIG);
    line.name = NULL;
    line.value = "v";
    expect_refusal(&request, RILL_SCHEMA_CONFIG);
    request = simple();
    request.message_count = 1;
    expect_refusal(&request, RILL_SCHEMA_CONFIG);
    request.messages = &message;
    expect_refusal(&request, RILL_SCHEMA_CONFIG);
    message.role = "user";
    message.content.length = 1;
    expect_refusal(&request, RILL_SCHEMA_CONFIG);
    message.content.length = 0;
    message.tool_call_count = 1;
    expect_refusal(&request, RILL_SCHEMA_CONFIG);
    message.tool_calls = &call;
    call.id = NULL;
    expect_refusal(&request, RILL_SCHEMA_CONFIG);
    call.id = "id";
    call.name = NULL;
    expect_refusal(&request, RILL_SCHEMA_CONFIG);
    call.name = "name";
    call.arguments.length = 1;
    expect_refusal(&request, RILL_SCHEMA_CONFIG);
    call.arguments.length = 0;
    json_decref(written(&request));
    request = simple();
    request.prompt.length = 1;
    expect_refusal(&request, RILL_SCHEMA_CONFIG);

    collector all = begin();
    assert_int_equal(rill_request_body(&request, collect, &all), RILL_SCHEMA_CONFIG);
    assert_int_equal(all.calls, 0);
}

/* ---- the sink */

/* Whatever the sink takes before it refuses is a beginning of the whole, and it is not called again. */
static void test_refusing_sink(void **state)
{
    (void)state;
    static const rill_request_message messages[] = {{.role = "user", .content = RILL_SPAN("a\"b\nc"), .name = "n"}};
    rill_request request = simple();
    request.messages = messages;
    request.message_count = 1;
    request.stream = true;
    request.max_tokens = 12;
    collector whole = begin();
    assert_int_equal(rill_request_write(&request, collect, &whole), RILL_OK);
    for (size_t room = 0; room < whole.length; room++) {
        collector part = begin();
        part.room = room;
        part.refusal = room % 2 == 0 ? RILL_PORT_RESET : RILL_MORE;
        assert_int_equal(rill_request_write(&request, collect, &part), part.refusal);
        assert_true(part.length <= room);
        if (part.length != 0)
            assert_memory_equal(part.text, whole.text, part.length);
        assert_true(part.calls <= whole.calls);
        free(part.text);
    }
    free(whole.text);
}

static rill_status refuse(void *context, const char *bytes, size_t length)
{
    (void)bytes;
    (void)length;
    ++*(int *)context;
    return RILL_PORT_TLS;
}

static void test_refusal_ends_it(void **state)
{
    (void)state;
    int calls = 0;
    rill_request request = simple();
    request.prompt = rill_span_of("\n\n\n\n\n\n\n\n");
    assert_int_equal(rill_request_write(&request, refuse, &calls), RILL_PORT_TLS);
    assert_int_equal(calls, 1);
    assert_int_equal(rill_request_body(&request, refuse, &calls), RILL_PORT_TLS);
    assert_int_equal(calls, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_port_in_host),
        cmocka_unit_test(test_members),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_prompt),
        cmocka_unit_test(test_roles),
        cmocka_unit_test(test_every_byte),
        cmocka_unit_test(test_all_strings_are_escaped),
        cmocka_unit_test(test_spelling),
        cmocka_unit_test(test_other_bytes_pass),
        cmocka_unit_test(test_huge),
        cmocka_unit_test(test_few_pieces),
#if SIZE_MAX > UINT32_MAX
        cmocka_unit_test(test_too_long),
#endif
        cmocka_unit_test(test_header_injection),
        cmocka_unit_test(test_empty_parts_of_the_head),
        cmocka_unit_test(test_taken_names),
        cmocka_unit_test(test_missing),
        cmocka_unit_test(test_refusing_sink),
        cmocka_unit_test(test_refusal_ends_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
