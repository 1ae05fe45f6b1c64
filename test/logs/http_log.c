#include "http_log.h"

#include "quoted.h"

void http_log_begin(http_log *log, sink out, bool half)
{
    rill_http_begin(&log->http);
    log->out = out;
    log->half = half;
    log->last = -1;
    log->offset = 0;
    log->end = RILL_MORE;
}

static void must(http_log *log, bool good, const char *what)
{
    if (good)
        return;
    sink_text(log->out, "\nFAULT ");
    sink_text(log->out, what);
    sink_char(log->out, '\n');
}

static void end_line(http_log *log)
{
    if (log->last >= 0 && log->last != RILL_HTTP_HEAD && log->last != RILL_HTTP_DONE)
        sink_text(log->out, "\"\n");
    log->last = -1;
}

static void log_head(http_log *log)
{
    static const char *const contents[] = {" none", " sse", " json", " ndjson", " other"};
    const rill_http *http = &log->http;
    sink_text(log->out, "HEAD ");
    sink_unsigned(log->out, http->status);
    sink_text(log->out, contents[http->content]);
    if (http->coded)
        sink_text(log->out, " coded");
    if (http->retry_after != RILL_HTTP_NO_RETRY_AFTER) {
        sink_text(log->out, " retry ");
        sink_unsigned(log->out, http->retry_after);
    }
    if (http->request_id_length > 0) {
        quoted_word(log->out, " id", http->request_id, http->request_id_length);
        if (http->request_id_cut)
            sink_text(log->out, " cut");
    }
    sink_char(log->out, '\n');
}

static void log_piece(http_log *log, const rill_http_piece *piece, size_t length)
{
    static const char *const begins[] = {"REASON \"", "NAME \"", "VALUE \"", "", "BODY \"", "DONE\n"};
    if (log->last != (int)piece->kind) {
        end_line(log);
        log->last = (int)piece->kind;
        sink_text(log->out, begins[piece->kind]);
        if (piece->kind == RILL_HTTP_HEAD)
            log_head(log);
    }
    for (size_t i = 0; i < length; i++)
        quoted_text(log->out, piece->data + i, 1); /* one by one: a cut may part a UTF-8 sequence */
}

/* Logs a piece, and gives the bytes of the input that it used. */
static size_t take(http_log *log, const rill_http_piece *piece, const char *bytes, size_t length)
{
    must(log, piece->used <= length, "more used than given");
    if (piece->kind != RILL_HTTP_HEAD && piece->kind != RILL_HTTP_DONE)
        must(log, piece->data >= bytes && piece->data + piece->length <= bytes + length, "piece outside the input");
    if (piece->kind != RILL_HTTP_BODY) {
        log_piece(log, piece, piece->length);
        return piece->used;
    }
    size_t taken = log->half ? (piece->length + 1) / 2 : piece->length;
    must(log, piece->length > 0, "empty body piece");
    must(log, piece->data == bytes + piece->used, "body piece not behind what is used");
    log_piece(log, piece, taken);
    rill_http_take(&log->http, taken);
    return piece->used + taken;
}

void http_log_feed(http_log *log, const char *bytes, size_t length)
{
    size_t calls = 2 * length + 4; /* beyond that it goes round in circles */
    rill_http_piece piece;
    while ((log->end = rill_http_next(&log->http, bytes, length, &piece)) == RILL_OK) {
        size_t used = take(log, &piece, bytes, length);
        if (calls-- == 0) {
            must(log, false, "no end");
            return;
        }
        log->offset += used;
        bytes += used;
        length -= used;
    }
    if (log->end == RILL_MORE)
        must(log, piece.used == length, "not all used");
    else if (log->end == RILL_END)
        must(log, piece.used == 0, "used behind the end");
    log->offset += piece.used;
}

void http_log_end(http_log *log, size_t length)
{
    static const char *const errors[] = {"STATUS_LINE", "FIELD", "LENGTH", "TRANSFER", "CHUNK"};
    rill_status end = rill_http_close(&log->http);
    end_line(log);
    if (end == RILL_END) {
        must(log, log->end == RILL_END || log->end == RILL_MORE, "complete and not");
        sink_text(log->out, "END");
    } else if (end == RILL_HTTP_CUT) {
        must(log, log->end == RILL_MORE, "cut and not");
        sink_text(log->out, "CUT");
    } else {
        bool known = end <= RILL_HTTP_STATUS_LINE && RILL_HTTP_STATUS_LINE - end < 5;
        must(log, known && log->end == end, "another error at the end");
        sink_text(log->out, "ERROR ");
        sink_text(log->out, known ? errors[RILL_HTTP_STATUS_LINE - end] : "?");
        sink_text(log->out, " at ");
        sink_unsigned(log->out, log->offset);
        length = log->offset;
    }
    if (length > log->offset) {
        sink_text(log->out, ", ");
        sink_unsigned(log->out, length - log->offset);
        sink_text(log->out, " left");
    }
    sink_char(log->out, '\n');
}
