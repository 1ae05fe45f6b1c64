/* The inside of the stream, shared by its files:
 *
 *     stream.c        the calls
 *     stream_body.c   bytes of the response: framing, body
 *     stream_end.c    what is left when the response has ended
 *     stream_event.c  the data of an event: JSON, a plain text, [DONE], or of no interest
 *     stream_part.c   what is done with a part of an event: the struct is filled, and it is handed out
 *     stream_item.c   what items say: answers, errors, bad events
 *     reuse.c         events that are like the last one, where the program began that */
#ifndef RILL_STREAM_INSIDE_H
#define RILL_STREAM_INSIDE_H

#include <string.h>

#include "reuse_calls.h"
#include "rill/chat.h"
#include "rill/stream.h"

/* Where the response stands. */
enum phase {
    PHASE_BEGIN, /* no byte yet: RILL_BODY_AUTO is not decided */
    PHASE_HEAD,  /* in the head of an HTTP response */
    PHASE_SNIFF, /* in front of the body's first byte */
    PHASE_SSE,
    PHASE_JSON,    /* in one JSON text */
    PHASE_TRAILER, /* behind it, in what may be `data: [DONE]` */
    PHASE_DRAIN    /* nothing more is looked at */
};

/* What is left to hand out once the response has ended. */
enum closing {
    CLOSING_NOT,
    CLOSING_EVENT, /* an event that no blank line ended */
    CLOSING_HALF,  /* half a surrogate pair that waits in vain */
    CLOSING_ERROR, /* a status of 400 or more that no item told of */
    CLOSING_END,
    CLOSING_DONE
};

/* What the event at hand is. */
enum event {
    EVENT_START, /* only blanks so far */
    EVENT_MARK,  /* so far it equals the beginning of `[DONE]` or `data:` */
    EVENT_JSON,
    EVENT_PLAIN, /* an error's message */
    EVENT_HOLD,  /* kept as it is until it is known what it is: an error, or what seemed a mark */
    EVENT_SKIP   /* of no interest, or broken */
};

/* What is done next. Parts are filled from the outermost loop, where little stack is in use. */
enum next {
    NEXT_READ,
    NEXT_LOOK,       /* what is held, all of it or its beginning, is looked at */
    NEXT_CUT,        /* the part at hand is full: it is handed out */
    NEXT_LAST,       /* the event has ended: its last part is handed out */
    NEXT_ERROR,      /* the part at hand is an error too, and it is the event's last */
    NEXT_PART_ERROR, /* the same, and more parts follow */
    NEXT_PART,       /* more parts follow */
    NEXT_EVENT       /* the event is complete */
};

/* Flags of the stream. */
enum {
    FLAG_HTTP = 1,          /* the response has HTTP framing */
    FLAG_INSIDE = 2,        /* unread bytes lie in the buffer */
    FLAG_ANSWER_PART = 4,   /* a part of this event's answer was handed out */
    FLAG_ID = RILL_ITEM_ID, /* an id was too long since the last item, which is told so */
    FLAG_ERROR_PART = 16,   /* a part of its error was handed out */
    FLAG_ERROR_SEEN = 32,   /* an error item was handed out */
    FLAG_LINE_ERROR = 64,   /* the event at hand is an `error:` line */
    FLAG_EVENT_ENDED = 128, /* the event has ended; only held bytes are still to be read */
    FLAG_COMPLETE = 256,    /* a JSON body was complete */
    FLAG_FAILED = 512,      /* the response's status is 400 or more */
    FLAG_WAITING = 1024     /* the unread bytes are the beginning of an event that waits for its rest */
};

enum {
    LEAD = 24, /* unread bytes are put so far behind the kept text, which then has room to grow */
    SPARE = RILL_RESERVE - LEAD,
    LOW_SPACE = 16, /* when fewer bytes can be read, the part is cut */
    HOLD_MAX = 192,
    MARK_DONE = 6, /* `matched` when all of [DONE] was */
    MARK_DATA = 16 /* added to `matched` when it is `data:` */
};

/* A run of an event's data. */
typedef struct run {
    const char *bytes;
    size_t length;
    size_t used;
    bool inside; /* it lies among the unread bytes of the buffer */
} run;

static inline bool is_answer(const rill_stream *stream)
{
    return stream->config->schema->answer;
}

/* The event at hand is not remembered after all. */
static inline void do_not_remember(rill_stream *stream)
{
    stream->sieve.reuse = NULL;
}

static inline void consume(rill_stream *stream, size_t length)
{
    stream->given += length;
    stream->given_length -= (uint32_t)length;
    stream->offset += (uint32_t)length;
}

/* ---- HTTP: without it all of this is known when it is compiled, and nothing of http.c is used */

#ifdef RILL_NO_HTTP
enum { WITH_HTTP = 0 };
#define framing_of(stream) ((void)(stream), (rill_http *)NULL) /* in code that is never reached */
#else
enum { WITH_HTTP = 1 };

static inline rill_http *framing_of(rill_stream *stream)
{
    return &stream->http;
}
#endif

static inline bool is_framed(const rill_stream *stream)
{
    return WITH_HTTP && (stream->flags & FLAG_HTTP) != 0;
}

/* At the first byte. */
static inline bool begins_framed(const rill_stream *stream)
{
    rill_body body = stream->config->body;
    return WITH_HTTP && (body == RILL_BODY_HTTP || (body == RILL_BODY_AUTO && *stream->given == 'H'));
}

static inline bool has_failed(const rill_stream *stream)
{
    return WITH_HTTP && (stream->flags & FLAG_FAILED) != 0;
}

static inline uint8_t content_of(rill_stream *stream)
{
    return WITH_HTTP ? framing_of(stream)->content : RILL_HTTP_CONTENT_NONE;
}

/* Bytes of input in front of the first of the run at hand that is not used yet. */
static inline uint32_t offset_of(const rill_stream *stream, const run *at)
{
    return (stream->replay > 0 ? stream->held_offset : stream->offset) + (uint32_t)at->used;
}

static inline bool in_json_body(const rill_stream *stream)
{
    return stream->phase >= PHASE_JSON;
}

/* ---- stream_body.c */

void rill_body_take(rill_stream *stream, size_t length);
rill_status rill_body_read(rill_stream *stream, run *at, rill_item *item);
void rill_body_piece(rill_stream *stream, const rill_sse_piece *piece, run *at);
void rill_body_done(rill_stream *stream, const run *at);
void rill_body_finish(rill_stream *stream, rill_status status);

/* ---- stream_end.c */

rill_status rill_end_next(rill_stream *stream, run *at, rill_item *item);

/* ---- stream_item.c */

rill_status rill_item_emit(rill_stream *stream, rill_item *item, rill_item_kind kind, uint16_t side);
rill_status rill_item_error(rill_stream *stream, rill_item *item);
bool rill_item_type_is_error(const rill_stream *stream);
rill_status rill_item_bad(rill_stream *stream, rill_item *item, rill_status status, uint32_t offset);
rill_status rill_item_of_part(rill_stream *stream, rill_item *item);

/* ---- stream_part.c */

rill_status rill_part_next(rill_stream *stream, rill_item *item);

/* ---- stream_event.c: of the bytes in front of it, and of an event's data */

uint32_t rill_stream_front(const rill_stream *stream);
char *rill_stream_ceiling(const rill_stream *stream);
bool rill_stream_make_room(rill_stream *stream, size_t used);
void rill_event_begin(rill_stream *stream);
void rill_event_drop(rill_stream *stream);
rill_status rill_event_take(rill_stream *stream, run *at, rill_item *item);
void rill_event_look(rill_stream *stream);
void rill_event_replay(rill_stream *stream, run *at);
void rill_event_replayed(rill_stream *stream, const run *at);
rill_status rill_event_end(rill_stream *stream, rill_item *item);

#endif
