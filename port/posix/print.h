/* Items as JSON lines, with the wire's own member names: see `rill decode --json`. */
#ifndef PRINT_H
#define PRINT_H

#include "growing.h"
#include "rill/chat.h"
#include "rill/stream.h"
#include "sink.h"

/* A raw array (bytes, legacy logprobs) is printed once it is complete; until then its pieces wait here. */
typedef struct item_pieces {
    growing text;
    long place[5]; /* which array it is */
} item_pieces;

/* A part may end one such array, hold others whole, and begin another. */
typedef struct item_printer {
    sink out;
    item_pieces pending[3];
} item_printer;

/* Prints one item as a line. The chunk is that of the stream's configuration. */
void print_item(item_printer *printer, const rill_stream *stream, const rill_item *item, const rill_chunk *chunk);
void print_end(item_printer *printer);

/* A string in JSON's quotes; bytes that are no control character, quote or backslash pass as they are. */
void print_string(sink out, const char *text, size_t length);

/* The word for a broken event's status: "json", "http", "format", "encoding", ... */
const char *print_reason(rill_status status);

#endif
