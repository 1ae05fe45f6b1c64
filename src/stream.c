#include "stream_inside.h"

/* ---- the body */

/* Bytes of the body are done with. */
static void take_body(rill_stream *stream, size_t length)
{
    if (is_framed(stream))
        rill_http_take(framing_of(stream), length);
    consume(stream, length);
}

static rill_status bad_body(rill_stream *stream, rill_item *item, rill_status status)
{
    stream->phase = PHASE_DRAIN;
    return rill_item_bad(stream, item, status, stream->offset);
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
    uint8_t content = content_of(stream), before = stream->matched;
    rill_body body = stream->config->body;
    bool failed = has_failed(stream);
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
    rill_status status = rill_event_take(stream, &at, item);
    take_body(stream, at.used);
    return status;
}

/* An `error:` line is an event of its own, also amid another one. */
static rill_status begin_error_line(rill_stream *stream, rill_item *item)
{
    if (stream->event != EVENT_START) {
        rill_status status = rill_event_end(stream, item);
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
        return rill_event_end(stream, item);
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
        status = rill_event_take(stream, &at, item);
    bool whole = at.used == piece->length;
    size_t used = rill_sse_take(&stream->sse, at.used);
    if (bytes != NULL)
        take_body(stream, used);
    if (piece->kind == RILL_SSE_ERROR && piece->last && whole && status == RILL_MORE)
        status = rill_event_end(stream, item);
    return status;
}

/* The input has ended, in this way; or the HTTP response has, when it is RILL_END. */
static void finish(rill_stream *stream, rill_status status)
{
    bool whole = status == RILL_END || status == RILL_PORT_CLOSED || status == RILL_OK;
    if (is_framed(stream) && status != RILL_END && whole) {
        rill_status framing = rill_http_close(framing_of(stream));
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
    rill_status status = rill_http_next(framing_of(stream), stream->given, stream->given_length, &piece);
    consume(stream, piece.used);
    if (status == RILL_MORE)
        return RILL_MORE;
    if (status != RILL_OK) {
        uint32_t offset = stream->offset;
        finish(stream, status);
        stream->closing = CLOSING_HALF; /* what came of an event may be wrong */
        rill_item_bad(stream, item, status, offset);
        rill_event_begin(stream);
        return RILL_OK;
    }
    switch (piece.kind) {
    case RILL_HTTP_HEAD:
        stream->phase = PHASE_SNIFF;
        return framing_of(stream)->coded ? bad_body(stream, item, RILL_HTTP_ENCODING) : RILL_MORE;
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
        bool framed = begins_framed(stream);
        stream->flags |= framed ? FLAG_HTTP : 0;
        stream->phase = framed ? PHASE_HEAD : PHASE_SNIFF;
    }
    if (is_framed(stream))
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
        return rill_event_end(stream, item);
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
    rill_item_emit(stream, item, RILL_ITEM_END, RILL_PART_WHOLE);
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
    if (!WITH_HTTP && config->body == RILL_BODY_HTTP)
        return RILL_SCHEMA_CONFIG;
    if (config->schema->count == 0 || config->schema->count > RILL_ROWS_MAX)
        return RILL_SCHEMA_TABLE;
    memset(stream, 0, sizeof *stream);
    stream->config = config;
    stream->closed = RILL_MORE;
    stream->flags = FLAG_INSIDE;
    stream->given = config->buffer + LEAD;
    stream->last_kind = RILL_ITEM_CHAT_CHUNK;
    if (WITH_HTTP)
        rill_http_begin(framing_of(stream));
    rill_sse_begin(&stream->sse);
    rill_sieve_begin(&stream->sieve, config->schema, config->buffer, config->token_count);
    stream->sieve.carries = true;
    stream->sieve.never = is_answer(stream) ? RILL_FACTS_NOT_OF_STREAM : 0;
    rill_event_begin(stream);
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
            status = rill_item_next(stream, item);
        } else if (stream->replay > 0) {
            status = rill_event_replay(stream, item);
        } else if ((stream->flags & FLAG_EVENT_ENDED) != 0) {
            status = rill_event_end(stream, item);
        } else if (stream->closing != CLOSING_NOT) {
            status = close_on(stream, item);
        } else if (stream->given_length > 0) {
            status = read_on(stream, item);
        } else if (stream->closed != RILL_MORE) {
            finish(stream, (rill_status)stream->closed);
        } else if (rill_stream_front(stream) > 0 && rill_stream_space(stream, &place) < LOW_SPACE && stream->event != EVENT_HOLD) {
            stream->next = NEXT_CUT;
        } else if (!is_framed(stream)) {
            return RILL_MORE;
        } else { /* no byte, but perhaps the end of the response */
            status = read_http(stream, item);
            if (status == RILL_MORE && stream->closing == CLOSING_NOT)
                return RILL_MORE;
        }
    }
    return status;
}
