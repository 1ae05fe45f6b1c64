/* sse_log: what the sse room hands out of an event stream, as lines; test/golden/sse.txt shows and explains them. Or as
 * the HTML standard shows it: whole events, and at the end the last id and all retry values. A line FAULT tells of a piece
 * that breaks the room's contract. */
#ifndef LOGS_SSE_LOG_H
#define LOGS_SSE_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "growing.h"
#include "rill/sse.h"
#include "sink.h"

typedef struct sse_log {
    rill_sse sse;
    sink out;
    bool standard;     /* log as the standard shows it */
    growing data;      /* of the event, or since the last logged line */
    growing value;     /* of the field that comes in pieces */
    bool open;         /* the value has begun */
    growing type, id;  /* standard: the last complete values, of any length */
    growing event_id;  /* standard: the id that stood at the last event */
    growing retry;     /* standard: the values of all retry fields */
    size_t held;       /* where the run takes in part: bytes at most, 0 for all */
    bool zero;         /* takes nothing first */
    bool refused;      /* has done so for this piece */
} sse_log;

void sse_log_begin(sse_log *log, sink out, bool standard);
void sse_log_feed(sse_log *log, const char *bytes, size_t length);
/* The end of the input counts as the end of the event; see rill_sse_close(). */
void sse_log_close(sse_log *log);
/* The log is complete. `pending`: the input ended inside an event, whose id does not count (standard only). */
void sse_log_end(sse_log *log, bool pending);

/* For who feeds by hand: logs a piece; gives the bytes of input that are used behind `bytes`. */
size_t sse_log_piece(sse_log *log, const rill_sse_piece *piece, rill_status status, const char *bytes, size_t length);

#endif
