#define _GNU_SOURCE
/* The request writer: what is written is one request of one head, whose body jansson reads, with the texts that were given; a
 * sink that stops at any byte has seen the beginning of it; what cannot be sent sends nothing. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "growing.h"
#include "rill/request.h"

/* ---- the fields, which stand one behind the other between | */

enum {
    HOST, PATH, AUTHORIZATION, HEADER_NAME, HEADER_VALUE, MODEL, ROLE, CONTENT, NAME, TOOL_CALL_ID, CALL_ID, CALL_NAME, ARGUMENTS,
    PROMPT, FIELDS
};

typedef struct fields {
    char *text[FIELDS];
    size_t length[FIELDS];
} fields;

static void split(const fuzz_input *input, fields *all)
{
    size_t at = 0;
    for (size_t i = 0; i < FIELDS; i++) {
        const char *end = at < input->length ? memchr(input->bytes + at, '|', input->length - at) : NULL;
        size_t length = end != NULL ? (size_t)(end - input->bytes) - at : input->length - at;
        all->text[i] = malloc(length + 1);
        all->length[i] = length;
        memcpy(all->text[i], input->bytes + at, length);
        all->text[i][length] = '\0';
        at += length + (end != NULL ? 1 : 0);
    }
}

/* The digits of the head choose what is there. */
enum { HEAD_PORT, HEAD_HEADERS, HEAD_MESSAGES, HEAD_CALLS, HEAD_EXTRA, HEAD_FLAGS, HEAD_ABSENT, HEAD_STOP, HEAD_STOP_TOO };

static const char *const extras[] = {NULL, "\"seed\":7", "\"stop\":[\"\\n\"],\"top_p\":0.5"};

/* Texts without a NUL behind them, so that what is read beyond is seen. */
static rill_span span_of(const fields *all, size_t field, char **copy)
{
    *copy = fuzz_copy(all->text[field], all->length[field]);
    return (rill_span){*copy, all->length[field]};
}

/* ---- the sink */

typedef struct taken {
    growing text;
    size_t most; /* bytes; the piece in which they end is refused */
} taken;

static rill_status take(void *context, const char *bytes, size_t length)
{
    taken *to = context;
    fuzz_must(length > 0, "an empty piece");
    if (to->text.length + length > to->most)
        return RILL_PORT_RESET;
    growing_add(&to->text, bytes, length);
    return RILL_OK;
}

/* ---- what was written */

static size_t check_head(const rill_request *request, const taken *all)
{
    const char *text = all->text.text, *end = memmem(text, all->text.length, "\r\n\r\n", 4), *length;
    char first[4096], name[] = "\r\nContent-Length: ";
    size_t lines = 0, expected = 8 + (request->authorization != NULL) + request->header_count;
    fuzz_must(end != NULL, "no end of the head");
    for (const char *at = text; at < end + 2; at++) {
        fuzz_must((unsigned char)*at >= 0x20 || *at == '\r' || *at == '\n' || *at == '\t', "a control character in the head");
        fuzz_must((*at == '\n') == (at > text && at[-1] == '\r'), "half a line end in the head");
        lines += *at == '\n';
    }
    fuzz_must(lines == expected, "%zu lines in the head, not %zu:\n%.2000s", lines, expected, text);
    int count = snprintf(first, sizeof first, "POST %s HTTP/1.1\r\n", request->path);
    fuzz_must((size_t)count >= sizeof first || strncmp(text, first, (size_t)count) == 0, "another first line: %.200s", text);
    length = memmem(text, (size_t)(end - text), name, sizeof name - 1);
    fuzz_must(length != NULL, "no Content-Length");
    size_t body = strtoul(length + sizeof name - 1, NULL, 10), head = (size_t)(end + 4 - text);
    fuzz_must(body == all->text.length - head, "Content-Length %zu of %zu bytes", body, all->text.length - head);
    return head;
}

static void same(const json_t *in, const char *member, const char *text, size_t length)
{
    const json_t *value = json_object_get(in, member);
    fuzz_must(json_is_string(value) && json_string_length(value) == length && memcmp(json_string_value(value), text, length) == 0,
              "%s is not what was given: %s", member, json_string_value(value));
}

static void check_body(const rill_request *request, const char *body, size_t length)
{
    json_error_t error;
    json_t *all = json_loadb(body, length, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    fuzz_must(all != NULL, "jansson does not take the body: %s\n%.2000s", error.text, body);
    if (request->model != NULL)
        same(all, "model", request->model, strlen(request->model));
    if (request->prompt.data != NULL && request->message_count == 0)
        same(all, "prompt", request->prompt.data, request->prompt.length);
    const json_t *messages = json_object_get(all, "messages");
    fuzz_must(json_array_size(messages) == request->message_count, "%zu messages", json_array_size(messages));
    for (size_t i = 0; i < request->message_count; i++) {
        const rill_request_message *given = &request->messages[i];
        const json_t *message = json_array_get(messages, i), *calls = json_object_get(message, "tool_calls");
        same(message, "role", given->role, strlen(given->role));
        if (given->content.data != NULL && given->parts == NULL)
            same(message, "content", given->content.data, given->content.length);
        if (given->name != NULL)
            same(message, "name", given->name, strlen(given->name));
        if (given->tool_call_id != NULL)
            same(message, "tool_call_id", given->tool_call_id, strlen(given->tool_call_id));
        fuzz_must(json_array_size(calls) == given->tool_call_count, "%zu calls", json_array_size(calls));
        for (size_t j = 0; j < given->tool_call_count; j++) {
            const json_t *call = json_array_get(calls, j), *function = json_object_get(call, "function");
            const rill_span *arguments = &given->tool_calls[j].arguments;
            same(call, "id", given->tool_calls[j].id, strlen(given->tool_calls[j].id));
            same(function, "name", given->tool_calls[j].name, strlen(given->tool_calls[j].name));
            same(function, "arguments", arguments->length > 0 ? arguments->data : "{}",
                 arguments->length > 0 ? arguments->length : 2);
        }
    }
    json_decref(all);
}

/* All that goes into the body is UTF-8, which jansson wants. */
static bool is_utf8(const fields *all)
{
    for (size_t i = MODEL; i < FIELDS; i++) {
        json_t *text = json_stringn(all->text[i], all->length[i]);
        if (text == NULL)
            return false;
        json_decref(text);
    }
    return true;
}

static void check(const rill_request *request, bool utf8, size_t stop)
{
    taken whole = {.most = SIZE_MAX}, part = {.most = stop}, body = {.most = SIZE_MAX};
    uint64_t before = fuzz_steps;
    rill_status status = rill_request_write(request, take, &whole);
    if (status != RILL_OK) {
        fuzz_must(status == RILL_HTTP_REQUEST || status == RILL_SCHEMA_CONFIG, "status %d", (int)status);
        fuzz_must(whole.text.length == 0, "it cannot be sent, but %zu bytes were", whole.text.length);
    } else {
        uint64_t steps = fuzz_steps - before;
        fuzz_must(steps <= 5000 + 200 * (uint64_t)whole.text.length, "%llu steps for %zu bytes", (unsigned long long)steps,
                  whole.text.length);
        size_t head = check_head(request, &whole);
        if (utf8)
            check_body(request, whole.text.text + head, whole.text.length - head);
        fuzz_must(rill_request_body(request, take, &body) == RILL_OK && body.text.length == whole.text.length - head &&
                      memcmp(body.text.text, whole.text.text + head, body.text.length) == 0,
                  "the body alone is another one");
        part.most = stop % (whole.text.length + 1);
        status = rill_request_write(request, take, &part);
        fuzz_must(status == (part.most == whole.text.length ? RILL_OK : RILL_PORT_RESET), "the sink's answer became %d", (int)status);
        fuzz_must(part.text.length <= part.most &&
                      (part.text.length == 0 || memcmp(part.text.text, whole.text.text, part.text.length) == 0),
                  "what a sink has seen that stops is not the beginning");
    }
    growing_free(&whole.text);
    growing_free(&part.text);
    growing_free(&body.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_input input = fuzz_open(data, size);
    const uint8_t *head = input.head;
    fields all;
    char *spans[3];
    split(&input, &all);
    char **text = all.text;
    rill_span content = span_of(&all, CONTENT, &spans[0]), arguments = span_of(&all, ARGUMENTS, &spans[1]);
    rill_span prompt = span_of(&all, PROMPT, &spans[2]), none = {NULL, 0};
    uint8_t absent = head[HEAD_ABSENT];
    rill_request_header headers[] = {{text[HEADER_NAME], text[HEADER_VALUE]}, {"X-Other", "1"}};
    rill_request_call calls[] = {{text[CALL_ID], text[CALL_NAME], arguments}, {"2", "f", none}};
    rill_request_message messages[] = {
        {text[ROLE], (absent & 1) != 0 ? none : content, NULL, NULL, NULL, NULL, 0, NULL},
        {"assistant", (absent & 2) != 0 ? none : content, NULL, text[NAME], NULL, calls, head[HEAD_CALLS] % 3, "\"x\":[]"},
        {"tool", content, (absent & 4) != 0 ? "[{\"type\":\"text\"}]" : NULL, NULL, text[TOOL_CALL_ID], NULL, 0, NULL},
    };
    rill_request request = {
        .host = text[HOST],
        .port = (uint16_t)(head[HEAD_PORT] * 257),
        .path = text[PATH],
        .authorization = (absent & 8) != 0 ? NULL : text[AUTHORIZATION],
        .headers = headers,
        .header_count = head[HEAD_HEADERS] % 3,
        .model = (absent & 16) != 0 ? NULL : text[MODEL],
        .messages = messages,
        .message_count = head[HEAD_MESSAGES] % 4,
        .prompt = head[HEAD_MESSAGES] % 4 == 0 ? prompt : none,
        .tools = (absent & 32) != 0 ? "[{}]" : NULL,
        .max_tokens = head[HEAD_FLAGS],
        .stream = (head[HEAD_FLAGS] & 1) != 0,
        .include_usage = (head[HEAD_FLAGS] & 2) != 0,
        .extra = extras[head[HEAD_EXTRA] % 3],
    };
    check(&request, is_utf8(&all), head[HEAD_STOP] * 256u + head[HEAD_STOP_TOO]);
    for (size_t i = 0; i < 3; i++)
        free(spans[i]);
    for (size_t i = 0; i < FIELDS; i++)
        free(text[i]);
    return 0;
}
