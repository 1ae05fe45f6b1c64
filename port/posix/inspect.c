/* rill sse, rill json, rill http: one room each, to look at a recording. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "growing.h"
#include "print.h"
#include "rill/json.h"

/* ---- rill sse */

typedef struct event_lines {
    rill_sse sse;
    growing type, id, next_id, data; /* whole, where the room keeps only their beginnings */
} event_lines;

static void print_event(const event_lines *events)
{
    bool typed = events->sse.type_length > 0;
    fputs("{\"type\":", stdout);
    print_string(file_sink(stdout), typed ? events->type.text : "message", typed ? events->type.length : 7);
    fputs(",\"data\":", stdout);
    print_string(file_sink(stdout), events->data.text, events->data.length);
    fputs(",\"id\":", stdout);
    print_string(file_sink(stdout), events->id.text, events->id.length);
    fputs("}\n", stdout);
}

/* Joins the pieces of a field; `last` says that it holds. */
static void join(growing *value, const rill_sse_piece *piece)
{
    if (piece->first)
        value->length = 0;
    growing_add(value, piece->data, piece->length);
}

static size_t take_piece(event_lines *events, const rill_sse_piece *piece)
{
    switch (piece->kind) {
    case RILL_SSE_DATA:
        growing_add(&events->data, piece->data, piece->length);
        return rill_sse_take(&events->sse, piece->length);
    case RILL_SSE_ERROR:
        return rill_sse_take(&events->sse, piece->length);
    case RILL_SSE_TYPE:
        join(&events->type, piece);
        break;
    case RILL_SSE_ID:
        join(&events->next_id, piece);
        if (piece->last) {
            events->id.length = 0;
            growing_add(&events->id, events->next_id.text, events->next_id.length);
        }
        break;
    case RILL_SSE_RETRY:
        printf("{\"retry\":%" PRIu64 "}\n", piece->retry);
        break;
    case RILL_SSE_EVENT:
        print_event(events);
        events->data.length = 0;
        break;
    }
    return 0;
}

int command_sse(const command_line *options)
{
    event_lines events = {.data = {NULL, 0, 0}};
    FILE *file = open_input(options);
    char *buffer = need(NULL, options->feed);
    size_t length;
    rill_sse_begin(&events.sse);
    while ((length = fread(buffer, 1, options->feed, file)) > 0) {
        const char *bytes = buffer;
        rill_sse_piece piece;
        while (rill_sse_next(&events.sse, bytes, length, &piece) != RILL_MORE) {
            size_t used = piece.used + take_piece(&events, &piece);
            bytes += used;
            length -= used;
        }
    }
    free(buffer);
    growing_free(&events.type);
    growing_free(&events.id);
    growing_free(&events.next_id);
    growing_free(&events.data);
    return close_input(options, file, EXIT_GOOD); /* an event that is pending at the end is dropped, by the standard */
}

/* ---- rill json */

int command_json(const command_line *options)
{
    rill_json_check check;
    rill_status status = RILL_MORE;
    FILE *file = open_input(options);
    char *buffer = need(NULL, options->feed);
    uint64_t offset = 0;
    size_t length;
    rill_json_check_begin(&check);
    while (status == RILL_MORE && (length = fread(buffer, 1, options->feed, file)) > 0) {
        size_t used;
        status = rill_json_check_push(&check, buffer, length, &used);
        offset += used;
    }
    if (status == RILL_MORE)
        status = rill_json_check_end(&check);
    if (status != RILL_OK && !ferror(file))
        printf("%" PRIu64 ": %s\n", offset, rill_status_text(status));
    free(buffer);
    return close_input(options, file, status == RILL_OK ? EXIT_GOOD : EXIT_BROKEN);
}

/* ---- rill http */

typedef struct http_lines {
    rill_http http;
    growing reason, name, value, headers;
    bool open; /* a field is being joined */
} http_lines;

static void add_to_growing(void *text, const char *bytes, size_t length)
{
    growing_add(text, bytes, length);
}

static void append_string(growing *text, const growing *value)
{
    print_string((sink){add_to_growing, text}, value->text, value->length);
}

static void end_field(http_lines *response)
{
    growing *value = &response->value;
    if (!response->open)
        return;
    while (value->length > 0 && (value->text[value->length - 1] == ' ' || value->text[value->length - 1] == '\t'))
        value->length--;
    growing_add(&response->headers, response->headers.length > 0 ? ",[" : "[", response->headers.length > 0 ? 2 : 1);
    append_string(&response->headers, &response->name);
    growing_add(&response->headers, ",", 1);
    append_string(&response->headers, value);
    growing_add(&response->headers, "]", 1);
    response->name.length = value->length = 0;
    response->open = false;
}

static size_t take_http(http_lines *response, const rill_http_piece *piece)
{
    switch (piece->kind) {
    case RILL_HTTP_REASON:
        growing_add(&response->reason, piece->data, piece->length);
        break;
    case RILL_HTTP_NAME:
        if (response->value.length > 0 || response->open)
            end_field(response);
        growing_add(&response->name, piece->data, piece->length);
        break;
    case RILL_HTTP_VALUE:
        response->open = true;
        growing_add(&response->value, piece->data, piece->length);
        break;
    case RILL_HTTP_HEAD:
        end_field(response);
        printf("{\"status\":%u,\"reason\":", response->http.status);
        print_string(file_sink(stdout), response->reason.text, response->reason.length);
        fputs(",\"headers\":[", stdout);
        sink_bytes(file_sink(stdout), response->headers.text, response->headers.length);
        fputs("]}\n", stdout);
        break;
    case RILL_HTTP_BODY:
        fwrite(piece->data, 1, piece->length, stdout);
        rill_http_take(&response->http, piece->length);
        return piece->length;
    case RILL_HTTP_DONE:
        break;
    }
    return 0;
}

int command_http(const command_line *options)
{
    http_lines response = {.open = false};
    rill_status status = RILL_MORE;
    FILE *file = open_input(options);
    char *buffer = need(NULL, options->feed);
    uint64_t offset = 0;
    size_t length;
    rill_http_begin(&response.http);
    while ((status == RILL_MORE || status == RILL_OK) && (length = fread(buffer, 1, options->feed, file)) > 0) {
        const char *bytes = buffer;
        rill_http_piece piece;
        while ((status = rill_http_next(&response.http, bytes, length, &piece)) == RILL_OK) {
            size_t used = piece.used + take_http(&response, &piece);
            bytes += used;
            length -= used;
            offset += used;
        }
        offset += piece.used;
    }
    if (status >= 0)
        status = rill_http_close(&response.http);
    if (status < 0)
        fprintf(stderr, "%s: byte %" PRIu64 ": %s\n", options->program, offset, rill_status_text(status));
    free(buffer);
    growing_free(&response.reason);
    growing_free(&response.name);
    growing_free(&response.value);
    growing_free(&response.headers);
    return close_input(options, file, status < 0 ? EXIT_BROKEN : EXIT_GOOD);
}
