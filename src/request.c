/* The request writer; see rill/request.h. */
#include "rill/request.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- checks: all of them before the first piece goes out */

typedef bool byte_rule(unsigned char byte);

static bool is_alphanumeric(unsigned char byte)
{
    unsigned char lower = byte | 0x20;
    return (byte >= '0' && byte <= '9') || (lower >= 'a' && lower <= 'z');
}

static bool is_host(unsigned char byte) /* RFC 3986: reg-name, IP-literal; the port, for those who write it here */
{
    static const char marks[] = "-._~!$&'()*+,;=%:[]";
    return is_alphanumeric(byte) || memchr(marks, byte, sizeof(marks) - 1) != NULL;
}

static bool is_token(unsigned char byte) /* RFC 9110, 5.6.2 */
{
    static const char marks[] = "!#$%&'*+-.^_`|~";
    return is_alphanumeric(byte) || memchr(marks, byte, sizeof(marks) - 1) != NULL;
}

static bool is_visible(unsigned char byte) /* what a request target can hold without ending the word or the line */
{
    return byte > 0x20 && byte < 0x7f;
}

static bool is_value(unsigned char byte) /* RFC 9110, 5.5 */
{
    return (byte >= 0x20 && byte != 0x7f) || byte == '\t';
}

static bool all(const char *text, byte_rule *rule)
{
    while (*text != '\0' && rule((unsigned char)*text))
        text++;
    return *text == '\0';
}

static bool some_and_all(const char *text, byte_rule *rule)
{
    return *text != '\0' && all(text, rule);
}

/* Compares as header names do. */
static bool same_name(const char *name, const char *lower)
{
    for (; *name != '\0' && *lower != '\0'; name++, lower++) {
        char byte = *name >= 'A' && *name <= 'Z' ? (char)(*name | 0x20) : *name; /* deviation 12 */
        if (byte != *lower)
            return false;
    }
    return *name == *lower;
}

/* A second Content-Length or a Transfer-Encoding would let one request be read as two. */
static bool is_taken(const char *name)
{
    static const char *const taken[] = {"host",       "user-agent",   "accept",         "accept-encoding",
                                        "connection", "content-type", "content-length", "transfer-encoding"};
    for (size_t i = 0; i < COUNT(taken); i++)
        if (same_name(name, taken[i]))
            return true;
    return false;
}

/* Of something that is counted: bytes, messages, headers. */
static bool is_there(const void *first, size_t count)
{
    return first != NULL || count == 0;
}

static rill_status check_head(const rill_request *request)
{
    if (request->host == NULL || request->path == NULL || !is_there(request->headers, request->header_count))
        return RILL_SCHEMA_CONFIG;
    if (!some_and_all(request->host, is_host) || !some_and_all(request->path, is_visible))
        return RILL_HTTP_REQUEST;
    if (request->authorization != NULL && !all(request->authorization, is_value))
        return RILL_HTTP_REQUEST;
    for (size_t i = 0; i < request->header_count; i++) {
        const rill_request_header *line = &request->headers[i];
        if (line->name == NULL || line->value == NULL)
            return RILL_SCHEMA_CONFIG;
        if (!some_and_all(line->name, is_token) || is_taken(line->name) || !all(line->value, is_value))
            return RILL_HTTP_REQUEST;
        if (request->authorization != NULL && same_name(line->name, "authorization"))
            return RILL_HTTP_REQUEST;
    }
    return RILL_OK;
}

static bool message_is_whole(const rill_request_message *message)
{
    if (message->role == NULL || !is_there(message->content.data, message->content.length) ||
        !is_there(message->tool_calls, message->tool_call_count))
        return false;
    for (size_t i = 0; i < message->tool_call_count; i++) {
        const rill_request_call *call = &message->tool_calls[i];
        if (call->id == NULL || call->name == NULL || !is_there(call->arguments.data, call->arguments.length))
            return false;
    }
    return true;
}

static rill_status check_body(const rill_request *request)
{
    if (!is_there(request->prompt.data, request->prompt.length) || !is_there(request->messages, request->message_count))
        return RILL_SCHEMA_CONFIG;
    for (size_t i = 0; i < request->message_count; i++)
        if (!message_is_whole(&request->messages[i]))
            return RILL_SCHEMA_CONFIG;
    return RILL_OK;
}

/* ---- writing: after the first refusal of the sink every call does nothing */

typedef struct writer {
    rill_sink *sink;
    void *context;
    rill_status status;
    bool comma; /* something stands in front, in the innermost object or array */
} writer;

static void put(writer *out, const char *bytes, size_t length)
{
    if (out->status == RILL_OK && length != 0)
        out->status = out->sink(out->context, bytes, length);
}

static void put_text(writer *out, const char *text)
{
    put(out, text, strlen(text));
}

/* Above 0. By subtraction: a division would pull a routine of several hundred bytes into firmware without the instruction. */
static void put_decimal(writer *out, uint32_t number)
{
    static const uint32_t powers[] = {1000000000, 100000000, 10000000, 1000000, 100000, 10000, 1000, 100, 10, 1};
    char digits[COUNT(powers)];
    size_t count = 0;
    for (size_t i = 0; i < COUNT(powers); i++) {
        char digit = '0';
        for (; number >= powers[i]; number -= powers[i])
            digit++;
        if (digit != '0' || count != 0)
            digits[count++] = digit;
    }
    put(out, digits, count);
}

/* ---- JSON */

static void open_bracket(writer *out, const char *bracket)
{
    put_text(out, bracket);
    out->comma = false;
}

static void close_bracket(writer *out, const char *bracket)
{
    put_text(out, bracket);
    out->comma = true;
}

/* In front of each element and member. */
static void separate(writer *out)
{
    if (out->comma)
        put(out, ",", 1);
    out->comma = true;
}

static void put_key(writer *out, const char *key)
{
    separate(out);
    put(out, "\"", 1);
    put_text(out, key);
    put(out, "\":", 2);
}

static bool must_escape(unsigned char byte) /* RFC 8259, section 7 */
{
    return byte < 0x20 || byte == '"' || byte == '\\';
}

static void put_escape(writer *out, unsigned char byte)
{
    static const char bytes[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt", hex[] = "0123456789abcdef";
    const char *found = memchr(bytes, byte, sizeof(bytes) - 1);
    char escape[6] = {'\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15]};
    if (found != NULL)
        escape[1] = letters[found - bytes];
    put(out, escape, found != NULL ? 2 : 6);
}

static void put_string(writer *out, rill_span text)
{
    size_t start = 0;
    put(out, "\"", 1);
    for (size_t i = 0; i < text.length && out->status == RILL_OK; i++) {
        unsigned char byte = (unsigned char)text.data[i];
        if (must_escape(byte)) {
            put(out, text.data + start, i - start);
            put_escape(out, byte);
            start = i + 1;
        }
    }
    if (text.length != 0)
        put(out, text.data + start, text.length - start);
    put(out, "\"", 1);
}

static void put_string_member(writer *out, const char *key, const char *text)
{
    if (text != NULL) {
        put_key(out, key);
        put_string(out, rill_span_of(text));
    }
}

static void put_raw_member(writer *out, const char *key, const char *json)
{
    if (json != NULL) {
        put_key(out, key);
        put_text(out, json);
    }
}

static void put_extra(writer *out, const char *members)
{
    if (members != NULL && *members != '\0') {
        separate(out);
        put_text(out, members);
    }
}

/* ---- the body */

static void put_call(writer *out, const rill_request_call *call)
{
    static const rill_span none = RILL_SPAN("{}");
    separate(out);
    open_bracket(out, "{");
    put_string_member(out, "id", call->id);
    put_string_member(out, "type", "function");
    put_key(out, "function");
    open_bracket(out, "{");
    put_string_member(out, "name", call->name);
    put_key(out, "arguments");
    put_string(out, call->arguments.length != 0 ? call->arguments : none);
    close_bracket(out, "}");
    close_bracket(out, "}");
}

static void put_content(writer *out, const rill_request_message *message)
{
    if (message->parts != NULL) {
        put_raw_member(out, "content", message->parts);
    } else if (message->content.data != NULL) {
        put_key(out, "content");
        put_string(out, message->content);
    } else if (message->tool_call_count != 0) {
        put_raw_member(out, "content", "null");
    }
}

static void put_message(writer *out, const rill_request_message *message)
{
    separate(out);
    open_bracket(out, "{");
    put_string_member(out, "role", message->role);
    put_content(out, message);
    put_string_member(out, "name", message->name);
    put_string_member(out, "tool_call_id", message->tool_call_id);
    if (message->tool_call_count != 0) {
        put_key(out, "tool_calls");
        open_bracket(out, "[");
        for (size_t i = 0; i < message->tool_call_count; i++)
            put_call(out, &message->tool_calls[i]);
        close_bracket(out, "]");
    }
    put_extra(out, message->extra);
    close_bracket(out, "}");
}

static void put_question(writer *out, const rill_request *request)
{
    if (request->prompt.data != NULL) {
        put_key(out, "prompt");
        put_string(out, request->prompt);
    } else if (request->message_count != 0) {
        put_key(out, "messages");
        open_bracket(out, "[");
        for (size_t i = 0; i < request->message_count; i++)
            put_message(out, &request->messages[i]);
        close_bracket(out, "]");
    }
}

static void put_body(writer *out, const rill_request *request)
{
    open_bracket(out, "{");
    put_string_member(out, "model", request->model);
    put_question(out, request);
    put_raw_member(out, "tools", request->tools);
    if (request->max_tokens != 0) {
        put_key(out, "max_tokens");
        put_decimal(out, request->max_tokens);
    }
    if (request->stream)
        put_raw_member(out, "stream", "true");
    if (request->stream && request->include_usage) /* servers refuse the options of a stream that there is not */
        put_raw_member(out, "stream_options", "{\"include_usage\":true}");
    put_extra(out, request->extra);
    close_bracket(out, "}");
}

/* ---- the head */

static void put_header(writer *out, const char *name, const char *value)
{
    put_text(out, name);
    put(out, ": ", 2);
    put_text(out, value);
    put(out, "\r\n", 2);
}

static void put_head(writer *out, const rill_request *request, uint32_t length)
{
    put_text(out, "POST ");
    put_text(out, request->path);
    put_text(out, " HTTP/1.1\r\nHost: ");
    put_text(out, request->host);
    if (request->port != 0) {
        put(out, ":", 1);
        put_decimal(out, request->port);
    }
    put_text(out, "\r\n"
                  "User-Agent: rill\r\n"
                  "Accept: text/event-stream, application/json\r\n"
                  "Accept-Encoding: identity\r\n"
                  "Connection: close\r\n"
                  "Content-Type: application/json\r\n"
                  "Content-Length: ");
    put_decimal(out, length);
    put_text(out, "\r\n");
    if (request->authorization != NULL)
        put_header(out, "Authorization", request->authorization);
    for (size_t i = 0; i < request->header_count; i++)
        put_header(out, request->headers[i].name, request->headers[i].value);
    put_text(out, "\r\n");
}

/* ---- */

static rill_status count(void *context, const char *bytes, size_t length)
{
    uint32_t *total = context;
    (void)bytes;
    if (length > UINT32_MAX - *total)
        return RILL_LIMIT_FULL;
    *total += (uint32_t)length;
    return RILL_OK;
}

rill_status rill_request_body(const rill_request *request, rill_sink *sink, void *context)
{
    writer out = {sink, context, check_body(request), false};
    if (out.status == RILL_OK)
        put_body(&out, request);
    return out.status;
}

rill_status rill_request_write(const rill_request *request, rill_sink *sink, void *context)
{
    uint32_t length = 0;
    writer out = {sink, context, check_head(request), false};
    if (out.status == RILL_OK)
        out.status = rill_request_body(request, count, &length);
    if (out.status == RILL_OK) {
        put_head(&out, request, length);
        put_body(&out, request);
    }
    return out.status;
}
