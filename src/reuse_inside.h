/* The inside of reuse, shared by its files:
 *
 *     reuse.c           an event is remembered: its text, and the places of its values
 *     reuse_match.c     the next event is compared with it, and taken
 *     reuse_unescape.c  strings as they came */
#ifndef RILL_REUSE_INSIDE_H
#define RILL_REUSE_INSIDE_H

#include "reuse_calls.h"
#include "stream_inside.h"

enum { MARK_NONE = UINT8_MAX }; /* number of no mark */
enum { MARK_SKIPPED = 16 };     /* kind of a value that is passed over, with all in it; the others are rill_kinds */

enum {
    MARK_HOLE = 1,        /* it was seen to change */
    MARK_VIEW = 2,        /* a kept string */
    MARK_FILLS = 4,       /* whether it is empty has a meaning */
    MARK_ESCAPES = 8,     /* the remembered text has escapes */
    MARK_ESCAPES_NOW = 16 /* that of the event at hand has */
};

/* A value of the remembered text on the path of what is kept: no literal, and nothing within what is passed over. */
typedef struct mark {
    uint16_t at, end; /* where it begins; where it ends, if it is a hole or a kept string */
    uint16_t now;     /* a hole: the length of this value in the event at hand */
    uint16_t place;   /* kept: in the struct, 0: not there (while remembering: the number of its token); else brackets around it */
    uint8_t kind, flags;
    uint8_t next; /* the first behind this one that is a hole or a kept string; MARK_NONE: none is */
} mark;

static inline mark *mark_at(const rill_reuse *reuse, size_t number)
{
    return (mark *)(void *)(reuse->memory + reuse->size) - 1 - number;
}

/* ---- reuse.c */

/* Where a string of the remembered text ends: behind its quote. */
size_t rill_behind_string(const rill_reuse *reuse, size_t at);

/* A string, with its quotes, that ends with the first half of a pair: its text may go on in the next event. */
bool rill_ends_in_half(const char *string, size_t length);

/* Links the marks of holes and kept strings, which alone are looked at while events are alike. */
void rill_link_marks(rill_reuse *reuse);

/* ---- reuse_unescape.c */

/* Undoes the escapes of a valid JSON string; half a pair without its other half becomes U+FFFD. Gives the length. `to` may be
 * `from`. */
size_t rill_unescape(char *to, const char *from, size_t length);

/* ---- reuse_match.c */

void rill_reuse_refill(rill_stream *stream);
rill_status rill_reuse_take(rill_stream *stream, const char *bytes, size_t length, rill_item *item);

#endif
