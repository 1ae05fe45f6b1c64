/* An answer for people; see answer.h. */
#include "answer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* ---- writing */

static void write_error(const char *text, size_t length)
{
    terminal errors = terminal_on(stderr);
    terminal_write(&errors, text, length);
    terminal_end(&errors);
}

static void write_text(answer *shown, const char *text, size_t length)
{
    bool dim = shown->dim && sections[shown->section].dim;
    if (length == 0)
        return;
    if (dim)
        fputs("\033[2m", stdout);
    terminal_write(&shown->out, text, length);
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
    terminal_end(&shown->out);
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

static void show_calls(answer *shown)
{
    for (size_t i = 0; i < shown->calls.count; i++) {
        const call *made = &shown->calls.list[i];
        enter(shown, SECTION_CALLS);
        write_word(shown, "-> ");
        write_text(shown, made->name.text, made->name.length);
        write_word(shown, "(");
        write_text(shown, made->arguments.text, made->arguments.length);
        write_word(shown, ")\n");
    }
}

/* ---- usage */

/* The server's, or the sum where it gives none and there is one. */
static bool total_of(const rill_usage *usage, int64_t *total)
{
    *total = usage->total;
    if (rill_has(&usage->header, RILL_USAGE_TOTAL))
        return true;
    if (usage->prompt < 0 || usage->completion < 0 || usage->prompt > INT64_MAX - usage->completion)
        return false;
    *total = usage->prompt + usage->completion;
    return true;
}

static void show_usage(answer *shown)
{
    const rill_usage *usage = &shown->usage;
    int64_t cached = rill_usage_cached(usage), total;
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
    snprintf(line, sizeof line, "%" PRId64 " completion%s", usage->completion, part);
    write_word(shown, line);
    if (total_of(usage, &total)) {
        snprintf(line, sizeof line, ", %" PRId64 " tokens in all", total);
        write_word(shown, line);
    }
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
    calls_gather(&shown->calls, choice);
    if (choice->finish_reason.value != RILL_FINISH_OTHER)
        shown->finish = (rill_finish)choice->finish_reason.value;
}

static void take_chunk(answer *shown, const rill_chunk *chunk, rill_part part)
{
    if (part == RILL_PART_WHOLE || part == RILL_PART_FIRST)
        calls_begin_event(&shown->calls);
    for (uint16_t i = 0; i < chunk->choice_count; i++)
        take_choice(shown, &chunk->choices[i]);
    if (part == RILL_PART_WHOLE || part == RILL_PART_LAST)
        calls_end_event(&shown->calls);
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
        write_error(shown->error_message.text, shown->error_message.length);
    }
    if (http->status >= 400) {
        begin_detail(&open);
        fprintf(stderr, "HTTP %u", (unsigned)http->status);
    }
    write_detail(&open, shown->error_type.text, shown->error_type.length);
    write_detail(&open, shown->error_code.text, shown->error_code.length);
    if (shown->error_code.length == 0 && rill_has(&error->header, RILL_ERROR_CODE_NUMBER)) {
        begin_detail(&open);
        fprintf(stderr, "code %" PRId64, error->code_number);
    }
    write_head_details(&open, http);
    fputs(open ? ")\n" : "\n", stderr);
    shown->error_message.length = shown->error_type.length = shown->error_code.length = 0;
}

/* An error may come in parts, and parts of the chunk beside it between them: it is told when all of it is here. */
static void take_error(answer *shown, const rill_stream *stream, const rill_item *item, const rill_error *error)
{
    shown->exit = EXIT_SERVER;
    growing_add(&shown->error_message, error->message.data, error->message.length);
    growing_add(&shown->error_type, error->type.data, error->type.length);
    growing_add(&shown->error_code, error->code_text.data, error->code_text.length);
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
        take_chunk(shown, chunk, item->part);
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
    shown->out = terminal_on(stdout);
    shown->dim = shown->out.filters && (plain == NULL || *plain == '\0') && kind != NULL && strcmp(kind, "dumb") != 0;
}

int answer_end(answer *shown)
{
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fputs("rill: the output cannot be written\n", stderr);
        fail(shown, EXIT_BROKEN);
    }
    calls_free(&shown->calls);
    growing_free(&shown->error_message);
    growing_free(&shown->error_type);
    growing_free(&shown->error_code);
    return shown->exit;
}
