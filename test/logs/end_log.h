/* end_log: a stream of events {"id":"..."}, read with a schema of that one member: an id a line, until it ends or breaks;
 * or read as answers: one word for how it ends. Both are fed as any stream. */
#ifndef LOGS_END_LOG_H
#define LOGS_END_LOG_H

#include <stdbool.h>

#include "rill/stream.h"
#include "sink.h"

typedef struct thing {
    rill_header header;
    rill_text id;
} thing;
extern const rill_schema thing_schema;

/* Writes the item of a stream that fills a thing; false: nothing behind it counts. */
bool end_log_thing(sink out, const rill_item *item, const thing *seen);
/* Writes "done", "eof", "eof-truncated", "error-api" or "error-json"; false once it is written. */
bool end_log_end(sink out, const rill_item *item);

/* The cases of conformance/openai-stream-end where rill says another word on purpose. */
typedef struct end_difference {
    const char *name, *ours, *why;
} end_difference;
enum { END_DIFFERENCES = 2 };
extern const end_difference end_differences[END_DIFFERENCES];

#endif
