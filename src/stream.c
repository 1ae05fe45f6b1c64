#include "stream_inside.h"

rill_status rill_stream_begin(rill_stream *stream, const rill_stream_config *config)
{
    if (config == NULL || config->buffer == NULL || config->tokens == NULL || config->schema == NULL || config->target == NULL ||
        config->size < RILL_BUFFER_MIN || config->size > INT32_MAX || config->token_count < RILL_TOKENS_MIN)
        return RILL_SCHEMA_CONFIG;
    if (!WITH_HTTP && config->body == RILL_BODY_HTTP)
        return RILL_SCHEMA_CONFIG;
    if (config->schema->count == 0 || config->schema->count > RILL_ROWS_MAX)
        return RILL_SCHEMA_TABLE;
    memset(stream, 0, sizeof *stream);
    stream->config = config;
    stream->closed = RILL_MORE;
    if (config->body == RILL_BODY_HTTP) /* also when no byte comes */
        stream->flags = FLAG_HTTP;
    stream->given = config->buffer;
    stream->last_kind = RILL_ITEM_CHAT_CHUNK;
    if (WITH_HTTP)
        rill_http_begin(framing_of(stream));
    rill_sse_begin(&stream->sse);
    rill_sieve_begin(&stream->sieve, config->schema, config->buffer, config->token_count);
    stream->sieve.carries = true;
    stream->sieve.never = is_answer(stream) ? RILL_FACTS_NOT_OF_STREAM : 0;
    rill_event_begin(stream);
    if (config->reuse != NULL)
        config->reuse->calls->begin(config->reuse);
    return RILL_OK;
}

size_t rill_stream_space(rill_stream *stream, char **place)
{
    const rill_stream_config *config = stream->config;
    size_t end = config->size - SPARE, at = rill_stream_front(stream) + LEAD;
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
    rill_reuse *reuse = stream->config->reuse;
    if (reuse != NULL && stream->given_length > 0) { /* others wait in the buffer */
        reuse->rest = bytes;
        reuse->rest_length = (uint32_t)length;
        return;
    }
    stream->flags &= (uint16_t)~FLAG_INSIDE;
    stream->given = length > 0 ? bytes : ""; /* of no bytes the pointer may be NULL, on which nothing is added */
    stream->given_length = (uint32_t)length;
}

/* Goes on to bytes that were given while others waited in the buffer. False: there are none. */
static bool refill(rill_stream *stream)
{
    rill_reuse *reuse = stream->config->reuse;
    if (reuse == NULL || reuse->rest_length == 0)
        return false;
    reuse->calls->refill(stream);
    return true;
}

void rill_stream_close(rill_stream *stream, rill_status status)
{
    if (stream->closed == RILL_MORE)
        stream->closed = (int16_t)status;
}

/* Decodes a run of an event's data, or the beginning of it. */
static rill_status decode(rill_stream *stream, run *at, rill_item *item)
{
    rill_status status = at->used < at->length ? rill_event_take(stream, at, item) : RILL_MORE;
    if (stream->replay > 0)
        rill_event_replayed(stream, at);
    else
        rill_body_done(stream, at);
    return status;
}

rill_status rill_stream_next(rill_stream *stream, rill_item *item)
{
    rill_status status = RILL_MORE;
    while (status == RILL_MORE) {
        char *place;
        run at;
        bool dry = stream->given_length == 0 && !refill(stream);
        at.bytes = NULL;
        if (stream->next == NEXT_LOOK) {
            rill_event_look(stream);
        } else if (stream->next != NEXT_READ) {
            status = rill_part_next(stream, item);
        } else if (stream->replay > 0) {
            rill_event_replay(stream, &at);
        } else if ((stream->flags & FLAG_EVENT_ENDED) != 0) {
            status = rill_event_end(stream, item);
        } else if (stream->closing != CLOSING_NOT) {
            status = rill_end_next(stream, &at, item);
        } else if (dry && stream->closed != RILL_MORE) {
            rill_body_finish(stream, (rill_status)stream->closed);
        } else if (dry && stream->event != EVENT_HOLD && rill_stream_space(stream, &place) < LOW_SPACE) {
            stream->next = NEXT_CUT;
        } else {
            if (!dry || is_framed(stream)) /* without a byte the response may be complete */
                status = rill_body_read(stream, &at, item);
            bool wait = dry ? stream->closing == CLOSING_NOT : (stream->flags & FLAG_WAITING) != 0 && !refill(stream);
            if (wait)
                return status;
        }
        if (at.bytes != NULL)
            status = decode(stream, &at, item);
    }
    return status;
}
