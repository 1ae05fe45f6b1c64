/* Items as JSON lines, with the wire's own member names: see `rill decode --json`. */
#ifndef PRINT_H
#define PRINT_H

#include <stdio.h>

#include "rill/chat.h"
#include "rill/stream.h"

/* The first pieces of a raw array, and which array it is. */
typedef struct raw_pieces {
    char *text; /* NULL until it is needed */
    size_t length, size;
    long place[5];
} raw_pieces;

/* Raw arrays (bytes, legacy logprobs) are printed once they are complete. A part may complete the array that an earlier
 * part began, and begin another. */
typedef struct item_printer {
    FILE *out;
    raw_pieces waiting; /* from earlier parts */
    raw_pieces begun;   /* in this part */
} item_printer;

/* Prints one item as a line. The chunk is that of the stream's configuration. */
void print_item(item_printer *printer, const rill_stream *stream, const rill_item *item, const rill_chunk *chunk);
void print_end(item_printer *printer);

/* A string in JSON's quotes; bytes that are no control character, quote or backslash pass as they are. */
void print_string(FILE *out, const char *text, size_t length);

/* The word for a broken event's status: "json", "http", "format", "encoding", ... */
const char *print_reason(rill_status status);

#endif
