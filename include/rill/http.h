/* http: the bytes of an HTTP/1.1 response (RFC 9112) become status, the few heads that matter, and body spans.
 *
 * The room stores no line: heads of any length pass through in a few bytes of state. It knows status lines, field
 * lines, 1xx (passed over, all but 101), 101, 204 and 304 (no body), Content-Length, chunked with extensions and
 * trailers, and bodies until close. Empty lines before a status line are skipped. It is strict where RFC 9112 lets a
 * reader choose, since a wrongly framed answer is a wrong answer: lines end with CRLF, not with LF alone; no blank before
 * a colon, no control characters, no Transfer-Encoding but chunked, and none in HTTP/1.0 or beside Content-Length. A folded
 * line goes on with its value, behind the blank that folds it (RFC 9112 5.2 asks a user agent for that).
 *
 * Usable alone:
 *
 *     rill_http http;
 *     rill_http_begin(&http);
 *     while ((status = rill_http_next(&http, bytes, length, &piece)) == RILL_OK) {
 *         size_t used = piece.used;
 *         if (piece.kind == RILL_HTTP_BODY) {
 *             use(piece.data, piece.length);
 *             rill_http_take(&http, piece.length);
 *             used += piece.length;
 *         }
 *         bytes += used, length -= used;
 *     }
 */
#ifndef RILL_HTTP_H
#define RILL_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rill/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes kept of x-request-id (or request-id), without a NUL: a plain number from 1 to 255, for the whole build. */
#ifndef RILL_HTTP_REQUEST_ID_SIZE
#define RILL_HTTP_REQUEST_ID_SIZE 40
#endif
#if RILL_HTTP_REQUEST_ID_SIZE < 1 || RILL_HTTP_REQUEST_ID_SIZE > 255
#error "RILL_HTTP_REQUEST_ID_SIZE is from 1 to 255"
#endif
#define RILL_HTTP_NO_RETRY_AFTER UINT32_MAX

typedef enum rill_http_content { /* by Content-Type */
    RILL_HTTP_CONTENT_NONE,      /* the response names none */
    RILL_HTTP_CONTENT_SSE,       /* text/event-stream */
    RILL_HTTP_CONTENT_JSON,      /* application/json, application/problem+json and other +json */
    RILL_HTTP_CONTENT_NDJSON,    /* application/x-ndjson, application/jsonl, application/json-seq, ... */
    RILL_HTTP_CONTENT_OTHER      /* anything else: text/html, text/plain, ... */
} rill_http_content;

typedef enum rill_http_kind {
    RILL_HTTP_REASON, /* a piece of the reason phrase; also handed out once, empty, when there is none */
    RILL_HTTP_NAME,   /* a piece of a field name, as sent */
    RILL_HTTP_VALUE,  /* a piece of its value, blanks in front removed, those behind and of folded lines not; empty once when
                         its first line is */
    RILL_HTTP_HEAD,   /* the head of the final response is complete; status, content, ... below are set */
    RILL_HTTP_BODY,   /* a span of the body, without its framing; see rill_http_take() */
    RILL_HTTP_DONE    /* the response is complete */
} rill_http_kind;

typedef struct rill_http_piece {
    rill_http_kind kind;
    const char *data; /* inside the bytes given, for REASON, NAME, VALUE and BODY */
    size_t length;    /* bytes at data; 0 for HEAD and DONE */
    size_t used;      /* bytes of the input that are done with; for BODY those in front of data only */
} rill_http_piece;

/* Plain data: may be copied, saved and restored. Read status, content, coded, retry_after and request_id once HEAD has
 * come; the fields between the lines are the room's own (they stand where short instructions reach them). */
typedef struct rill_http {
    uint32_t retry_after;      /* seconds of Retry-After, large ones cut; RILL_HTTP_NO_RETRY_AFTER: none, or a date */
    uint16_t status;           /* 100 to 999 */
    uint8_t content;           /* a rill_http_content; of several Content-Types that of the last */
    bool coded;                /* Content-Encoding names something other than identity */
    bool request_id_cut;       /* the request id was longer than RILL_HTTP_REQUEST_ID_SIZE */
    uint8_t request_id_length; /* 0: absent; of several ids the first is kept. Without blanks around it */
    /* ---- */
    uint8_t state, flags, field, phase, candidates, matched;
    uint16_t number[4]; /* by 16 bits, the lowest first */
    uint64_t remaining;
    /* ---- */
    char request_id[RILL_HTTP_REQUEST_ID_SIZE];
} rill_http;

/* What holds between any two calls; src/http_inside.h says what it is. */
/*@ axiomatic rill_http_state {
      predicate rill_http_ok{L}(rill_http *http) reads *http;
    }
*/

/* Makes ready for one response. */
/*@ requires \valid(http);
    assigns *http;
    ensures rill_http_ok(http);
*/
void rill_http_begin(rill_http *http);

/* Gives the next piece of the response. `bytes` may be cut anywhere; go on with what is behind piece->used.
 *   RILL_OK    a piece
 *   RILL_MORE  all bytes are used; piece->used says how many
 *   RILL_END   the response was complete before these bytes; none of them is used
 *   RILL_HTTP_*  malformed; piece->used is the offset of the byte that cannot be (a value is judged at its line end,
 *                what does not go together at the end of the head). Every later call says the same, with 0. */
/*@ requires \valid(http) && rill_http_ok(http) && \valid(piece) && \valid_read(bytes + (0 .. length - 1));
    requires \separated(http, piece, bytes + (0 .. length - 1));
    assigns *http, *piece;
    ensures rill_http_ok(http);
    ensures \result <= RILL_END && piece->used <= length;
    ensures \result == RILL_MORE ==> piece->used == length;
    ensures \result == RILL_OK && piece->length > 0 ==> \valid_read(piece->data + (0 .. piece->length - 1));
*/
rill_status rill_http_next(rill_http *http, const char *bytes, size_t length, rill_http_piece *piece);

/* Tells how many bytes of the last BODY piece were taken (0 to its length). Those not taken are handed out again. */
/*@ requires \valid(http) && rill_http_ok(http);
    assigns *http;
    ensures rill_http_ok(http);
*/
void rill_http_take(rill_http *http, size_t length);

/* The input has ended: RILL_END when the response is complete (a body until close is complete now), RILL_HTTP_CUT when
 * bytes are missing, else the error that was met. */
/*@ requires \valid_read(http) && rill_http_ok(http);
    assigns \nothing;
    ensures \result == RILL_END || \result < 0;
*/
rill_status rill_http_close(const rill_http *http);

#ifdef __cplusplus
}
#endif

#endif
