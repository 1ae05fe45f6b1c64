/* stream: all rooms joined. Bytes of a response go in, items come out: chunks, errors, bad events, the end.
 *
 * The caller brings the memory: a byte buffer, a token array, the struct to fill, and this state. The stream does no I/O:
 *
 *     rill_stream_begin(&stream, &config);
 *     for (;;) {
 *         while ((status = rill_stream_next(&stream, &item)) == RILL_OK)
 *             use(&item);
 *         if (status != RILL_MORE)
 *             break;
 *         size_t space = rill_stream_space(&stream, &place);
 *         size_t length = read_some(place, space);
 *         if (length > 0)
 *             rill_stream_got(&stream, length);
 *         else
 *             rill_stream_close(&stream, RILL_PORT_CLOSED);
 *     }
 *
 * An event that does not fit into the buffer, the tokens or the arrays of the struct comes in several parts, an item each.
 * Numbers, enum values and presence bits stay in the struct until the event's last part; views of strings belong to their
 * part alone. Joined, the pieces of a text are the same text at every size of buffer.
 *
 * Smaller builds: -DRILL_NO_HTTP leaves the room http out, for bodies that come without HTTP (a UART, a file): 2.8 KB of
 * flash and rill_stream.http. RILL_BODY_AUTO is then as RILL_BODY_SSE, and RILL_BODY_HTTP is refused. RILL_SSE_ID_SIZE
 * (sse.h) and RILL_HTTP_REQUEST_ID_SIZE (http.h) set what is kept of ids. Set them for the whole build, library and
 * application alike; rill_stream_begin() has another name in each such build, so that others do not link. */
#ifndef RILL_STREAM_H
#define RILL_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rill/http.h"
#include "rill/schema.h"
#include "rill/sieve.h"
#include "rill/sse.h"
#include "rill/status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RILL_BUFFER_MIN 256 /* bytes; 512, with 48 tokens, take 99 % of recorded events in one part */

typedef enum rill_body {
    RILL_BODY_AUTO, /* an HTTP response when it begins with "H", else as RILL_BODY_SSE */
    RILL_BODY_HTTP, /* an HTTP/1.1 response; its Content-Type and first byte decide about the body. Not with RILL_NO_HTTP */
    RILL_BODY_SSE,  /* an event stream, or a JSON body when its first byte is { or [ */
    RILL_BODY_JSON  /* one JSON text */
} rill_body;

/* Referred to, not copied: must stay as it is for as long as the stream is used. */
typedef struct rill_stream_config {
    char *buffer;
    size_t size; /* bytes at buffer, at least RILL_BUFFER_MIN */
    rill_token *tokens; /* not in use while rill_stream_next() says RILL_MORE: streams that are each driven that far before
                           the next one's turn can share one array. Buffer and target are each stream's own */
    size_t token_count; /* at least RILL_TOKENS_MIN */
    const rill_schema *schema; /* of target, e.g. &rill_chat_schema */
    void *target;              /* the struct to fill */
    rill_body body;
    struct rill_reuse *reuse;  /* begun by rill_reuse_begin(): events like the last one are decoded faster; NULL: they are not */
} rill_stream_config;

typedef enum rill_item_kind {
    RILL_ITEM_EVENT,           /* target is filled; for schemas that are no answer (see rill_schema) */
    RILL_ITEM_CHAT_CHUNK,      /* a chat.completion.chunk; target is filled */
    RILL_ITEM_CHAT_COMPLETION, /* a whole chat.completion; target is filled */
    RILL_ITEM_TEXT_COMPLETION, /* a legacy text completion, streamed or whole; target is filled */
    RILL_ITEM_ERROR,           /* the server reports an error; target's `error` is filled */
    RILL_ITEM_BAD,             /* an event, or the response, is broken: status and offset say how and where */
    RILL_ITEM_END              /* the last item of every stream: `end` says how it ended */
} rill_item_kind;

/* A LAST stays away when the event breaks (BAD comes in its place) or the input ends amid it (END, or the error that a failed
 * response's status stands for). */
typedef enum rill_part {
    RILL_PART_WHOLE,  /* all of the event */
    RILL_PART_FIRST,  /* more of the same event follows */
    RILL_PART_MIDDLE, /* neither first nor last */
    RILL_PART_LAST    /* the event is complete */
} rill_part;

typedef enum rill_end {
    RILL_END_NONE,
    RILL_END_DONE,     /* [DONE] was read */
    RILL_END_EOF,      /* without [DONE] the input ended behind a finish reason, or behind a whole JSON body; or in good order,
                          and the response had failed (a status of 400 and above), which an error item has told; with a
                          schema of one's own http.status alone tells */
    RILL_END_TRUNCATED /* the input ended before that */
} rill_end;

enum {
    RILL_ITEM_CUT = 1,     /* a STRING longer than the whole buffer was cut like a text */
    RILL_ITEM_UTF8 = 2,    /* this part holds bytes that are not valid UTF-8; they are passed through */
    RILL_ITEM_PENDING = 4, /* the event was not ended by a blank line; the input ended */
    RILL_ITEM_ID = 8,      /* an event id since the last item was too long and counts as empty (RILL_LIMIT_ID) */
    RILL_ITEM_NEXT = 16    /* the event is an array of objects, and this part, not the first, begins another of them */
};

typedef struct rill_item {
    rill_item_kind kind;
    rill_part part;     /* of kinds with a target; else RILL_PART_WHOLE */
    rill_end end;       /* END only */
    uint8_t flags;      /* RILL_ITEM_CUT, ... */
    rill_status status; /* ERROR: RILL_SERVER_ERROR; BAD: what is wrong; END: what closed the input when that was an
                           error (RILL_PORT_RESET, RILL_HTTP_CUT, ...); else RILL_OK */
    uint32_t offset;    /* BAD: bytes of input in front of the place, modulo 2^32 */
} rill_item;

/* Whether the item is an answer, or a part of one: chat chunk, chat completion or text completion. */
static inline bool rill_item_is_answer(const rill_item *item)
{
    return item->kind >= RILL_ITEM_CHAT_CHUNK && item->kind <= RILL_ITEM_TEXT_COMPLETION;
}

/* Plain data: may be copied, saved and restored together with its buffer. http (status, request id, Retry-After) and sse
 * (type and id of the current event) may be read; the other fields are the stream's own. They come first, since short
 * instructions of small cores reach only the beginning of a struct. */
typedef struct rill_stream {
    uint8_t phase, event, matched, next;
    uint8_t closing, end, last_kind, facts_before;
    uint8_t held;          /* bytes of an event that are kept as they are until it is known what they are */
    uint8_t replay;        /* of these, bytes that are still to be read again; they lie in front of the unread bytes */
    uint16_t flags;
    int16_t closed;        /* the status that the input ended with; RILL_MORE: it has not */
    uint16_t token_count;  /* of the part that was handed out */
    const rill_stream_config *config;
    const char *given;     /* the unread bytes: in the buffer, or the caller's (rill_stream_give) */
    uint32_t given_length; /* how many */
    uint32_t offset;       /* bytes of input in front of them */
    uint32_t held_offset;  /* of the event's first byte; then of the next one that is read again */
    rill_half half_before; /* as facts_before: what waited when the event at hand began */
    uint8_t kind_before;   /* the same of last_kind */
    rill_sieve sieve;
    rill_sse sse;
#ifndef RILL_NO_HTTP
    rill_http http;
#endif
} rill_stream;

/* The names of rill_stream_begin() where the struct is another one. */
#define RILL_STREAM_NAME_(http, request_id, id) rill_stream_begin_##http##_##request_id##_##id
#define RILL_STREAM_NAME(http, request_id, id) RILL_STREAM_NAME_(http, request_id, id)
#ifdef RILL_NO_HTTP
#define rill_stream_begin RILL_STREAM_NAME(bare, 0, RILL_SSE_ID_SIZE)
#elif RILL_HTTP_REQUEST_ID_SIZE != 40 || RILL_SSE_ID_SIZE != 32
#define rill_stream_begin RILL_STREAM_NAME(http, RILL_HTTP_REQUEST_ID_SIZE, RILL_SSE_ID_SIZE)
#endif

/* Makes ready for one response.
 *   RILL_OK
 *   RILL_SCHEMA_CONFIG  a NULL, a buffer or token array below its minimum, a buffer beyond 2^31 - 1 bytes, RILL_BODY_HTTP in a
 *                       build without HTTP
 *   RILL_SCHEMA_TABLE   the root schema has no rows or too many */
rill_status rill_stream_begin(rill_stream *stream, const rill_stream_config *config);

/* Where the next bytes of the response go: sets *place and gives the bytes that fit there, at least 1 after
 * rill_stream_next() answered RILL_MORE. Moves no bytes; may be called again. */
size_t rill_stream_space(rill_stream *stream, char **place);

/* Tells that `length` bytes (at most the space) were put there. */
void rill_stream_got(rill_stream *stream, size_t length);

/* In place of space and got: the next bytes, fewer than 2^32, lie elsewhere (a DMA ring, flash) and are read in place; only
 * what is kept is copied into the buffer. They must stay until rill_stream_next() answers RILL_MORE. Only after RILL_MORE (or
 * begin). Of 0 bytes the pointer may be NULL. */
void rill_stream_give(rill_stream *stream, const char *bytes, size_t length);

/* The input has ended: RILL_PORT_CLOSED (or RILL_OK) in good order, a negative status because of it. Items that are still
 * in the buffer, and the end item, come from rill_stream_next(). */
void rill_stream_close(rill_stream *stream, rill_status status);

/* Gives the next item. Views of the item before become invalid.
 *   RILL_OK    an item
 *   RILL_MORE  more input is needed
 *   RILL_END   the end item was handed out before */
rill_status rill_stream_next(rill_stream *stream, rill_item *item);

#ifdef __cplusplus
}
#endif

#endif
