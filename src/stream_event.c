#include "stream_inside.h"

static const char mark_done[] = "[DONE]";
static const char mark_data[] = "data:";

/* ---- bytes */

/* End of what lies at the buffer's front. */
uint32_t rill_stream_front(const rill_stream *stream)
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

/* Where kept text must end: at the unread bytes, or at the end of the buffer. */
char *rill_stream_ceiling(const rill_stream *stream)
{
    const rill_stream_config *config = stream->config;
    char *end = config->buffer + config->size;
    if ((stream->flags & FLAG_INSIDE) != 0)
        end = config->buffer + (stream->given - config->buffer);
    return end - stream->replay;
}

/* Moves the unread bytes to the end of the buffer, but for the first `used` of them: kept text may lie in their place.
 * False when they are there already. */
bool rill_stream_make_room(rill_stream *stream, size_t used)
{
    const rill_stream_config *config = stream->config;
    if ((stream->flags & FLAG_INSIDE) == 0) /* what comes again lies there */
        return false;
    const char *from = rill_stream_ceiling(stream) + used;
    size_t left = stream->replay + stream->given_length - used;
    char *to = config->buffer + config->size - left;
    if (to == from)
        return false;
    memmove(to, from, left);
    stream->given = to + stream->replay - used;
    return true;
}

/* ---- events */

void rill_event_begin(rill_stream *stream)
{
    stream->event = EVENT_START;
    stream->held = 0;
    stream->replay = 0;
    stream->flags &= (uint16_t)~(FLAG_ANSWER_PART | FLAG_ERROR_PART | FLAG_LINE_ERROR | FLAG_EVENT_ENDED);
    stream->sieve.facts &= RILL_FACTS_OF_STREAM;
    stream->facts_before = (uint8_t)stream->sieve.facts;
    stream->half_before = stream->sieve.half;
    stream->kind_before = stream->last_kind;
    rill_sieve_open(&stream->sieve);
}

/* Nothing of the event at hand counts. */
void rill_event_drop(rill_stream *stream)
{
    stream->event = EVENT_SKIP;
    stream->sieve.facts = stream->facts_before;
    stream->sieve.half = stream->half_before;
    stream->last_kind = stream->kind_before;
    rill_sieve_open(&stream->sieve);
}

/* Of an event's data, in which a CR is none: it ends the line. */
static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n';
}

/* A plain text is the message of an error: the sieve is told so. */
static const char plain_begin[] = "{\"message\":\"", plain_end[] = "\"}";
enum { PLAIN_BEGUN = sizeof plain_begin - 1 }; /* `matched`, when all of its beginning was told */

/* Bytes go through the sieve, as JSON or as a plain text. */
static rill_status push(rill_stream *stream, run *at)
{
    const char *ceiling = rill_stream_ceiling(stream), *bytes = at->bytes + at->used;
    size_t length = at->length - at->used, used;
    rill_status status;
    if (at->inside)
        ceiling = NULL;
    if (stream->event == EVENT_PLAIN && stream->matched < PLAIN_BEGUN) {
        status = rill_sieve_push(&stream->sieve, plain_begin + stream->matched, PLAIN_BEGUN - stream->matched,
                                 rill_stream_ceiling(stream), &used);
        stream->matched = (uint8_t)(stream->matched + used);
        return status;
    }
    if (stream->event == EVENT_PLAIN)
        status = rill_sieve_push_plain(&stream->sieve, bytes, length, ceiling, &used);
    else
        status = rill_sieve_push(&stream->sieve, bytes, length, ceiling, &used);
    at->used += used;
    return status;
}

/* The text is broken here, with this status. */
static rill_status break_off(rill_stream *stream, const run *at, rill_status status, rill_item *item)
{
    if (in_json_body(stream)) {
        char byte = at->bytes[at->used];
        bool trailing = status == RILL_JSON_TRAILING && stream->phase == PHASE_JSON;
        stream->phase = trailing && byte == mark_data[0] ? PHASE_TRAILER : PHASE_DRAIN;
        if (stream->phase == PHASE_TRAILER)
            return RILL_MORE;
        if (has_failed(stream) && status == RILL_JSON_TRAILING) /* told as the response ends, as if nothing stood behind it */
            return RILL_MORE;
        if (has_failed(stream) && (stream->flags & (FLAG_ERROR_PART | FLAG_ANSWER_PART)) == 0) {
            rill_event_drop(stream); /* no JSON: an error without a message */
            return RILL_MORE;
        }
        if (trailing && (byte == '{' || byte == '['))
            status = RILL_SSE_FORMAT;
    }
    return rill_item_bad(stream, item, status, offset_of(stream, at));
}

/* Some servers put `data: [DONE]` behind a JSON body: `matched` counts the bytes of `data:`, and the rest is passed over. */
static rill_status read_trailer(rill_stream *stream, run *at, rill_item *item)
{
    for (; at->used < at->length && stream->matched < sizeof mark_data - 1; at->used++, stream->matched++)
        if (at->bytes[at->used] != mark_data[stream->matched])
            return break_off(stream, at, RILL_JSON_TRAILING, item);
    at->used = at->length;
    return RILL_MORE;
}

static rill_status sift(rill_stream *stream, run *at, rill_item *item)
{
    if (stream->phase == PHASE_TRAILER)
        return read_trailer(stream, at, item);
    rill_status status = push(stream, at);
    if (status < RILL_OK && status != RILL_LIMIT_FULL)
        return break_off(stream, at, status, item);
    if (status == RILL_LIMIT_FULL && rill_stream_make_room(stream, at->inside ? at->used : 0))
        return RILL_MORE; /* the bytes have moved: they come again */
    if (status != RILL_MORE)
        stream->next = NEXT_CUT;
    return RILL_MORE;
}

/* Whether the held bytes are one JSON object, or while the event goes on, the beginning of one. They stay: with no rows the
 * sieve keeps nothing. */
static bool held_is_json(rill_stream *stream)
{
    bool complete = (stream->flags & FLAG_EVENT_ENDED) != 0;
    static const rill_schema nothing = {NULL, NULL, 0, 0, 0, false};
    const rill_stream_config *config = stream->config;
    rill_sieve *sieve = &stream->sieve;
    size_t used;
    sieve->root = &nothing;
    sieve->buffer += stream->held;
    bool valid = rill_sieve_push(sieve, config->buffer, stream->held, rill_stream_ceiling(stream), &used) == RILL_MORE &&
                 (!complete || rill_sieve_end(sieve) == RILL_OK);
    sieve->root = config->schema;
    sieve->buffer = config->buffer;
    rill_sieve_open(sieve);
    return valid && config->buffer[0] == '{';
}

/* Decides what the held bytes are. They are to be read again, as JSON or as a plain text: they move to the front of the unread
 * ones. */
void rill_event_look(rill_stream *stream)
{
    uint8_t held = stream->held;
    bool json = !rill_item_type_is_error(stream) || held_is_json(stream);
    stream->next = NEXT_READ;
    memmove(rill_stream_ceiling(stream) - held, stream->config->buffer, held);
    do_not_remember(stream);
    stream->replay = held;
    stream->matched = 0;
    stream->event = json ? EVENT_JSON : EVENT_PLAIN;
}

/* The data seemed to be [DONE], or another event's frame, but is not. What it seemed to be is known, so it comes again. */
static rill_status unmark(rill_stream *stream)
{
    stream->held = stream->matched & (MARK_DATA - 1);
    memcpy(stream->config->buffer, stream->matched < MARK_DATA ? mark_done : mark_data, stream->held);
    stream->event = EVENT_HOLD;
    if (!rill_item_type_is_error(stream))
        stream->next = NEXT_LOOK;
    return RILL_MORE;
}

static void start_event(rill_stream *stream, run *at)
{
    while (at->used < at->length && is_blank(at->bytes[at->used]))
        at->used++;
    if (at->used == at->length)
        return;
    stream->held_offset = offset_of(stream, at);
    char first = at->bytes[at->used];
    bool error = rill_item_type_is_error(stream);
    if (first == '[' || (first == 'd' && !error)) {
        stream->event = EVENT_MARK;
        stream->matched = first == '[' ? 0 : MARK_DATA;
    } else if (first == ':' && !error) { /* like `data:`, a frame that a gateway framed again: passed over */
        stream->event = EVENT_SKIP;
    } else {
        stream->event = error ? EVENT_HOLD : EVENT_JSON;
    }
}

static rill_status match_mark(rill_stream *stream, run *at)
{
    for (; at->used < at->length; at->used++) {
        char byte = at->bytes[at->used];
        if (stream->matched == MARK_DONE) {
            if (!is_blank(byte))
                return unmark(stream);
            continue;
        }
        const char *mark = stream->matched < MARK_DATA ? mark_done : mark_data;
        if (byte != mark[stream->matched & (MARK_DATA - 1)])
            return unmark(stream);
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
        stream->next = NEXT_LOOK;
        return;
    }
    if (length > room)
        length = room;
    memmove(stream->config->buffer + stream->held, at->bytes + at->used, length);
    stream->held = (uint8_t)(stream->held + length);
    at->used += length;
}

/* Takes as much of the run as it can. RILL_OK: an item; RILL_MORE: none, go on. */
rill_status rill_event_take(rill_stream *stream, run *at, rill_item *item)
{
    if (stream->event == EVENT_START)
        start_event(stream, at);
    switch (stream->event) {
    case EVENT_START:
        return RILL_MORE;
    case EVENT_MARK:
        return match_mark(stream, at);
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

/* Held bytes are read again. */
void rill_event_replay(rill_stream *stream, run *at)
{
    *at = (run){rill_stream_ceiling(stream), stream->replay, 0, true};
}

void rill_event_replayed(rill_stream *stream, const run *at)
{
    stream->replay = (uint8_t)(stream->replay - at->used);
    stream->held_offset += (uint32_t)at->used;
}

/* The event was cut off with the stream, whose end says so. */
static rill_status lose_event(rill_stream *stream, rill_status status)
{
    if (stream->closed == RILL_OK && stream->phase == PHASE_SSE)
        stream->closed = (int16_t)status;
    stream->flags &= (uint16_t)~((stream->flags & FLAG_ERROR_PART) != 0 ? FLAG_ERROR_SEEN : 0);
    rill_event_drop(stream);
    rill_event_begin(stream);
    return RILL_MORE;
}

/* The text of the event is complete as far as the sieve is concerned. */
static rill_status end_text(rill_stream *stream, rill_item *item)
{
    rill_status status = rill_sieve_end(&stream->sieve);
    if (status != RILL_OK && stream->closing != CLOSING_NOT)
        return lose_event(stream, status);
    if (status != RILL_OK)
        return rill_item_bad(stream, item, status, stream->offset);
    if (in_json_body(stream))
        stream->flags |= FLAG_COMPLETE;
    stream->next = NEXT_LAST;
    return RILL_MORE;
}

static rill_status end_plain(rill_stream *stream, rill_item *item)
{
    size_t used;
    if (rill_sieve_push(&stream->sieve, plain_end, sizeof plain_end - 1, rill_stream_ceiling(stream), &used) == RILL_MORE)
        return end_text(stream, item);
    if (!rill_stream_make_room(stream, 0))
        stream->next = NEXT_CUT;
    return RILL_MORE;
}

/* The event's data has ended. RILL_MORE without FLAG_EVENT_ENDED: it is done with. */
rill_status rill_event_end(rill_stream *stream, rill_item *item)
{
    switch (stream->event) {
    case EVENT_MARK:
        if (stream->matched != MARK_DONE && stream->closing != CLOSING_NOT)
            return lose_event(stream, RILL_JSON_CUT);
        if (stream->matched != MARK_DONE)
            return unmark(stream);
        stream->end = RILL_END_DONE;
        stream->closing = CLOSING_HALF;
        stream->given_length = 0;
        rill_event_begin(stream);
        return RILL_MORE;
    case EVENT_HOLD:
        stream->next = NEXT_LOOK;
        return RILL_MORE;
    case EVENT_PLAIN:
        return end_plain(stream, item);
    case EVENT_JSON:
        return end_text(stream, item);
    default:
        rill_event_begin(stream);
        return RILL_MORE;
    }
}
