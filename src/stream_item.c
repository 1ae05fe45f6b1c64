#include "stream_inside.h"

typedef char rill_sieve_flags_are_those_of_items[RILL_PART_CUT == (int)RILL_ITEM_CUT &&
                                                         RILL_PART_UTF8 == (int)RILL_ITEM_UTF8
                                                     ? 1
                                                     : -1];

/* Of a root that is an array each part holds one object; or, behind the last, none: only where the array stands. */
static bool begins_another(const rill_sieve *sieve)
{
    return memchr(sieve->buffer, '{', sieve->length) != NULL && sieve->buffer[0] == '[' && sieve->reopened < 2;
}

/* An item of the event at hand; `side`: FLAG_ANSWER_PART or FLAG_ERROR_PART when it is a part of one, else 0. */
rill_status rill_item_emit(rill_stream *stream, rill_item *item, rill_item_kind kind, uint16_t side)
{
    uint16_t flags = stream->flags & FLAG_ID;
    rill_part part = RILL_PART_WHOLE;
    if (stream->closing == CLOSING_EVENT && stream->phase == PHASE_SSE)
        flags |= RILL_ITEM_PENDING;
    if (side != 0) {
        bool more = stream->next == NEXT_PART || stream->next == NEXT_PART_ERROR;
        if ((stream->flags & side) == 0) {
            part = more ? RILL_PART_FIRST : RILL_PART_WHOLE;
        } else {
            part = more ? RILL_PART_MIDDLE : RILL_PART_LAST;
            if (begins_another(&stream->sieve))
                flags |= RILL_ITEM_NEXT;
        }
    }
    item->kind = kind;
    item->part = part;
    item->end = RILL_END_NONE;
    item->flags = (uint8_t)(flags | (stream->sieve.flags & (RILL_ITEM_CUT | RILL_ITEM_UTF8)));
    item->status = RILL_OK;
    item->offset = 0;
    stream->flags = (uint16_t)((stream->flags & ~FLAG_ID) | side);
    return RILL_OK;
}

rill_status rill_item_error(rill_stream *stream, rill_item *item)
{
    rill_item_emit(stream, item, RILL_ITEM_ERROR, FLAG_ERROR_PART);
    stream->flags |= FLAG_ERROR_SEEN;
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
bool rill_item_type_is_error(const rill_stream *stream)
{
    if (!is_answer(stream))
        return false;
    return (stream->flags & FLAG_LINE_ERROR) != 0 ||
           (stream->phase == PHASE_SSE && stream->sse.type_length == 5 && memcmp(stream->sse.type, "error", 5) == 0);
}

/* Whether the event at hand, as far as it is known, reports an error. */
static bool tells_error(rill_stream *stream)
{
    uint32_t facts = stream->sieve.facts;
    if ((facts & RILL_FACT_ERROR) != 0)
        return true;
    if ((facts & RILL_FACT_CHOICES) != 0)
        return false;
    if ((facts & RILL_FACT_ROOT_MESSAGE) != 0 && (in_json_body(stream) || (facts & RILL_FACT_ERROR_STRING) != 0))
        return true;
    return (facts & RILL_FACT_IS_ERROR) != 0 || rill_item_type_is_error(stream) || (in_json_body(stream) && has_failed(stream));
}

/* Whether it is an answer; one without choices must look like one of ours, and not be an error. */
static bool tells_answer(const rill_stream *stream, bool error)
{
    enum { OURS = RILL_FACT_IS_CHAT_CHUNK | RILL_FACT_IS_CHAT_COMPLETION | RILL_FACT_IS_TEXT_COMPLETION | RILL_FACT_TOKENS };
    const rill_header *header = (const rill_header *)stream->config->target;
    uint32_t facts = stream->sieve.facts;
    if ((facts & RILL_FACT_CHOICES) != 0)
        return true;
    if (error || stream->sieve.sides == 0 || (facts & RILL_FACT_IS_FOREIGN) != 0)
        return false;
    return (facts & OURS) != 0 || rill_is_null(header, RILL_CHUNK_CHOICES);
}

/* Decides what the part at hand is. RILL_MORE: nothing that anybody wants to see. */
rill_status rill_item_of_part(rill_stream *stream, rill_item *item)
{
    const rill_sieve *sieve = &stream->sieve;
    bool last = stream->next == NEXT_EVENT;
    bool answer = (stream->flags & FLAG_ANSWER_PART) != 0, error = (stream->flags & FLAG_ERROR_PART) != 0;
    rill_item_kind kind = RILL_ITEM_EVENT;
    if (is_answer(stream)) {
        bool now_error = tells_error(stream);
        answer = answer || tells_answer(stream, now_error);
        error = error || now_error;
        if (!last) { /* what it is may become clear later */
            bool other = error || (sieve->facts & RILL_FACT_IS_FOREIGN) != 0;
            answer = (answer || !other) && (sieve->sides & RILL_SIDE_ANSWER) != 0;
            error = error && (sieve->sides & RILL_SIDE_ERROR) != 0;
        }
        kind = answer ? kind_of_answer(stream) : RILL_ITEM_ERROR;
    } else {
        answer = answer || sieve->sides != 0;
    }
    if (!answer)
        return error ? rill_item_error(stream, item) : RILL_MORE;
    if (error)
        stream->next = last ? NEXT_ERROR : NEXT_PART_ERROR;
    return rill_item_emit(stream, item, kind, FLAG_ANSWER_PART);
}

/* The event at hand is broken at this offset; its rest is passed over. */
rill_status rill_item_bad(rill_stream *stream, rill_item *item, rill_status status, uint32_t offset)
{
    rill_event_drop(stream);
    rill_item_emit(stream, item, RILL_ITEM_BAD, 0);
    item->status = status;
    item->offset = offset;
    return RILL_OK;
}
