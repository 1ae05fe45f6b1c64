/* reuse: a stream remembers its last event, and decodes the next one by comparing it with that.
 *
 * The events of an answer are nearly the same text. With a block of memory from the caller, the stream keeps the text of the
 * last event, and where the values lie in it. While the next event's text equals it but for values that were seen to change
 * (holes: a piece of content, a time, a number of tokens), only these are read; the struct is last time's, with their values
 * put in. At the first other difference the event is decoded the plain way and takes the place of the remembered one. What
 * comes out is the same with and without; see docs/design.md.
 *
 *     static char memory[1024];
 *     static rill_reuse reuse;
 *     rill_reuse_begin(&reuse, memory, sizeof memory);
 *     config.reuse = &reuse;
 *     rill_stream_begin(&stream, &config);
 *
 * It needs more than the caller's memory:
 *   - an event stream, and events of one `data` line, which is all that they have from there on (`event` and `id` lines in
 *     front of it are read the plain way, at no loss). JSON bodies and other events are decoded as without it, and so are
 *     streams whose lines end with CR or CRLF, and an event behind a comment or a second blank line;
 *   - events that lie in one piece: an event that has not come whole waits in the stream's buffer for its rest. One that
 *     does not fit there, or whose pieces HTTP chunks divide, is decoded the plain way;
 *   - the event's values in the first 64 KB of the struct;
 *   - the struct as the last item left it: do not write to it.
 * A program that does not call rill_reuse_begin() has none of its code. */
#ifndef RILL_REUSE_H
#define RILL_REUSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct rill_reuse_calls;

/* Plain data of one stream, all of it the room's own. Beside its memory. What is small comes first, since short instructions
 * of small cores reach only the beginning of a struct. */
typedef struct rill_reuse {
    uint8_t mark;          /* the next one, of those that are linked, behind what was compared */
    uint8_t marks, first;  /* of the remembered text; the first that is linked */
    uint8_t facts_before;  /* that stood at the event's beginning */
    uint8_t kind;          /* of its item */
    uint8_t misses, pause; /* events in a row that were like no other; how many are now read without looking */
    bool valid;            /* the last event is remembered, and the struct holds what came of it */
    bool sieved;           /* the sieve is lent to a hole */
    uint16_t size;         /* bytes of memory */
    uint16_t length;       /* of the remembered text */
    uint16_t span_at;
    uint16_t kept;         /* bytes of what the sieve kept of it */
    uint16_t at;           /* how far it was compared */
    uint32_t done;         /* bytes of the event at hand that are like it, holes included */
    uint32_t seen;         /* bytes of the hole at hand that the sieve has read */
    char *memory;          /* the remembered text; from the end down marks of its values */
    const char *span;      /* while an event is being remembered: its bytes at hand, which lie in the text at span_at */
    const char *rest;      /* bytes that were given, to be read behind those that wait in the buffer */
    uint32_t rest_length;
    uint32_t facts;        /* that stood at the event's end */
    const struct rill_reuse_calls *calls;
} rill_reuse;

/* Makes ready: before rill_stream_begin() of a stream whose config refers to it, once. `memory` needs no alignment. For each
 * event it holds the text and 12 bytes for each of its values but for those within what is passed over: 512 bytes take most chat streams, 1024 nearly
 * all. An event that is longer is decoded as without it. Of more than 65,535 bytes the rest is not used. */
void rill_reuse_begin(rill_reuse *reuse, void *memory, size_t size);

#ifdef __cplusplus
}
#endif

#endif
