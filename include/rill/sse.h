/* sse: the bytes of an event stream become data spans and ends of events, by the WHATWG rules
 * (HTML standard, section 9.2, "Server-sent events").
 *
 * Handled: one BOM at the start; CR, LF and CRLF, also mixed and split; several data lines joined by LF; event, id, retry;
 * comments and unknown fields pass at no cost. No line is stored: the data of an event may have any length.
 *
 * Two things go beyond the standard, for those who want them: rill_sse_close() hands out an event that was pending at the
 * end, and the value of a field named `error` is handed out (some llama.cpp servers send errors so).
 *
 * Usable alone:
 *
 *     rill_sse_begin(&sse);
 *     while (rill_sse_next(&sse, bytes, length, &piece) != RILL_MORE) {
 *         size_t used = piece.used;
 *         if (piece.kind == RILL_SSE_DATA) {
 *             use(piece.data, piece.length);
 *             used += rill_sse_take(&sse, piece.length);
 *         } else if (piece.kind == RILL_SSE_ERROR) {
 *             used += rill_sse_take(&sse, piece.length);
 *         }
 *         bytes += used, length -= used;
 *     }
 */
#ifndef RILL_SSE_H
#define RILL_SSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rill/status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RILL_SSE_TYPE_SIZE 16 /* bytes kept of an event's type; more are cut off */
/* Bytes kept of the last event id; a longer one counts as empty, and is flagged (RILL_LIMIT_ID). A plain number from 1 to
 * 255, for the whole build. The state holds it twice. */
#ifndef RILL_SSE_ID_SIZE
#define RILL_SSE_ID_SIZE 32
#endif
#if RILL_SSE_ID_SIZE < 1 || RILL_SSE_ID_SIZE > 255
#error "RILL_SSE_ID_SIZE is from 1 to 255"
#endif

typedef enum rill_sse_kind {
    RILL_SSE_DATA,  /* a span of the event's data; may be taken in part, see rill_sse_take() */
    RILL_SSE_TYPE,  /* a piece of an `event` field's value */
    RILL_SSE_ID,    /* a piece of an `id` field's value */
    RILL_SSE_RETRY, /* a valid `retry` field: milliseconds in `retry` */
    RILL_SSE_ERROR, /* a piece of an `error` field's value; may be taken in part, see rill_sse_take() */
    RILL_SSE_EVENT  /* the event is complete and has data (possibly empty); type and id are set */
} rill_sse_kind;

typedef struct rill_sse_piece {
    rill_sse_kind kind;
    bool first;       /* TYPE, ID, ERROR: the first piece of this field line; else false, as last is */
    bool last;        /* TYPE, ID, ERROR: the last piece (it may be empty). A value holds only when its last piece has
                         come: an id with a NUL in it never gets one. */
    const char *data; /* inside the bytes given, or the LF that joins two data lines */
    size_t length;    /* bytes at data */
    size_t used;      /* bytes of the input that are done with; for DATA and ERROR those in front of data only */
    uint64_t retry;   /* RETRY: milliseconds; UINT64_MAX when larger */
} rill_sse_piece;

/* Plain data: may be copied, saved and restored. type and id hold while EVENT is the last piece. Who wants to resume
 * keeps the id of the last EVENT: a later one belongs to an event that has not come. Who joins types from their pieces
 * looks at type_length, too: it is 0 when the last type came in an event without data. Below the line are the room's
 * own. */
typedef struct rill_sse {
    uint8_t type_length; /* 0: the event has no type, which means "message" */
    uint8_t id_length;   /* the last event id, as it stands now; 0: none */
    bool type_cut;       /* the type was longer than RILL_SSE_TYPE_SIZE */
    char type[RILL_SSE_TYPE_SIZE];
    char id[RILL_SSE_ID_SIZE];
    /* ---- */
    uint8_t state, field, count, flags;
    union {
        uint64_t retry;
        char id[RILL_SSE_ID_SIZE]; /* an id may turn out to be void, so it cannot be read over the last one */
        size_t waiting;            /* bytes of data or an error, handed out and not taken: no line end is among them */
    } value;                       /* of the line being read */
} rill_sse;

/* What holds between any two calls; docs/proof.md. The states' names are in src/sse_inside.h: 0 to 2 read a BOM, a name,
 * the LF of a CRLF. */
/*@ predicate rill_sse_ok(rill_sse *sse) =
      \valid(sse) && sse->type_length <= RILL_SSE_TYPE_SIZE && sse->id_length <= RILL_SSE_ID_SIZE &&
      sse->field <= RILL_SSE_ERROR && sse->state <= 6 &&
      sse->count <= (sse->state == 0 ? 2 : sse->state == 1 ? 5 : sse->state == 2 ? 0 : RILL_SSE_ID_SIZE);
*/

/* Makes ready for one stream. */
/*@ requires \valid(sse);
    assigns *sse;
    ensures rill_sse_ok(sse);
*/
void rill_sse_begin(rill_sse *sse);

/* Gives the next piece. `bytes` may be cut anywhere; go on with what is behind piece->used.
 *   RILL_OK        a piece
 *   RILL_MORE      all bytes are used
 *   RILL_LIMIT_ID  the last piece of an id that was too long for `id` and counts as empty; go on as after RILL_OK */
/*@ requires rill_sse_ok(sse) && \valid(piece) && \valid_read(bytes + (0 .. length - 1));
    requires \separated(sse, piece, bytes + (0 .. length - 1));
    assigns *sse, *piece;
    ensures rill_sse_ok(sse);
    ensures \result == RILL_OK || \result == RILL_MORE || \result == RILL_LIMIT_ID;
    ensures piece->used <= length;
    ensures \result == RILL_MORE ==> piece->used == length;
    ensures piece->length > 0 ==> \valid_read(piece->data + (0 .. piece->length - 1));
*/
rill_status rill_sse_next(rill_sse *sse, const char *bytes, size_t length, rill_sse_piece *piece);

/* Tells how many bytes of the last DATA or ERROR piece were taken (0 to its length). Those not taken are handed out
 * again. Gives how many bytes of the input this uses, behind piece->used: as many, but none for the joining LF, which
 * does not lie in the input. */
/*@ requires rill_sse_ok(sse);
    assigns *sse;
    ensures rill_sse_ok(sse);
    ensures \result == length || \result == 0;
*/
size_t rill_sse_take(rill_sse *sse, size_t length);

/* The input has ended; the end counts as the end of the line and of the event, where the standard drops both. Call
 * until RILL_END:
 *   RILL_OK        a last piece, as rill_sse_next() would give it at two line ends; a joining LF is to be taken
 *   RILL_LIMIT_ID  as above
 *   RILL_END       nothing is pending */
/*@ requires rill_sse_ok(sse) && \valid(piece) && \separated(sse, piece);
    assigns *sse, *piece;
    ensures rill_sse_ok(sse);
    ensures \result == RILL_OK || \result == RILL_LIMIT_ID || \result == RILL_END;
*/
rill_status rill_sse_close(rill_sse *sse, rill_sse_piece *piece);

#ifdef __cplusplus
}
#endif

#endif
