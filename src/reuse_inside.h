/* The inside of reuse, shared by its files:
 *
 *     reuse.c         an event is remembered: its text, and the places of its values
 *     reuse_match.c   the next event is compared with it, and taken */
#ifndef RILL_REUSE_INSIDE_H
#define RILL_REUSE_INSIDE_H

#include "reuse_calls.h"
#include "stream_inside.h"

/* What a mark is of, beside the kinds of rill_kind that are kept. */
enum {
    MARK_STRING = 16, /* passed over, from here on */
    MARK_NUMBER,
    MARK_GROUP /* an object or array */
};

enum {
    MARK_HOLE = 1,         /* it was seen to change */
    MARK_FILLS = 2,        /* whether it is empty has a meaning */
    MARK_ESCAPES = 4,      /* the remembered text has escapes */
    MARK_ESCAPES_NOW = 8   /* that of the event at hand has */
};

/* A value of the remembered text. */
typedef struct mark {
    uint16_t at, end; /* where it begins, and ends if it is a hole or a string */
    uint16_t now;     /* a hole: the length of this value in the event at hand */
    uint16_t place;   /* kept: in the struct (while remembering: the number of its token); group: brackets around it */
    uint8_t kind, flags;
} mark;

static inline mark *mark_at(const rill_reuse *reuse, size_t number)
{
    return (mark *)(void *)(reuse->memory + reuse->size) - 1 - number;
}

static inline bool has_room_for_mark(const rill_reuse *reuse)
{
    return reuse->marks < UINT8_MAX && reuse->length + (reuse->marks + 1u) * sizeof(mark) <= reuse->size;
}

/* ---- reuse.c */

/* Where a string of the remembered text ends: behind its quote. */
size_t rill_behind_string(const rill_reuse *reuse, size_t at);

/* ---- reuse_match.c */

rill_status rill_reuse_take(rill_stream *stream, const char *bytes, size_t length, rill_item *item);

#endif
