#include "rill/fill.h"
#include "stream_inside.h"

/* Fills the struct from the part at hand. RILL_OK, or why it cannot be. */
static rill_status fill(rill_stream *stream)
{
    const rill_stream_config *config = stream->config;
    size_t count = 0;
    bool goes_on = (stream->flags & (FLAG_ANSWER_PART | FLAG_ERROR_PART)) != 0;
    if (config->reuse != NULL)
        config->reuse->valid = false; /* the struct becomes another one */
    if (stream->sieve.sides != 0 || (goes_on && stream->sieve.length > 0)) { /* an element may be empty, behind others */
        rill_status status = rill_tokenize(&stream->sieve, config->tokens, &count);
        if (status != RILL_OK)
            return status;
        rill_fill(&stream->sieve, config->tokens, count, config->target);
    } else if (!goes_on) {
        memset(config->target, 0, config->schema->clear);
    }
    stream->token_count = (uint16_t)count;
    return RILL_OK;
}

/* Hands out the part at hand. */
static rill_status hand_out(rill_stream *stream, rill_item *item)
{
    const rill_reuse *reuse = stream->sieve.reuse;
    rill_status status = fill(stream);
    if (status != RILL_OK) {
        rill_item_emit(stream, item, RILL_ITEM_BAD, 0);
        item->status = status;
        return RILL_OK;
    }
    status = rill_item_of_part(stream, item);
    if (status == RILL_OK && reuse != NULL)
        reuse->calls->finish(stream, item);
    return status;
}

/* The part at hand was seen, or is of no interest: the event goes on. */
static void go_on(rill_stream *stream)
{
    const rill_stream_config *config = stream->config;
    rill_forget(&stream->sieve, config->tokens, stream->token_count, config->target);
    rill_sieve_reopen(&stream->sieve);
}

/* Does what is next. RILL_OK: an item; RILL_MORE: none. */
rill_status rill_part_next(rill_stream *stream, rill_item *item)
{
    uint8_t next = stream->next;
    stream->next = NEXT_READ;
    switch (next) {
    case NEXT_CUT:
    case NEXT_LAST:
        if (next == NEXT_CUT)
            rill_sieve_cut(&stream->sieve);
        stream->next = next == NEXT_CUT ? NEXT_PART : NEXT_EVENT;
        return hand_out(stream, item);
    case NEXT_PART_ERROR:
    case NEXT_ERROR:
        stream->next = next == NEXT_PART_ERROR ? NEXT_PART : NEXT_EVENT;
        return rill_item_error(stream, item);
    case NEXT_PART:
        go_on(stream);
        return RILL_MORE;
    default:
        rill_event_begin(stream);
        return RILL_MORE;
    }
}
