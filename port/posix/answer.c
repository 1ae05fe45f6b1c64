/* An answer for people; see answer.h. */
#include "answer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"

static const struct {
    bool dim;
    const char *label; /* in front of the section */
} sections[] = {
    [SECTION_NONE] = {false, ""},
    [SECTION_REASONING] = {true, ""},
    [SECTION_TEXT] = {false, ""},
    [SECTION_REFUSAL] = {false, "refused: "},
    [SECTION_CALLS] = {false, ""},
    [SECTION_USAGE] = {true, ""},
};

/* ---- strings that grow */

static void append(answer_string *string, const char *bytes, size_t length)
{
    if (length == 0)
        return;
    if (string->length + length >= string->size) {
        string->size = 2 * (string->length + length) + 16;
        string->data = need(string->data, string->size);
    }
    memcpy(string->data + string->length, bytes, length);
    string->length += length;
    string->data[string->length] = '\0';
}

static void append_text(answer_string *string, rill_text text)
{
    append(string, text.data, text.data != NULL ? text.length : 0);
}

static bool equals(const answer_string *string, rill_text text)
{
    return string->length == text.length && memcmp(string->data, text.data, text.length) == 0;
}

/* ---- writing */

/* How many bytes a terminal may get as they are: a server's text must not move its cursor or rename its window. */
static size_t harmless(const unsigned char *bytes, size_t length)
{
    size_t i = 0;
    for (; i < length; i++) {
        bool control = (bytes[i] < ' ' && bytes[i] != '\n' && bytes[i] != '\t') || bytes[i] == 0x7f;
        bool c1 = bytes[i] == 0xc2 && i + 1 < length && bytes[i + 1] >= 0x80 && bytes[i + 1] < 0xa0;
        if (control || c1)
            break;
    }
    return i;
}

static void write_harmless(FILE *out, const char *text, size_t length)
{
    const unsigned char *bytes = (const unsigned char *)text;
    while (length > 0) {
        size_t good = harmless(bytes, length);
        fwrite(bytes, 1, good, out);
        bytes += good, length -= good;
        if (length > 0) {
            size_t bad = *bytes == 0xc2 ? 2 : 1;
            if (*bytes != '\r')
                fputc('?', out);
            bytes += bad, length -= bad;
        }
    }
}

static void write_error(const char *text, size_t length)
{
    if (isatty(STDERR_FILENO))
        write_harmless(stderr, text, length);
    else
        fwrite(text, 1, length, stderr);
}

static void write_text(answer *shown, const char *text, size_t length)
{
    bool dim = shown->dim && sections[shown->section].dim;
    if (length == 0)
        return;
    if (dim)
        fputs("\033[2m", stdout);
    if (shown->terminal)
        write_harmless(stdout, text, length);
    else
        fwrite(text, 1, length, stdout);
    if (dim)
        fputs("\033[0m", stdout);
    shown->line_open = text[length - 1] != '\n';
}

static void write_word(answer *shown, const char *word)
{
    write_text(shown, word, strlen(word));
}

static void end_line(answer *shown)
{
    if (shown->line_open)
        putchar('\n');
    shown->line_open = false;
}

void answer_pause(answer *shown)
{
    end_line(shown);
    fflush(stdout);
}

/* Sections are set apart by an empty line. */
static void enter(answer *shown, answer_section section)
{
    if (shown->section == section)
        return;
    end_line(shown);
    if (shown->section != SECTION_NONE)
        putchar('\n');
    shown->section = section;
    write_word(shown, sections[section].label);
}

static void show(answer *shown, answer_section section, rill_text text)
{
    if (text.length == 0)
        return;
    enter(shown, section);
    write_text(shown, text.data, text.length);
}

/* ---- tool calls */

static answer_call *new_call(answer *shown, int32_t index)
{
    shown->calls = need(shown->calls, (shown->call_count + 1) * sizeof *shown->calls);
    answer_call *call = &shown->calls[shown->call_count++];
    memset(call, 0, sizeof *call);
    call->index = index;
    return call;
}

/* The call that a delta goes on with, or a new one. An id that differs begins a new call at the same index: some servers
 * number all calls 0. */
static answer_call *find_call(answer *shown, int32_t index, rill_text id)
{
    for (size_t i = shown->call_count; i > 0; i--) {
        answer_call *call = &shown->calls[i - 1];
        if (call->index == index)
            return id.length > 0 && call->id.length > 0 && !equals(&call->id, id) ? new_call(shown, index) : call;
    }
    return new_call(shown, index);
}

static void join_call(answer *shown, int32_t index, rill_text id, rill_text name, rill_text arguments)
{
    answer_call *call = find_call(shown, index, id);
    if (call->id.length == 0)
        append_text(&call->id, id);
    if (call->name.length == 0) /* some servers repeat it */
        append_text(&call->name, name);
    append_text(&call->arguments, arguments);
}

static void join_calls(answer *shown, const rill_message *message)
{
    const rill_function_call *legacy = &message->function_call;
    static const rill_text none = {NULL, 0};
    for (uint16_t i = 0; i < message->tool_call_count; i++) {
        const rill_tool_call *call = &message->tool_calls[i];
        join_call(shown, call->element.index, call->id, call->name, call->arguments);
    }
    if (legacy->name.length > 0 || legacy->arguments.length > 0)
        join_call(shown, -1, none, legacy->name, legacy->arguments);
}

static void show_calls(answer *shown)
{
    for (size_t i = 0; i < shown->call_count; i++) {
        const answer_call *call = &shown->calls[i];
        enter(shown, SECTION_CALLS);
        write_word(shown, "-> ");
        write_text(shown, call->name.data, call->name.length);
        write_word(shown, "(");
        write_text(shown, call->arguments.data, call->arguments.length);
        write_word(shown, ")\n");
    }
}

/* ---- usage */

static void show_usage(answer *shown)
{
    const rill_usage *usage = &shown->usage;
    int64_t cached = rill_usage_cached(usage);
    char line[160], part[48] = "";
    if (usage->header.present == 0)
        return;
    enter(shown, SECTION_USAGE);
    if (cached > 0)
        snprintf(part, sizeof part, " (%" PRId64 " cached)", cached);
    snprintf(line, sizeof line, "usage: %" PRId64 " prompt%s + ", usage->prompt, part);
    write_word(shown, line);
    part[0] = '\0';
    if (usage->reasoning > 0)
        snprintf(part, sizeof part, " (%" PRId64 " reasoning)", usage->reasoning);
    snprintf(line, sizeof line, "%" PRId64 " completion%s, %" PRId64 " tokens in all", usage->completion, part,
             rill_has(&usage->header, RILL_USAGE_TOTAL) ? usage->total : usage->prompt + usage->completion);
    write_word(shown, line);
    end_line(shown);
}

/* ---- the items */

static void take_choice(answer *shown, const rill_choice *choice)
{
    const rill_message *message = &choice->message;
    if (choice->element.index != 0) /* one answer was asked for */
        return;
    show(shown, SECTION_REASONING, message->reasoning);
    show(shown, SECTION_TEXT, message->content);
    show(shown, SECTION_REFUSAL, message->refusal);
    join_calls(shown, message);
    if (choice->finish_reason.value != RILL_FINISH_OTHER)
        shown->finish = (rill_finish)choice->finish_reason.value;
}

static void take_chunk(answer *shown, const rill_chunk *chunk)
{
    for (uint16_t i = 0; i < chunk->choice_count; i++)
        take_choice(shown, &chunk->choices[i]);
    if (chunk->usage.header.present != 0)
        shown->usage = chunk->usage;
    fflush(stdout);
}

static void fail(answer *shown, int status)
{
    if (shown->exit == EXIT_GOOD)
        shown->exit = status;
}

/* Opens the bracket behind the message, or goes on in it. */
static void begin_detail(bool *open)
{
    fputs(*open ? ", " : " (", stderr);
    *open = true;
}

static void write_detail(bool *open, const char *text, size_t length)
{
    if (length == 0)
        return;
    begin_detail(open);
    write_error(text, length);
}

/* What the response's head tells about the error. */
static void write_head_details(bool *open, const rill_http *http)
{
    if (http->status < 400)
        return;
    if (http->retry_after != RILL_HTTP_NO_RETRY_AFTER) {
        begin_detail(open);
        fprintf(stderr, "try again in %" PRIu32 " s", http->retry_after);
    }
    if (http->request_id_length > 0) {
        begin_detail(open);
        fputs("request ", stderr);
        write_error(http->request_id, http->request_id_length);
    }
}

/* rill: the server reports an error: No such model (HTTP 404, invalid_request_error, model_not_found) */
static void tell_error(answer *shown, const rill_http *http, const rill_error *error)
{
    bool open = false;
    answer_pause(shown);
    fputs("rill: the server reports an error", stderr);
    if (shown->error_message.length > 0) {
        fputs(": ", stderr);
        write_error(shown->error_message.data, shown->error_message.length);
    }
    if (http->status >= 400) {
        begin_detail(&open);
        fprintf(stderr, "HTTP %u", (unsigned)http->status);
    }
    write_detail(&open, shown->error_type.data, shown->error_type.length);
    write_detail(&open, shown->error_code.data, shown->error_code.length);
    if (shown->error_code.length == 0 && rill_has(&error->header, RILL_ERROR_CODE_NUMBER)) {
        begin_detail(&open);
        fprintf(stderr, "code %" PRId64, error->code_number);
    }
    write_head_details(&open, http);
    fputs(open ? ")\n" : "\n", stderr);
    shown->error_message.length = shown->error_type.length = shown->error_code.length = 0;
}

/* An error may come in parts, and parts of the chunk that it came with between them: it is told when all of it is here. */
static void take_error(answer *shown, const rill_stream *stream, const rill_item *item, const rill_error *error)
{
    shown->exit = EXIT_SERVER;
    append_text(&shown->error_message, error->message);
    append_text(&shown->error_type, error->type);
    append_text(&shown->error_code, error->code_text);
    if (item->part == RILL_PART_WHOLE || item->part == RILL_PART_LAST)
        tell_error(shown, &stream->http, error);
}

/* Ends a line on standard error; where the HTTP status is no plain success, it belongs to it. */
static void end_notice(const rill_stream *stream)
{
    if (stream->http.status >= 300)
        fprintf(stderr, " (HTTP %u)", (unsigned)stream->http.status);
    fputc('\n', stderr);
}

static void take_bad(answer *shown, const rill_stream *stream, const rill_item *item)
{
    fail(shown, EXIT_BROKEN);
    answer_pause(shown);
    fprintf(stderr, "rill: bad event at byte %" PRIu32 ": %s", item->offset, rill_status_text(item->status));
    end_notice(stream);
}

/* Why there is no more text, where the end alone does not tell. */
static void tell_finish(rill_finish finish)
{
    static const char *const texts[] = {
        [RILL_FINISH_LENGTH] = "the answer reached its limit of tokens (length)",
        [RILL_FINISH_CONTENT_FILTER] = "the server's content filter ended the answer (content_filter)",
        [RILL_FINISH_ERROR] = "the server ended the answer because of an error",
    };
    if ((size_t)finish < sizeof texts / sizeof texts[0] && texts[finish] != NULL)
        fprintf(stderr, "rill: %s\n", texts[finish]);
}

static void take_end(answer *shown, const rill_stream *stream, const rill_item *item)
{
    show_calls(shown);
    show_usage(shown);
    answer_pause(shown);
    tell_finish(shown->finish);
    if (item->status == RILL_PORT_CANCELLED) {
        fputs("rill: cancelled\n", stderr);
        shown->exit = EXIT_CANCELLED;
    } else if (item->end == RILL_END_TRUNCATED && (shown->exit != EXIT_SERVER || item->status != RILL_OK)) {
        fail(shown, EXIT_BROKEN);
        fputs("rill: the answer is incomplete", stderr);
        if (item->status != RILL_OK)
            fprintf(stderr, ": %s", rill_status_text(item->status));
        end_notice(stream);
    }
}

void answer_item(answer *shown, const rill_stream *stream, const rill_item *item, const rill_chunk *chunk)
{
    bool broken_off = item->kind == RILL_ITEM_BAD || item->kind == RILL_ITEM_END;
    if (broken_off && shown->error_message.length > 0)
        tell_error(shown, &stream->http, &chunk->error); /* its last part will not come */
    switch (item->kind) {
    case RILL_ITEM_CHAT_CHUNK:
    case RILL_ITEM_CHAT_COMPLETION:
    case RILL_ITEM_TEXT_COMPLETION:
        take_chunk(shown, chunk);
        break;
    case RILL_ITEM_ERROR:
        take_error(shown, stream, item, &chunk->error);
        break;
    case RILL_ITEM_BAD:
        take_bad(shown, stream, item);
        break;
    case RILL_ITEM_END:
        take_end(shown, stream, item);
        break;
    case RILL_ITEM_EVENT: /* the chat schema has none */
        break;
    }
}

/* ---- */

void answer_begin(answer *shown)
{
    const char *plain = getenv("NO_COLOR"), *kind = getenv("TERM");
    memset(shown, 0, sizeof *shown);
    shown->terminal = isatty(STDOUT_FILENO) != 0;
    shown->dim = shown->terminal && (plain == NULL || *plain == '\0') && kind != NULL && strcmp(kind, "dumb") != 0;
}

int answer_end(answer *shown)
{
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fputs("rill: the output cannot be written\n", stderr);
        fail(shown, EXIT_BROKEN);
    }
    for (size_t i = 0; i < shown->call_count; i++) {
        free(shown->calls[i].id.data);
        free(shown->calls[i].name.data);
        free(shown->calls[i].arguments.data);
    }
    free(shown->calls);
    free(shown->error_message.data);
    free(shown->error_type.data);
    free(shown->error_code.data);
    return shown->exit;
}
