/* http_log: what the http room hands out of a response, as lines; pieces of one kind are joined. test/golden/http.txt shows
 * and explains them. A line FAULT tells of a piece that breaks the room's contract. */
#ifndef LOGS_HTTP_LOG_H
#define LOGS_HTTP_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "rill/http.h"
#include "sink.h"

typedef struct http_log {
    rill_http http;
    sink out;
    bool half;       /* take of each body piece only the first half, rounded up */
    int last;        /* kind of the line that the log is in, -1 for none */
    size_t offset;   /* bytes used so far */
    rill_status end; /* what the last call said: RILL_MORE asks for more bytes */
} http_log;

void http_log_begin(http_log *log, sink out, bool half);
void http_log_feed(http_log *log, const char *bytes, size_t length);
/* The input, of `length` bytes in all, has ended. */
void http_log_end(http_log *log, size_t length);

#endif
