#include "stream_inside.h"

static void close_event(rill_stream *stream, run *at)
{
    rill_sse_piece piece;
    rill_status status = RILL_END;
    if (stream->phase == PHASE_SSE)
        status = rill_sse_close(&stream->sse, &piece);
    if (status == RILL_OK)
        rill_body_piece(stream, &piece, at);
    else if (in_json_body(stream) && stream->event != EVENT_START)
        stream->flags |= FLAG_EVENT_ENDED;
    else if (status == RILL_END)
        stream->closing = CLOSING_HALF;
}

static rill_status close_error(rill_stream *stream, rill_item *item)
{
    stream->closing = CLOSING_END;
    if (!has_failed(stream) || (stream->flags & FLAG_ERROR_SEEN) != 0 || !is_answer(stream))
        return RILL_MORE;
    memset(stream->config->target, 0, stream->config->schema->clear);
    return rill_item_error(stream, item);
}

static rill_status emit_end(rill_stream *stream, rill_item *item)
{
    bool complete = (stream->flags & FLAG_COMPLETE) != 0 || has_failed(stream) ||
                    (stream->phase == PHASE_SSE && is_answer(stream) && (stream->sieve.facts & RILL_FACT_FINISHED) != 0);
    if (stream->end == RILL_END_TRUNCATED && stream->closed == RILL_OK && complete)
        stream->end = RILL_END_EOF;
    rill_item_emit(stream, item, RILL_ITEM_END, 0);
    item->end = (rill_end)stream->end;
    item->status = stream->end == RILL_END_DONE ? RILL_OK : (rill_status)stream->closed;
    stream->closing = CLOSING_DONE;
    return RILL_OK;
}

/* Goes on with the end. RILL_OK: an item; RILL_MORE: none, but perhaps a run of data; RILL_END: it is over. */
rill_status rill_end_next(rill_stream *stream, run *at, rill_item *item)
{
    switch (stream->closing) {
    case CLOSING_EVENT:
        close_event(stream, at);
        return RILL_MORE;
    case CLOSING_HALF:
        stream->closing = CLOSING_ERROR;
        if (rill_sieve_take_half(&stream->sieve)) {
            do_not_remember(stream);
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
