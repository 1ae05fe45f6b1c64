/* struct_log: a struct as its schema fills it, all of it: each member that a row names with its path, value by value.
 *
 *     id="a" created=7 choices#1 choices[0].delta{} choices[0].delta.content="Hi" choices[0].finish_reason=null usage=null
 *
 * `{}`: an object came; `#`: elements of an array in this part; `[0]`: an element's position. What is absent is not told;
 * but where it is not empty all the same, it is told with a `!` in place of the `=`. */
#ifndef LOGS_STRUCT_LOG_H
#define LOGS_STRUCT_LOG_H

#include <stddef.h>

#include "rill/schema.h"
#include "sink.h"

typedef enum struct_fact {
    STRUCT_TEXT,  /* `bytes` are a text, or a piece of one: the pieces of an event's parts belong together */
    STRUCT_VALUE, /* `bytes` are what is written behind the path; the last part knows it best */
    STRUCT_COUNT  /* likewise, but it is this part's alone */
} struct_fact;

/* Called with each value, in the order of the rows. */
typedef void struct_taker(void *context, const char *path, struct_fact fact, const char *bytes, size_t length);

/* `error`: of the root's rows those of an error (RILL_IS_ERROR), else the others; where the schema is of no answer, all. */
void struct_walk(const rill_schema *root, const void *target, bool error, struct_taker *take, void *context);

/* The struct_taker that writes what is shown above; its context is a sink. */
void struct_log_take(void *out, const char *path, struct_fact fact, const char *bytes, size_t length);

#endif
