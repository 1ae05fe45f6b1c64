#include "sse_log.h"

#include <stdint.h>
#include <string.h>

#include "quoted.h"

void sse_log_begin(sse_log *log, sink out, bool standard)
{
    *log = (sse_log){.out = out, .standard = standard};
    rill_sse_begin(&log->sse);
}

static void must(sse_log *log, bool good, const char *what)
{
    if (good)
        return;
    sink_text(log->out, "\nFAULT ");
    sink_text(log->out, what);
    sink_char(log->out, '\n');
}

static void log_data(sse_log *log)
{
    if (log->data.length != 0) {
        quoted_word(log->out, "DATA", log->data.text, log->data.length);
        sink_char(log->out, '\n');
    }
    log->data.length = 0;
}

static void keep(growing *place, const growing *value)
{
    place->length = 0;
    growing_add(place, value->text, value->length);
}

static void log_event(sse_log *log)
{
    const rill_sse *sse = &log->sse;
    if (log->standard) {
        /* a type that came in an event without data is void: type_length tells */
        bool typed = sse->type_length != 0;
        quoted_word(log->out, "EVENT", typed ? log->type.text : "message", typed ? log->type.length : 7);
        quoted_word(log->out, "", log->data.text, log->data.length);
        quoted_word(log->out, "", log->id.text, log->id.length);
        log->data.length = 0;
        keep(&log->event_id, &log->id);
    } else {
        log_data(log);
        sink_text(log->out, "EVENT");
        if (sse->type_length != 0)
            quoted_word(log->out, " type", sse->type, sse->type_length);
        if (sse->type_cut)
            sink_text(log->out, " cut");
        if (sse->id_length != 0)
            quoted_word(log->out, " id", sse->id, sse->id_length);
    }
    sink_char(log->out, '\n');
}

static void log_value(sse_log *log, rill_sse_kind kind, rill_status status)
{
    static const char *const words[] = {[RILL_SSE_TYPE] = "TYPE", [RILL_SSE_ID] = "ID", [RILL_SSE_ERROR] = "ERROR"};
    if (log->standard) {
        if (kind != RILL_SSE_ERROR)
            keep(kind == RILL_SSE_TYPE ? &log->type : &log->id, &log->value);
        return;
    }
    log_data(log);
    quoted_word(log->out, words[kind], log->value.text, log->value.length);
    sink_text(log->out, status == RILL_LIMIT_ID ? " LIMIT\n" : "\n");
}

/* A value's pieces lie in the bytes given, also the last, which may be empty; when the stream was closed there are none. */
static bool is_inside(const rill_sse_piece *piece, const char *bytes, size_t length)
{
    uintptr_t offset = (uintptr_t)piece->data - (uintptr_t)bytes;
    return piece->data != NULL && (bytes == NULL || (offset <= length && piece->length <= length - offset));
}

static void add_text(sse_log *log, const rill_sse_piece *piece, size_t length, bool whole, rill_status status)
{
    must(log, piece->first || log->open, "a piece of no value");
    if (piece->first)
        log->value.length = 0;
    growing_add(&log->value, piece->data, length);
    log->open = length != 0 || log->open;
    if (piece->last && whole) {
        log_value(log, piece->kind, status);
        log->open = false;
    }
}

/* Decides how much to take of a piece that may be taken in part. */
static size_t share(sse_log *log, size_t length)
{
    if (log->zero && !log->refused) {
        log->refused = true;
        return 0;
    }
    log->refused = false;
    return log->held != 0 && log->held < length ? log->held : length;
}

static void add_number(void *text, const char *bytes, size_t length)
{
    growing_add(text, bytes, length);
}

static void log_retry(sse_log *log, uint64_t retry)
{
    if (!log->standard)
        log_data(log);
    sink out = log->standard ? (sink){add_number, &log->retry} : log->out;
    sink_text(out, log->standard ? " " : "RETRY ");
    sink_unsigned(out, retry);
    if (!log->standard)
        sink_char(out, '\n');
}

static size_t take_data(sse_log *log, const rill_sse_piece *piece, const char *bytes)
{
    must(log, piece->length != 0, "no data");
    size_t taken = share(log, piece->length);
    growing_add(&log->data, piece->data, taken);
    size_t used = rill_sse_take(&log->sse, taken);
    if (taken != 0 && used == 0)
        must(log, piece->length == 1 && *piece->data == '\n', "taken without use");
    else
        must(log, used == taken && (taken == 0 || piece->data == bytes + piece->used), "data elsewhere");
    return used;
}

static size_t take_error(sse_log *log, const rill_sse_piece *piece, rill_status status)
{
    size_t taken = share(log, piece->length);
    add_text(log, piece, taken, taken == piece->length, status);
    size_t used = rill_sse_take(&log->sse, taken);
    must(log, used == taken, "taken without use");
    return used;
}

size_t sse_log_piece(sse_log *log, const rill_sse_piece *piece, rill_status status, const char *bytes, size_t length)
{
    size_t used = 0;
    if (status == RILL_LIMIT_ID)
        must(log, piece->kind == RILL_SSE_ID && piece->last && log->sse.id_length == 0, "LIMIT_ID elsewhere");
    else
        must(log, status == RILL_OK, "status");
    if (piece->kind == RILL_SSE_TYPE || piece->kind == RILL_SSE_ID || piece->kind == RILL_SSE_ERROR)
        must(log, is_inside(piece, bytes, length), "a value elsewhere");
    else
        must(log, !piece->first && !piece->last, "first or last of no value");
    switch (piece->kind) {
    case RILL_SSE_DATA:
        used = take_data(log, piece, bytes);
        break;
    case RILL_SSE_ERROR:
        used = take_error(log, piece, status);
        break;
    case RILL_SSE_TYPE:
    case RILL_SSE_ID:
        add_text(log, piece, piece->length, true, status);
        break;
    case RILL_SSE_RETRY:
        log_retry(log, piece->retry);
        break;
    case RILL_SSE_EVENT:
        log_event(log);
        break;
    }
    must(log, piece->used + used <= length, "more used than given");
    return piece->used + used;
}

void sse_log_feed(sse_log *log, const char *bytes, size_t length)
{
    size_t at = 0, idle = 0;
    rill_sse_piece piece;
    rill_status status;
    while ((status = rill_sse_next(&log->sse, bytes + at, length - at, &piece)) != RILL_MORE) {
        size_t used = sse_log_piece(log, &piece, status, bytes + at, length - at);
        idle = used != 0 ? 0 : idle + 1;
        if (idle >= 8) {
            must(log, false, "no end");
            return;
        }
        at += used;
    }
    must(log, at + piece.used == length, "not all used");
}

void sse_log_close(sse_log *log)
{
    rill_sse_piece piece;
    rill_status status;
    for (int calls = 0; (status = rill_sse_close(&log->sse, &piece)) != RILL_END; calls++) {
        must(log, calls < 16 && sse_log_piece(log, &piece, status, NULL, 0) == 0, "close");
        if (calls == 16)
            return;
    }
    must(log, rill_sse_close(&log->sse, &piece) == RILL_END, "closed twice");
}

void sse_log_end(sse_log *log, bool pending)
{
    growing *texts[] = {&log->data, &log->value, &log->type, &log->id, &log->event_id, &log->retry};
    if (log->standard) {
        const growing *last = pending ? &log->event_id : &log->id;
        quoted_word(log->out, "LAST", last->text, last->length);
        sink_text(log->out, "\nRETRY");
        sink_bytes(log->out, log->retry.text, log->retry.length);
        sink_char(log->out, '\n');
        if (log->id.length <= RILL_SSE_ID_SIZE)
            must(log, log->id.length == log->sse.id_length &&
                          (log->id.length == 0 || memcmp(log->id.text, log->sse.id, log->id.length) == 0),
                 "last id");
    } else {
        log_data(log);
    }
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        growing_free(texts[i]);
}
