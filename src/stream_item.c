#include "rill/fill.h"
#include "stream_inside.h"

rill_status rill_item_emit(rill_stream *stream, rill_item *item, rill_item_kind kind, rill_part part)
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

rill_status rill_item_error(rill_stream *stream, rill_item *item, bool last)
{
    bool started = (stream->flags & FLAG_ERROR_PART) != 0;
    stream->flags |= FLAG_ERROR_PART | FLAG_ERROR_SEEN;
    rill_item_emit(stream, item, RILL_ITEM_ERROR, part_of(started, last));
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
    return (facts & RILL_FACT_IS_ERROR) != 0 || rill_item_type_is_error(stream) ||
           (in_json_body(stream) && ((facts & RILL_FACT_ROOT_MESSAGE) != 0 || has_failed(stream)));
}

static bool tells_answer(rill_stream *stream)
{
    const rill_header *header = (const rill_header *)stream->config->target;
    uint32_t facts = stream->sieve.facts;
    if ((facts & RILL_FACT_CHOICES) != 0)
        return true;
    if (tells_error(stream) || stream->sieve.sides == 0)
        return false;
    if ((facts & RILL_FACT_IS_FOREIGN) != 0)
        return false;
    return (facts & (RILL_FACT_IS_CHAT_CHUNK | RILL_FACT_IS_CHAT_COMPLETION | RILL_FACT_IS_TEXT_COMPLETION |
                     RILL_FACT_TOKENS)) != 0 ||
           rill_is_null(header, RILL_CHUNK_CHOICES);
}

/* Fills the struct from the part at hand and decides what it is. RILL_MORE: nothing that anybody wants to see. */
static rill_status emit_part(rill_stream *stream, rill_item *item)
{
    bool last = stream->next == NEXT_EVENT;
    const rill_stream_config *config = stream->config;
    rill_sieve *sieve = &stream->sieve;
    bool answer_started = (stream->flags & FLAG_ANSWER_PART) != 0;
    bool error_started = (stream->flags & FLAG_ERROR_PART) != 0;
    size_t count = 0;
    if (sieve->sides != 0) {
        rill_status status = rill_tokenize(sieve, config->tokens, &count);
        if (status != RILL_OK) {
            rill_item_emit(stream, item, RILL_ITEM_BAD, RILL_PART_WHOLE);
            item->status = status;
            return RILL_OK;
        }
        rill_fill(sieve, config->tokens, count, config->target);
    } else if (!answer_started && !error_started) {
        memset(config->target, 0, config->schema->clear);
    }
    stream->token_count = (uint16_t)count;
    if (!is_answer(stream)) {
        if (sieve->sides == 0 && !answer_started)
            return RILL_MORE;
        stream->flags |= FLAG_ANSWER_PART;
        return rill_item_emit(stream, item, RILL_ITEM_EVENT, part_of(answer_started, last));
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
        return rill_item_emit(stream, item, kind_of_answer(stream), part_of(answer_started, last));
    }
    return error ? rill_item_error(stream, item, last) : RILL_MORE;
}

/* The event at hand is broken at this offset; its rest is passed over. */
rill_status rill_item_bad(rill_stream *stream, rill_item *item, rill_status status, uint32_t offset)
{
    rill_event_drop(stream);
    rill_item_emit(stream, item, RILL_ITEM_BAD, RILL_PART_WHOLE);
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

/* Does what is next. RILL_OK: an item; RILL_MORE: none. */
rill_status rill_item_next(rill_stream *stream, rill_item *item)
{
    uint8_t next = stream->next;
    stream->next = NEXT_READ;
    switch (next) {
    case NEXT_LOOK:
        rill_event_look(stream);
        return RILL_MORE;
    case NEXT_CUT:
        rill_sieve_cut(&stream->sieve);
        stream->next = NEXT_PART;
        return emit_part(stream, item);
    case NEXT_LAST:
        stream->next = NEXT_EVENT;
        return emit_part(stream, item);
    case NEXT_ERROR:
        stream->next = NEXT_EVENT;
        return rill_item_error(stream, item, true);
    case NEXT_PART_ERROR:
        stream->next = NEXT_PART;
        return rill_item_error(stream, item, false);
    case NEXT_PART:
        go_on(stream);
        return RILL_MORE;
    default:
        rill_event_begin(stream);
        return RILL_MORE;
    }
}
