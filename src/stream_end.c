#include "stream_inside.h"

static rill_status close_event(rill_stream *stream, rill_item *item)
{
    rill_sse_piece piece;
    rill_status status;
    switch (stream->phase) {
    case PHASE_JSON:
    case PHASE_TRAILER:
        if (stream->event == EVENT_START)
            break;
        return rill_event_end(stream, item);
    case PHASE_SSE:
        status = rill_sse_close(&stream->sse, &piece);
        if (status == RILL_END)
            break;
        return status == RILL_OK ? rill_body_piece(stream, &piece, NULL, item) : RILL_MORE;
    default:
        break;
    }
    stream->closing = CLOSING_HALF;
    return RILL_MORE;
}

static rill_status close_error(rill_stream *stream, rill_item *item)
{
    stream->closing = CLOSING_END;
    if (!has_failed(stream) || (stream->flags & FLAG_ERROR_SEEN) != 0 || !is_answer(stream))
        return RILL_MORE;
    memset(stream->config->target, 0, stream->config->schema->clear);
    rill_event_begin(stream);
    return rill_item_error(stream, item, true);
}

static rill_status emit_end(rill_stream *stream, rill_item *item)
{
    bool complete = (stream->flags & FLAG_COMPLETE) != 0 || has_failed(stream) ||
                    (stream->phase == PHASE_SSE && (stream->sieve.facts & RILL_FACT_FINISHED) != 0);
    if (stream->end == RILL_END_TRUNCATED && stream->closed == RILL_OK && complete)
        stream->end = RILL_END_EOF;
    rill_event_begin(stream);
    rill_item_emit(stream, item, RILL_ITEM_END, 0, true);
    item->end = (rill_end)stream->end;
    item->status = stream->end == RILL_END_DONE ? RILL_OK : (rill_status)stream->closed;
    stream->closing = CLOSING_DONE;
    return RILL_OK;
}

/* Goes on with the end. RILL_OK: an item; RILL_MORE: none; RILL_END: it is over. */
rill_status rill_end_next(rill_stream *stream, rill_item *item)
{
    switch (stream->closing) {
    case CLOSING_EVENT:
        return close_event(stream, item);
    case CLOSING_HALF:
        stream->closing = CLOSING_ERROR;
        if (is_answer(stream) && rill_sieve_take_half(&stream->sieve)) {
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
