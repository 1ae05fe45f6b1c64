#include "json_log.h"

#include <string.h>

#include "rill/fill.h"

typedef struct anything {
    rill_header header;
    rill_text x;
} anything;
static const rill_row anything_rows[] = {
    RILL_ROW_TEXT(anything, x, "x", 0),
    RILL_ROW_RAW(anything, x, "x", 0),
};
static const rill_schema anything_schema = RILL_SCHEMA(anything, anything_rows);

static void log_part(json_log *log)
{
    anything part;
    size_t count;
    memset(&part, 0, sizeof part);
    if (log->verdicts || log->sieve.sides == 0)
        return;
    if (rill_tokenize(&log->sieve, log->tokens, &count) == RILL_OK)
        rill_fill(&log->sieve, log->tokens, count, &part);
    else
        sink_text(log->value.out, "FAULT: not filled");
    if (part.x.data != NULL)
        quoted_bytes(&log->value, part.x.data, part.x.length);
}

static void keep(json_log *log, const char *bytes, size_t length)
{
    while (length > 0 && log->kept == RILL_MORE) {
        size_t used;
        rill_status status = rill_sieve_push(&log->sieve, bytes, length, log->ceiling, &used);
        if (status == RILL_OK || status == RILL_LIMIT_FULL) {
            rill_sieve_cut(&log->sieve);
            log_part(log);
            rill_sieve_reopen(&log->sieve);
        } else {
            log->kept = status;
        }
        bytes += used;
        length -= used;
    }
}

void json_log_begin(json_log *log, sink out, bool verdicts, char *buffer, size_t size, rill_token *tokens,
                    size_t token_count)
{
    rill_json_check_begin(&log->check);
    rill_sieve_begin(&log->sieve, &anything_schema, buffer, token_count);
    rill_sieve_open(&log->sieve);
    log->checked = log->kept = RILL_MORE;
    log->ceiling = buffer + size;
    log->tokens = tokens;
    log->verdicts = verdicts;
    log->value = (quoted){.out = out};
    if (!verdicts)
        sink_char(out, '"');
    keep(log, "{\"x\":", 5);
}

void json_log_feed(json_log *log, const char *bytes, size_t length)
{
    size_t used;
    if (log->checked == RILL_MORE && length > 0)
        log->checked = rill_json_check_push(&log->check, bytes, length, &used);
    keep(log, bytes, length);
}

static void verdict(sink out, const char *what, rill_status status)
{
    sink_text(out, what);
    sink_text(out, status == RILL_OK ? "taken\n" : "refused\n");
}

void json_log_end(json_log *log)
{
    sink out = log->value.out;
    keep(log, "}", 1);
    if (log->checked == RILL_MORE)
        log->checked = rill_json_check_end(&log->check);
    if (log->kept == RILL_MORE)
        log->kept = rill_sieve_end(&log->sieve);
    if (log->verdicts) {
        verdict(out, "checked: ", log->checked);
        verdict(out, "kept: ", log->kept);
        return;
    }
    if (log->kept == RILL_OK)
        log_part(log);
    quoted_end(&log->value);
    sink_char(out, '"');
    if ((log->sieve.flags & RILL_TEXT_UTF8) != 0)
        sink_text(out, " not UTF-8");
    if (log->kept != RILL_OK) {
        sink_char(out, ' ');
        sink_text(out, rill_status_text(log->kept));
    }
    sink_char(out, '\n');
}
