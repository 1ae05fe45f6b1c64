#include "rill/stream.h"

#include <string.h>

#include "rill/chat.h"
#include "rill/fill.h"

/* Where the response stands. */
enum phase {
    PHASE_BEGIN, /* no byte yet: RILL_BODY_AUTO is not decided */
    PHASE_HEAD,  /* in the head of an HTTP response */
    PHASE_SNIFF, /* in front of the body's first byte */
    PHASE_SSE,
    PHASE_JSON,    /* in one JSON text */
    PHASE_TRAILER, /* behind it */
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
    EVENT_HOLD,  /* an error: kept as it is until it is known whether it is JSON */
    EVENT_SKIP   /* of no interest, or broken */
};

/* What is done next. Parts are filled from the outermost loop, where little stack is in use. */
enum next {
    NEXT_READ,
    NEXT_CUT,        /* the part at hand is full: it is handed out */
    NEXT_LAST,       /* the event has ended: its last part is handed out */
    NEXT_ERROR,      /* the part at hand is an error too, and it is the event's last */
    NEXT_PART_ERROR, /* the same, and more parts follow */
    NEXT_PART,       /* more parts follow */
    NEXT_EVENT       /* the event is complete */
};

/* Flags of the stream. */
enum {
    FLAG_HTTP = 1,         /* the response has HTTP framing */
    FLAG_INSIDE = 2,       /* unread bytes lie in the buffer */
    FLAG_ANSWER_PART = 4,  /* a part of this event's answer was handed out */
    FLAG_ERROR_PART = 8,   /* a part of its error was handed out */
    FLAG_ERROR_SEEN = 16,  /* an error item was handed out */
    FLAG_LINE_ERROR = 32,  /* the event at hand is an `error:` line */
    FLAG_EVENT_ENDED = 64, /* the event has ended; only held bytes are still to be read */
    FLAG_COMPLETE = 128,   /* a JSON body was complete */
    FLAG_LONG_ID = 256     /* an id was too long since the last item */
};

enum {
    LEAD = 24, /* unread bytes are put so far behind the kept text, which then has room to grow */
    SPARE = RILL_RESERVE - LEAD,
    LOW_SPACE = 16, /* when fewer bytes can be read, the part is cut */
    HOLD_MAX = 192,
    MARK_DONE = 6, /* `matched` when all of [DONE] was */
    MARK_DATA = 16 /* added to `matched` when it is `data:` */
};

static const char mark_done[] = "[DONE]";
static const char mark_data[] = "data:";

/* ---- bytes */

static bool is_answer(const rill_stream *stream)
{
    return stream->config->schema->answer;
}

/* End of what lies at the buffer's front. */
static uint32_t front(const rill_stream *stream)
{
    switch (stream->event) {
    case EVENT_JSON:
    case EVENT_PLAIN:
        return stream->sieve.kept;
    case EVENT_HOLD:
        return stream->held;
    default:
        return 0;
    }
}

static void consume(rill_stream *stream, size_t length)
{
    stream->given += length;
    stream->given_length -= (uint32_t)length;
    stream->offset += (uint32_t)length;
}

/* Where kept text must end: at the unread bytes, or at the end of the buffer. */
static char *ceiling(const rill_stream *stream)
{
    const rill_stream_config *config = stream->config;
    char *end = config->buffer + config->size;
    if ((stream->flags & FLAG_INSIDE) != 0)
        end = config->buffer + (stream->given - config->buffer);
    return end - stream->replay;
}

/* Moves the unread bytes to the end of the buffer, but for the first `used` of them: kept text may lie in their place.
 * False when they are there already. */
static bool make_room(rill_stream *stream, size_t used)
{
    const rill_stream_config *config = stream->config;
    if ((stream->flags & FLAG_INSIDE) == 0 && stream->replay == 0)
        return false;
    const char *from = ceiling(stream) + used;
    size_t left = stream->replay - used;
    if ((stream->flags & FLAG_INSIDE) != 0)
        left += stream->given_length;
    char *to = config->buffer + config->size - left;
    if (to == from)
        return false;
    memmove(to, from, left);
    if ((stream->flags & FLAG_INSIDE) != 0)
        stream->given = to + stream->replay - used;
    return true;
}

/* ---- items */

static rill_status emit(rill_stream *stream, rill_item *item, rill_item_kind kind, rill_part part)
{
    const rill_sieve *sieve = &stream->sieve;
    memset(item, 0, sizeof *item);
    item->kind = kind;
    item->part = part;
    if ((sieve->flags & RILL_PART_CUT) != 0)
        item->flags |= RILL_ITEM_CUT;
    if ((sieve->flags & RILL_PART_UTF8) != 0)
        item->flags |= RILL_ITEM_UTF8;
    if ((stream->flags & FLAG_LONG_ID) != 0)
        item->flags |= RILL_ITEM_ID;
    if (stream->closing == CLOSING_EVENT && stream->phase == PHASE_SSE)
        item->flags |= RILL_ITEM_PENDING;
    stream->flags &= (uint16_t)~FLAG_LONG_ID;
    return RILL_OK;
}

static rill_part part_of(bool started, bool last)
{
    if (last)
        return started ? RILL_PART_LAST : RILL_PART_WHOLE;
    return started ? RILL_PART_MIDDLE : RILL_PART_FIRST;
}

static rill_status emit_error(rill_stream *stream, rill_item *item, bool last)
{
    bool started = (stream->flags & FLAG_ERROR_PART) != 0;
    stream->flags |= FLAG_ERROR_PART | FLAG_ERROR_SEEN;
    emit(stream, item, RILL_ITEM_ERROR, part_of(started, last));
    item->status = RILL_SERVER_ERROR;
    return RILL_OK;
}

static rill_item_kind kind_of_answer(rill_stream *stream)
{
    static const struct {
        uint32_t facts; /* all of them */
        rill_item_kind kind;
    } kinds[] = {
        {RILL_FACT_MESSAGE_TAKEN | RILL_FACT_IS_CHAT_COMPLETION, RILL_ITEM_CHAT_COMPLETION},
        {RILL_FACT_HAS_DELTA, RILL_ITEM_CHAT_CHUNK},
        {RILL_FACT_HAS_MESSAGE, RILL_ITEM_CHAT_COMPLETION},
        {RILL_FACT_MESSAGE_TAKEN, RILL_ITEM_CHAT_CHUNK},
        {RILL_FACT_HAS_TEXT, RILL_ITEM_TEXT_COMPLETION},
        {RILL_FACT_IS_CHAT_CHUNK, RILL_ITEM_CHAT_CHUNK},
        {RILL_FACT_IS_CHAT_COMPLETION, RILL_ITEM_CHAT_COMPLETION},
        {RILL_FACT_IS_TEXT_COMPLETION, RILL_ITEM_TEXT_COMPLETION},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if ((stream->sieve.facts & kinds[i].facts) == kinds[i].facts) {
            stream->last_kind = (uint8_t)kinds[i].kind;
            break;
        }
    }
    return (rill_item_kind)stream->last_kind;
}

/* The event at hand is an error by its frame. Of other services than ours nothing is known about that. */
static bool type_is_error(const rill_stream *stream)
{
    if (!is_answer(stream))
        return false;
    return (stream->flags & FLAG_LINE_ERROR) != 0 ||
           (stream->phase == PHASE_SSE && stream->sse.type_length == 5 && memcmp(stream->sse.type, "error", 5) == 0);
}

static bool in_json_body(const rill_stream *stream)
{
    return stream->phase == PHASE_JSON || stream->phase == PHASE_TRAILER;
}

/* Whether the event at hand, as far as it is known, reports an error. */
static bool tells_error(const rill_stream *stream)
{
    uint32_t facts = stream->sieve.facts;
    if ((facts & RILL_FACT_ERROR) != 0)
        return true;
    if ((facts & RILL_FACT_CHOICES) != 0)
        return false;
    return (facts & RILL_FACT_IS_ERROR) != 0 || type_is_error(stream) ||
           (in_json_body(stream) && ((facts & RILL_FACT_ROOT_MESSAGE) != 0 || stream->http.status >= 400));
}

static bool tells_answer(const rill_stream *stream)
{
    const rill_chunk *chunk = (const rill_chunk *)stream->config->target;
    uint32_t facts = stream->sieve.facts;
    if ((facts & RILL_FACT_CHOICES) != 0)
        return true;
    if (tells_error(stream) || stream->sieve.sides == 0)
        return false;
    if ((facts & RILL_FACT_IS_FOREIGN) != 0)
        return false;
    return (facts & (RILL_FACT_IS_CHAT_CHUNK | RILL_FACT_IS_CHAT_COMPLETION | RILL_FACT_IS_TEXT_COMPLETION |
                     RILL_FACT_TOKENS)) != 0 ||
           rill_is_null(&chunk->header, RILL_CHUNK_CHOICES);
}

static void begin_event(rill_stream *stream)
{
    stream->event = EVENT_START;
    stream->matched = 0;
    stream->held = 0;
    stream->replay = 0;
    stream->flags &= (uint16_t)~(FLAG_ANSWER_PART | FLAG_ERROR_PART | FLAG_LINE_ERROR | FLAG_EVENT_ENDED);
    stream->sieve.facts &= RILL_FACTS_OF_STREAM;
    stream->facts_before = (uint8_t)stream->sieve.facts;
    rill_sieve_open(&stream->sieve);
}

/* Nothing of the event at hand counts. */
static void drop_event(rill_stream *stream)
{
    stream->event = EVENT_SKIP;
    stream->sieve.facts = stream->facts_before;
    rill_sieve_open(&stream->sieve);
}

/* Fills the struct from the part at hand and decides what it is. RILL_MORE: nothing that anybody wants to see. */
static rill_status emit_part(rill_stream *stream, rill_item *item, bool last)
{
    const rill_stream_config *config = stream->config;
    rill_sieve *sieve = &stream->sieve;
    bool answer_started = (stream->flags & FLAG_ANSWER_PART) != 0;
    bool error_started = (stream->flags & FLAG_ERROR_PART) != 0;
    size_t count = 0;
    if (sieve->sides != 0) {
        rill_status status = rill_fill(sieve, config->tokens, &count, config->target);
        if (status != RILL_OK) {
            emit(stream, item, RILL_ITEM_BAD, RILL_PART_WHOLE);
            item->status = status;
            return RILL_OK;
        }
    } else if (!answer_started && !error_started) {
        memset(config->target, 0, config->schema->clear);
    }
    stream->token_count = (uint32_t)count;
    if (!is_answer(stream)) {
        if (sieve->sides == 0 && !answer_started)
            return RILL_MORE;
        stream->flags |= FLAG_ANSWER_PART;
        return emit(stream, item, RILL_ITEM_EVENT, part_of(answer_started, last));
    }
    bool answer = answer_started || tells_answer(stream), error = error_started || tells_error(stream);
    if (!last) {
        bool foreign = error || (sieve->facts & RILL_FACT_IS_FOREIGN) != 0;
        answer = (sieve->sides & RILL_SIDE_ANSWER) != 0 && (answer || !foreign); /* what it is may become clear later */
        error = error && (sieve->sides & RILL_SIDE_ERROR) != 0;
    }
    if (answer) {
        if (error)
            stream->next = last ? NEXT_ERROR : NEXT_PART_ERROR;
        stream->flags |= FLAG_ANSWER_PART;
        return emit(stream, item, kind_of_answer(stream), part_of(answer_started, last));
    }
    return error ? emit_error(stream, item, last) : RILL_MORE;
}

/* The event at hand is broken at this offset; its rest is passed over. */
static rill_status emit_bad(rill_stream *stream, rill_item *item, rill_status status, uint32_t offset)
{
    drop_event(stream);
    emit(stream, item, RILL_ITEM_BAD, RILL_PART_WHOLE);
    item->status = status;
    item->offset = offset;
    return RILL_OK;
}

/* The part at hand was seen, or is of no interest: the event goes on. */
static void go_on(rill_stream *stream)
{
    const rill_stream_config *config = stream->config;
    if (stream->token_count > 0)
        rill_forget(&stream->sieve, config->tokens, stream->token_count, config->target);
    rill_sieve_reopen(&stream->sieve);
}

/* Hands out a part: what comes after it is known beforehand. */
static rill_status hand_out(rill_stream *stream, rill_item *item, bool last)
{
    stream->next = last ? NEXT_EVENT : NEXT_PART;
    return emit_part(stream, item, last);
}

/* Does what is next. RILL_OK: an item; RILL_MORE: none. */
static rill_status do_next(rill_stream *stream, rill_item *item)
{
    uint8_t next = stream->next;
    stream->next = NEXT_READ;
    switch (next) {
    case NEXT_CUT:
        rill_sieve_cut(&stream->sieve);
        return hand_out(stream, item, false);
    case NEXT_LAST:
        return hand_out(stream, item, true);
    case NEXT_ERROR:
        stream->next = NEXT_EVENT;
        return emit_error(stream, item, true);
    case NEXT_PART_ERROR:
        stream->next = NEXT_PART;
        return emit_error(stream, item, false);
    case NEXT_PART:
        go_on(stream);
        return RILL_MORE;
    default:
        begin_event(stream);
        return RILL_MORE;
    }
}

/* ---- events */

/* A run of an event's data. */
typedef struct run {
    const char *bytes;
    size_t length;
    size_t used;
    uint32_t offset; /* of its first byte in the input */
    bool inside;     /* it lies among the unread bytes of the buffer */
} run;

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/* The row that takes an error which is not JSON. */
static const rill_row *message_row(const rill_schema *schema)
{
    for (uint8_t i = 0; i < schema->count; i++) {
        const rill_row *row = &schema->rows[i];
        if (row->name_length == 7 && memcmp(row->name, "message", 7) == 0 && (row->kind & RILL_KIND_MASK) == RILL_TEXT)
            return row;
    }
    return NULL;
}

/* Bytes go through the sieve, as JSON or as a plain text. */
static rill_status sift(rill_stream *stream, run *at, rill_item *item)
{
    const char *top = at->inside ? NULL : ceiling(stream);
    const char *bytes = at->bytes + at->used;
    size_t length = at->length - at->used, used = 0;
    rill_status status;
    if (stream->event == EVENT_PLAIN)
        status = rill_sieve_push_plain(&stream->sieve, message_row(stream->config->schema), bytes, length, top, &used);
    else
        status = rill_sieve_push(&stream->sieve, bytes, length, top, &used);
    at->used += used;
    if (status == RILL_MORE)
        return RILL_MORE;
    if (status == RILL_LIMIT_FULL && make_room(stream, at->inside ? at->used : 0))
        return RILL_MORE; /* the bytes have moved: they come again */
    if (status == RILL_OK || status == RILL_LIMIT_FULL) {
        stream->next = NEXT_CUT;
        return RILL_MORE;
    }
    if (stream->phase != PHASE_JSON)
        return emit_bad(stream, item, status, at->offset + (uint32_t)at->used);
    char byte = at->bytes[at->used];
    if (status == RILL_JSON_TRAILING && byte == 'd') { /* some servers put `data: [DONE]` behind a JSON body */
        stream->phase = PHASE_TRAILER;
        return RILL_MORE;
    }
    if (stream->http.status >= 400 && (stream->flags & FLAG_ERROR_PART) == 0) { /* not JSON: an error without a message */
        stream->phase = PHASE_DRAIN;
        return RILL_MORE;
    }
    emit_bad(stream, item, status == RILL_JSON_TRAILING && (byte == '{' || byte == '[') ? RILL_SSE_FORMAT : status,
             at->offset + (uint32_t)at->used);
    stream->phase = PHASE_DRAIN;
    return RILL_OK;
}

/* Held bytes are to be read again, as JSON or as a plain text: they move to the front of the unread ones. */
static void begin_replay(rill_stream *stream, enum event event)
{
    uint8_t held = stream->held;
    memmove(ceiling(stream) - held, stream->config->buffer, held);
    stream->held = 0;
    stream->replay = held;
    stream->event = (uint8_t)event;
    if (event == EVENT_PLAIN && message_row(stream->config->schema) == NULL) {
        stream->replay = 0;
        stream->event = EVENT_SKIP;
    }
}

/* Whether the held bytes are one JSON object, or when not complete, the beginning of one. They stay: with no rows the sieve
 * keeps nothing. */
static bool held_is_json(rill_stream *stream, bool complete)
{
    static const rill_schema nothing = {NULL, NULL, 0, 0, 0, false};
    const rill_stream_config *config = stream->config;
    rill_sieve *sieve = &stream->sieve;
    size_t used;
    sieve->root = &nothing;
    sieve->buffer += stream->held;
    rill_sieve_open(sieve);
    bool valid = rill_sieve_push(sieve, config->buffer, stream->held, ceiling(stream), &used) == RILL_MORE &&
                 (!complete || rill_sieve_end(sieve) == RILL_OK);
    sieve->root = config->schema;
    sieve->buffer = config->buffer;
    rill_sieve_open(sieve);
    return valid && config->buffer[0] == '{';
}

/* The data seemed to be [DONE], or another event's frame, but is not. What it seemed to be is known, so it comes again. */
static rill_status unmark(rill_stream *stream, rill_item *item)
{
    uint8_t length = stream->matched & (MARK_DATA - 1);
    const char *mark = stream->matched < MARK_DATA ? mark_done : mark_data;
    if (type_is_error(stream)) {
        memcpy(stream->config->buffer, mark, length);
        stream->held = length;
        stream->event = EVENT_HOLD;
        return RILL_MORE;
    }
    size_t used;
    stream->event = EVENT_JSON;
    rill_status status = rill_sieve_push(&stream->sieve, mark, length, ceiling(stream), &used);
    if (status == RILL_MORE)
        return RILL_MORE;
    return emit_bad(stream, item, status, stream->mark_offset + (uint32_t)used);
}

static void start_event(rill_stream *stream, run *at)
{
    while (at->used < at->length && is_blank(at->bytes[at->used]))
        at->used++;
    if (at->used == at->length)
        return;
    char first = at->bytes[at->used];
    bool error = type_is_error(stream);
    if (first == '[' || (first == 'd' && !error)) {
        stream->event = EVENT_MARK;
        stream->matched = first == '[' ? 0 : MARK_DATA;
        stream->mark_offset = at->offset + (uint32_t)at->used;
    } else if (first == ':' && !error) { /* like `data:`, a frame that a gateway framed again: passed over */
        stream->event = EVENT_SKIP;
    } else {
        stream->event = error ? EVENT_HOLD : EVENT_JSON;
    }
}

static rill_status match_mark(rill_stream *stream, run *at, rill_item *item)
{
    for (; at->used < at->length; at->used++) {
        char byte = at->bytes[at->used];
        if (stream->matched == MARK_DONE) {
            if (!is_blank(byte))
                return unmark(stream, item);
            continue;
        }
        const char *mark = stream->matched < MARK_DATA ? mark_done : mark_data;
        if (byte != mark[stream->matched & (MARK_DATA - 1)])
            return unmark(stream, item);
        stream->matched++;
        if (stream->matched == MARK_DATA + sizeof mark_data - 1) {
            stream->event = EVENT_SKIP;
            return RILL_MORE;
        }
    }
    return RILL_MORE;
}

static void hold(rill_stream *stream, run *at)
{
    size_t length = at->length - at->used, room = (size_t)HOLD_MAX - stream->held;
    if (room == 0) { /* too long to be looked at twice: its beginning decides */
        begin_replay(stream, held_is_json(stream, false) ? EVENT_JSON : EVENT_PLAIN);
        return;
    }
    if (length > room)
        length = room;
    memmove(stream->config->buffer + stream->held, at->bytes + at->used, length);
    stream->held = (uint8_t)(stream->held + length);
    at->used += length;
}

/* Takes as much of the run as it can. RILL_OK: an item; RILL_MORE: none, go on. */
static rill_status take_data(rill_stream *stream, run *at, rill_item *item)
{
    switch (stream->event) {
    case EVENT_START:
        start_event(stream, at);
        return RILL_MORE;
    case EVENT_MARK:
        return match_mark(stream, at, item);
    case EVENT_HOLD:
        hold(stream, at);
        return RILL_MORE;
    case EVENT_SKIP:
        at->used = at->length;
        return RILL_MORE;
    default:
        return sift(stream, at, item);
    }
}

/* Reads held bytes again. */
static rill_status take_replay(rill_stream *stream, rill_item *item)
{
    run at = {ceiling(stream), stream->replay, 0, stream->offset - stream->replay, true};
    rill_status status = take_data(stream, &at, item);
    stream->replay = (uint8_t)(stream->replay - at.used);
    return status;
}

/* The event was cut off with the stream, whose end says so. */
static rill_status lose_event(rill_stream *stream, rill_status status)
{
    if (stream->closed == RILL_OK && stream->phase == PHASE_SSE)
        stream->closed = (int16_t)status;
    stream->flags &= (uint16_t)~((stream->flags & FLAG_ERROR_PART) != 0 ? FLAG_ERROR_SEEN : 0);
    drop_event(stream);
    begin_event(stream);
    return RILL_MORE;
}

/* The text of the event is complete as far as the sieve is concerned. */
static rill_status end_text(rill_stream *stream, rill_item *item)
{
    rill_status status = rill_sieve_end(&stream->sieve);
    if (status != RILL_OK) {
        if (stream->closing != CLOSING_NOT)
            return lose_event(stream, status);
        emit_bad(stream, item, status, stream->offset);
        stream->next = NEXT_EVENT;
        return RILL_OK;
    }
    if (in_json_body(stream))
        stream->flags |= FLAG_COMPLETE;
    stream->next = NEXT_LAST;
    return RILL_MORE;
}

static rill_status end_plain(rill_stream *stream, rill_item *item)
{
    size_t used;
    if (rill_sieve_push(&stream->sieve, "\"}", 2, ceiling(stream), &used) == RILL_MORE)
        return end_text(stream, item);
    if (!make_room(stream, 0))
        stream->next = NEXT_CUT;
    return RILL_MORE;
}

/* The event's data has ended. RILL_MORE without FLAG_EVENT_ENDED: it is done with. */
static rill_status end_event(rill_stream *stream, rill_item *item)
{
    stream->flags |= FLAG_EVENT_ENDED;
    switch (stream->event) {
    case EVENT_MARK:
        if (stream->matched != MARK_DONE && stream->closing != CLOSING_NOT)
            return lose_event(stream, RILL_JSON_CUT);
        if (stream->matched != MARK_DONE)
            return unmark(stream, item);
        stream->end = RILL_END_DONE;
        stream->closing = CLOSING_HALF;
        stream->given_length = 0;
        begin_event(stream);
        return RILL_MORE;
    case EVENT_HOLD:
        begin_replay(stream, held_is_json(stream, true) ? EVENT_JSON : EVENT_PLAIN);
        return RILL_MORE;
    case EVENT_PLAIN:
        return end_plain(stream, item);
    case EVENT_JSON:
        return end_text(stream, item);
    default:
        begin_event(stream);
        return RILL_MORE;
    }
}

/* ---- the body */

/* Bytes of the body are done with. */
static void take_body(rill_stream *stream, size_t length)
{
    if ((stream->flags & FLAG_HTTP) != 0)
        rill_http_take(&stream->http, length);
    consume(stream, length);
}

static rill_status bad_body(rill_stream *stream, rill_item *item, rill_status status)
{
    stream->phase = PHASE_DRAIN;
    return emit_bad(stream, item, status, stream->offset);
}

/* In front of the body a BOM and blanks may stand: `matched` counts the bytes of the BOM, and a flag says that the first
 * line begins with blanks. */
enum { SNIFF_BLANK = 16 };
static const char bom[] = "\xef\xbb\xbf";

static bool sniff_over(rill_stream *stream, char byte)
{
    if (stream->matched < 3 && byte == bom[stream->matched])
        stream->matched++;
    else if (byte == ' ' || byte == '\t')
        stream->matched |= SNIFF_BLANK;
    else if (byte == '\n' || byte == '\r')
        stream->matched &= SNIFF_BLANK - 1;
    else
        return false;
    take_body(stream, 1);
    return true;
}

/* What was taken in front of an event stream matters to it. */
static void sniffed_sse(rill_stream *stream, uint8_t before)
{
    rill_sse_piece piece;
    stream->phase = PHASE_SSE;
    rill_sse_next(&stream->sse, bom, before & (SNIFF_BLANK - 1), &piece);
    if ((before & SNIFF_BLANK) != 0)
        rill_sse_next(&stream->sse, " ", 1, &piece);
}

static rill_status sniffed_json(rill_stream *stream, uint8_t before, rill_item *item)
{
    stream->phase = PHASE_JSON;
    stream->event = EVENT_JSON;
    stream->sieve.never = is_answer(stream) ? RILL_FACTS_NOT_OF_BODY : 0;
    stream->sieve.carries = false;
    before &= SNIFF_BLANK - 1;
    return before == 1 || before == 2 ? bad_body(stream, item, RILL_JSON_UNEXPECTED) : RILL_MORE;
}

/* The first byte of the body decides what it is. */
static rill_status sniff(rill_stream *stream, const char *bytes, rill_item *item)
{
    uint8_t content = stream->http.content, before = stream->matched;
    rill_body body = stream->config->body;
    bool failed = stream->http.status >= 400;
    char byte = *bytes;
    if (sniff_over(stream, byte))
        return RILL_MORE;
    stream->matched = 0;
    if (content == RILL_HTTP_CONTENT_NDJSON || (byte == '<' && body != RILL_BODY_JSON && !failed))
        return bad_body(stream, item, RILL_SSE_FORMAT);
    if (byte == 0x1f) /* gzip, unasked for and unannounced */
        return bad_body(stream, item, RILL_HTTP_ENCODING);
    if (byte == '{' || byte == '[' || content == RILL_HTTP_CONTENT_JSON || body == RILL_BODY_JSON)
        return sniffed_json(stream, before, item);
    if (failed && content != RILL_HTTP_CONTENT_SSE)
        stream->phase = PHASE_DRAIN;
    else
        sniffed_sse(stream, before);
    return RILL_MORE;
}

static rill_status read_json(rill_stream *stream, const char *bytes, size_t length, rill_item *item)
{
    run at = {bytes, length, 0, stream->offset, (stream->flags & FLAG_INSIDE) != 0};
    rill_status status = take_data(stream, &at, item);
    take_body(stream, at.used);
    return status;
}

/* An `error:` line is an event of its own, also amid another one. */
static rill_status begin_error_line(rill_stream *stream, rill_item *item)
{
    if (stream->event != EVENT_START) {
        rill_status status = end_event(stream, item);
        if (status == RILL_OK || (stream->flags & FLAG_EVENT_ENDED) != 0)
            return status;
    }
    if (stream->closing < CLOSING_HALF)
        stream->flags |= FLAG_LINE_ERROR;
    return RILL_MORE;
}

static rill_status read_piece(rill_stream *stream, const rill_sse_piece *piece, const char *bytes, rill_item *item)
{
    rill_status status = RILL_MORE;
    if (piece->kind == RILL_SSE_EVENT)
        return end_event(stream, item);
    if (piece->kind == RILL_SSE_ERROR && !is_answer(stream)) { /* an unknown field */
        size_t unknown = rill_sse_take(&stream->sse, piece->length);
        if (bytes != NULL)
            take_body(stream, unknown);
        return RILL_MORE;
    }
    if (piece->kind == RILL_SSE_ERROR && (stream->flags & FLAG_LINE_ERROR) == 0) {
        status = begin_error_line(stream, item);
        if ((stream->flags & FLAG_LINE_ERROR) == 0)
            return status;
    }
    if (piece->kind != RILL_SSE_DATA && piece->kind != RILL_SSE_ERROR)
        return RILL_MORE;
    bool among = bytes != NULL && piece->data == bytes + piece->used;
    run at = {piece->data, piece->length, 0, stream->offset, among && (stream->flags & FLAG_INSIDE) != 0};
    if (piece->length > 0)
        status = take_data(stream, &at, item);
    bool whole = at.used == piece->length;
    size_t used = rill_sse_take(&stream->sse, at.used);
    if (bytes != NULL)
        take_body(stream, used);
    if (piece->kind == RILL_SSE_ERROR && piece->last && whole && status == RILL_MORE)
        status = end_event(stream, item);
    return status;
}

/* The input has ended, in this way; or the HTTP response has, when it is RILL_END. */
static void finish(rill_stream *stream, rill_status status)
{
    bool whole = status == RILL_END || status == RILL_PORT_CLOSED || status == RILL_OK;
    if ((stream->flags & FLAG_HTTP) != 0 && status != RILL_END && whole) {
        rill_status framing = rill_http_close(&stream->http);
        whole = framing == RILL_END;
        status = whole ? RILL_OK : framing;
    }
    stream->closed = (int16_t)(whole ? RILL_OK : status);
    stream->end = RILL_END_TRUNCATED;
    stream->closing = CLOSING_EVENT;
}

static rill_status read_sse(rill_stream *stream, const char *bytes, size_t length, rill_item *item)
{
    rill_sse_piece piece;
    rill_status status = rill_sse_next(&stream->sse, bytes, length, &piece);
    take_body(stream, piece.used);
    if (status == RILL_LIMIT_ID)
        stream->flags |= FLAG_LONG_ID;
    if (status != RILL_OK)
        return RILL_MORE;
    return read_piece(stream, &piece, bytes, item);
}

static rill_status read_body(rill_stream *stream, const char *bytes, size_t length, rill_item *item)
{
    switch (stream->phase) {
    case PHASE_SNIFF:
        return sniff(stream, bytes, item);
    case PHASE_SSE:
        return read_sse(stream, bytes, length, item);
    case PHASE_JSON:
        return read_json(stream, bytes, length, item);
    default:
        take_body(stream, length);
        return RILL_MORE;
    }
}

static rill_status read_http(rill_stream *stream, rill_item *item)
{
    rill_http_piece piece;
    rill_status status = rill_http_next(&stream->http, stream->given, stream->given_length, &piece);
    consume(stream, piece.used);
    if (status == RILL_MORE)
        return RILL_MORE;
    if (status != RILL_OK) {
        uint32_t offset = stream->offset;
        finish(stream, status);
        stream->closing = CLOSING_HALF; /* what came of an event may be wrong */
        emit_bad(stream, item, status, offset);
        begin_event(stream);
        return RILL_OK;
    }
    switch (piece.kind) {
    case RILL_HTTP_HEAD:
        stream->phase = PHASE_SNIFF;
        return stream->http.coded ? bad_body(stream, item, RILL_HTTP_ENCODING) : RILL_MORE;
    case RILL_HTTP_BODY:
        return read_body(stream, piece.data, piece.length, item);
    case RILL_HTTP_DONE:
        finish(stream, RILL_END);
        return RILL_MORE;
    default:
        return RILL_MORE;
    }
}

/* Reads on in the unread bytes: at least one of them, or of their framing. */
static rill_status read_on(rill_stream *stream, rill_item *item)
{
    if (stream->phase == PHASE_BEGIN) {
        rill_body body = stream->config->body;
        if (body == RILL_BODY_HTTP || (body == RILL_BODY_AUTO && *stream->given == 'H')) {
            stream->flags |= FLAG_HTTP;
            stream->phase = PHASE_HEAD;
        } else {
            stream->phase = PHASE_SNIFF;
        }
    }
    if ((stream->flags & FLAG_HTTP) != 0)
        return read_http(stream, item);
    return read_body(stream, stream->given, stream->given_length, item);
}

/* ---- the end */

static rill_status close_event(rill_stream *stream, rill_item *item)
{
    rill_sse_piece piece;
    rill_status status;
    switch (stream->phase) {
    case PHASE_JSON:
    case PHASE_TRAILER:
        if (stream->event == EVENT_START)
            break;
        return end_event(stream, item);
    case PHASE_SSE:
        status = rill_sse_close(&stream->sse, &piece);
        if (status == RILL_END)
            break;
        return status == RILL_OK ? read_piece(stream, &piece, NULL, item) : RILL_MORE;
    default:
        break;
    }
    stream->closing = CLOSING_HALF;
    return RILL_MORE;
}

static rill_status close_error(rill_stream *stream, rill_item *item)
{
    stream->closing = CLOSING_END;
    if (stream->http.status < 400 || (stream->flags & FLAG_ERROR_SEEN) != 0 || !is_answer(stream))
        return RILL_MORE;
    memset(stream->config->target, 0, stream->config->schema->clear);
    begin_event(stream);
    return emit_error(stream, item, true);
}

static rill_status emit_end(rill_stream *stream, rill_item *item)
{
    bool complete = (stream->flags & FLAG_COMPLETE) != 0 || stream->http.status >= 400 ||
                    (stream->phase == PHASE_SSE && (stream->sieve.facts & RILL_FACT_FINISHED) != 0);
    if (stream->end == RILL_END_TRUNCATED && stream->closed == RILL_OK && complete)
        stream->end = RILL_END_EOF;
    begin_event(stream);
    emit(stream, item, RILL_ITEM_END, RILL_PART_WHOLE);
    item->end = (rill_end)stream->end;
    item->status = stream->end == RILL_END_DONE ? RILL_OK : (rill_status)stream->closed;
    stream->closing = CLOSING_DONE;
    return RILL_OK;
}

static rill_status close_on(rill_stream *stream, rill_item *item)
{
    switch (stream->closing) {
    case CLOSING_EVENT:
        return close_event(stream, item);
    case CLOSING_HALF:
        stream->closing = CLOSING_ERROR;
        if (is_answer(stream) && rill_sieve_take_half(&stream->sieve)) {
            stream->event = EVENT_JSON;
            stream->next = NEXT_LAST;
        }
        return RILL_MORE;
    case CLOSING_ERROR:
        return close_error(stream, item);
    case CLOSING_END:
        return emit_end(stream, item);
    default:
        return RILL_END;
    }
}

/* ---- the calls */

rill_status rill_stream_begin(rill_stream *stream, const rill_stream_config *config)
{
    if (config == NULL || config->buffer == NULL || config->tokens == NULL || config->schema == NULL || config->target == NULL ||
        config->size < RILL_BUFFER_MIN || config->size > INT32_MAX || config->token_count < RILL_TOKENS_MIN)
        return RILL_SCHEMA_CONFIG;
    if (config->schema->count == 0 || config->schema->count > RILL_ROWS_MAX)
        return RILL_SCHEMA_TABLE;
    memset(stream, 0, sizeof *stream);
    stream->config = config;
    stream->closed = RILL_MORE;
    stream->flags = FLAG_INSIDE;
    stream->given = config->buffer + LEAD;
    stream->last_kind = RILL_ITEM_CHAT_CHUNK;
    rill_http_begin(&stream->http);
    rill_sse_begin(&stream->sse);
    rill_sieve_begin(&stream->sieve, config->schema, config->buffer, config->token_count);
    stream->sieve.carries = true;
    stream->sieve.never = is_answer(stream) ? RILL_FACTS_NOT_OF_STREAM : 0;
    begin_event(stream);
    return RILL_OK;
}

size_t rill_stream_space(rill_stream *stream, char **place)
{
    const rill_stream_config *config = stream->config;
    size_t end = config->size - SPARE, at = front(stream) + LEAD;
    if (at > end)
        at = end;
    if (stream->given_length == 0) {
        stream->flags |= FLAG_INSIDE;
        stream->given = config->buffer + at;
    }
    at = (size_t)(stream->given - config->buffer) + stream->given_length;
    *place = config->buffer + at;
    return at < end ? end - at : 0;
}

void rill_stream_got(rill_stream *stream, size_t length)
{
    stream->given_length += (uint32_t)length;
}

void rill_stream_give(rill_stream *stream, const char *bytes, size_t length)
{
    stream->flags &= (uint16_t)~FLAG_INSIDE;
    stream->given = bytes;
    stream->given_length = (uint32_t)length;
}

void rill_stream_close(rill_stream *stream, rill_status status)
{
    if (stream->closed == RILL_MORE)
        stream->closed = (int16_t)status;
}

rill_status rill_stream_next(rill_stream *stream, rill_item *item)
{
    rill_status status = RILL_MORE;
    while (status == RILL_MORE) {
        char *place;
        if (stream->next != NEXT_READ) {
            status = do_next(stream, item);
        } else if (stream->replay > 0) {
            status = take_replay(stream, item);
        } else if ((stream->flags & FLAG_EVENT_ENDED) != 0) {
            status = end_event(stream, item);
        } else if (stream->closing != CLOSING_NOT) {
            status = close_on(stream, item);
        } else if (stream->given_length > 0) {
            status = read_on(stream, item);
        } else if (stream->closed != RILL_MORE) {
            finish(stream, (rill_status)stream->closed);
        } else if (front(stream) > 0 && rill_stream_space(stream, &place) < LOW_SPACE && stream->event != EVENT_HOLD) {
            stream->next = NEXT_CUT;
        } else if ((stream->flags & FLAG_HTTP) == 0) {
            return RILL_MORE;
        } else { /* no byte, but perhaps the end of the response */
            status = read_http(stream, item);
            if (status == RILL_MORE && stream->closing == CLOSING_NOT)
                return RILL_MORE;
        }
    }
    return status;
}
