/* collect: the pieces of one text, joined over events and parts in memory of the caller's.
 *
 *     char memory[512];
 *     rill_collector arguments;
 *     rill_collect_begin(&arguments, RILL_COLLECT_ARGUMENTS, 0, 0, memory, sizeof memory - RILL_RESERVE);
 *     while (rill_stream_next(&stream, &item) == RILL_OK)
 *         rill_collect(&arguments, &item, &chunk);
 *     rill_json_decode(arguments.text, arguments.length, sizeof memory, tokens, 24, &weather_schema, &weather);
 *
 * (The decoder wants RILL_RESERVE bytes behind the text.) Pieces of a text are told apart by the index of their choice,
 * those of a tool call also by the call: by its index, and where servers send none, or the same for all (Gemini), by its id,
 * or by a name that comes anew. Indices are below 256; ids are told apart by a hash of 32 bits, of one longer than the buffer by
 * that of its first part. An id, or a name beside its id, that comes again with each delta is collected once, unless it is longer
 * than the buffer. Where the parts of an event end between the arguments of a call and its id (Gemini sends them in this
 * order), a call that its id alone would tell from the one before counts as that one. */
#ifndef RILL_COLLECT_H
#define RILL_COLLECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rill/chat.h"
#include "rill/lean.h"
#include "rill/status.h"
#include "rill/stream.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RILL_CALLS_MAX 8 /* tool calls of one answer that are told apart */

typedef enum rill_collect_what {
    RILL_COLLECT_CONTENT,   /* message.content, legacy text too */
    RILL_COLLECT_REASONING,
    RILL_COLLECT_REFUSAL,
    RILL_COLLECT_CALL_ID, /* of a tool call, from here on */
    RILL_COLLECT_CALL_NAME,
    RILL_COLLECT_ARGUMENTS /* of a custom tool: its input */
} rill_collect_what;

/* Plain data. text and length may be read at any time; the fields below the line are the room's own. */
typedef struct rill_collector {
    char *text;    /* the caller's memory; text[length] is a NUL */
    size_t length; /* bytes joined so far */
    /* ---- */
    size_t size;
    int32_t choice;
    uint32_t choice_at, call_at; /* where the last delta of a call stood in its event */
    uint8_t what, call, calls;
    uint8_t last; /* the call that it belonged to; RILL_CALLS_MAX: no delta in this event yet */
    int16_t full;
    bool brought;                    /* the delta has told something of the text */
    uint8_t named;                   /* a bit for each call: its name has come */
    uint8_t indices[RILL_CALLS_MAX]; /* of each call its index, or its place in the array */
    uint32_t ids[RILL_CALLS_MAX];    /* a hash of its id; 0: none came yet */
} rill_collector;

/* Makes ready to join one text of the choice with the index `choice`, and of its tool call number `call` (0 is the first
 * that came). `size` is the memory at `text`, at least 1: one byte of it holds the NUL. */
void rill_collect_begin(rill_collector *collector, rill_collect_what what, int32_t choice, unsigned call, char *text,
                        size_t size);

/* Joins what this item holds of the text. Call it for every item of the stream, in order; those that are no answer are
 * passed over.
 *   RILL_OK          joined, or nothing of it was there
 *   RILL_LIMIT_FULL  the memory is full, or there were more than RILL_CALLS_MAX calls: the text is cut off, for good;
 *                    every later call says so too. It ends between characters.
 * A choice whose index comes behind its text (Azure) counts as its position until then: with n = 1 that is the same. */
rill_status rill_collect(rill_collector *collector, const rill_item *item, const rill_chunk *chunk);

/* The same for the struct of lean.h. */
rill_status rill_lean_collect(rill_collector *collector, const rill_item *item, const rill_lean_chunk *chunk);

#ifdef __cplusplus
}
#endif

#endif
