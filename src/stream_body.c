#include "stream_inside.h"

/* Bytes of the body are done with. */
void rill_body_take(rill_stream *stream, size_t length)
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

/* In front of the body a BOM and behind it blanks may stand: `matched` counts the bytes of the BOM, all of them once it can
 * begin no more, and a flag says that the line begins with blanks. */
enum { SNIFF_BOM = 3, SNIFF_BLANK = 16 };
static const char bom[] = "\xef\xbb\xbf";

static bool sniff_over(rill_stream *stream, char byte)
{
    bool amid = stream->matched == 1 || stream->matched == 2; /* a BOM, if it goes on */
    if (stream->matched < SNIFF_BOM && byte == bom[stream->matched])
        stream->matched++;
    else if (!amid && (byte == ' ' || byte == '\t'))
        stream->matched = SNIFF_BOM | SNIFF_BLANK;
    else if (!amid && (byte == '\n' || byte == '\r'))
        stream->matched = SNIFF_BOM;
    else
        return false;
    rill_body_take(stream, 1);
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
    return before == 1 || before == 2 ? bad_body(stream, item, RILL_JSON_UNEXPECTED) : RILL_MORE;
}

/* The first byte of the body decides what it is. */
static rill_status sniff(rill_stream *stream, rill_item *item)
{
    uint8_t content = content_of(stream), before = stream->matched;
    rill_body body = stream->config->body;
    bool failed = has_failed(stream);
    char byte = *stream->given;
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

/* A run of data that is the next of the unread bytes, or lies elsewhere. */
static void set_run(const rill_stream *stream, const char *bytes, size_t length, run *at)
{
    at->bytes = bytes;
    at->length = length;
    at->used = 0;
    at->inside = bytes == stream->given && (stream->flags & FLAG_INSIDE) != 0;
}

/* An `error:` line is an event of its own. False: it stands amid another one, which ends here. */
static bool begin_error_line(rill_stream *stream)
{
    if ((stream->flags & FLAG_LINE_ERROR) != 0)
        return true;
    stream->flags |= stream->event == EVENT_START ? FLAG_LINE_ERROR : FLAG_EVENT_ENDED;
    return stream->event == EVENT_START;
}

void rill_body_piece(rill_stream *stream, const rill_sse_piece *piece, run *at)
{
    bool error = piece->kind == RILL_SSE_ERROR, unknown = error && !is_answer(stream);
    if (piece->kind == RILL_SSE_EVENT || (error && !unknown && piece->last)) {
        stream->flags |= FLAG_EVENT_ENDED;
    } else if (piece->kind == RILL_SSE_DATA || unknown || (error && begin_error_line(stream))) {
        set_run(stream, piece->data, piece->length, at);
        if (unknown)
            at->used = at->length;
    }
}

void rill_body_done(rill_stream *stream, const run *at)
{
    size_t used = at->used;
    if (stream->phase == PHASE_SSE) {
        if (used < at->length)
            do_not_remember(stream);
        used = rill_sse_take(&stream->sse, used);
    }
    if (stream->closing == CLOSING_NOT)
        rill_body_take(stream, used);
}

/* The input has ended, in this way; or the HTTP response has, when it is RILL_END. */
void rill_body_finish(rill_stream *stream, rill_status status)
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

static rill_status read_sse(rill_stream *stream, size_t length, run *at, rill_item *item)
{
    rill_sse_piece piece;
    const char *bytes = stream->given;
    rill_reuse *reuse = stream->config->reuse;
    rill_status status = RILL_END;
    if (reuse != NULL && stream->event == EVENT_START)
        status = reuse->calls->take(stream, bytes, length, item);
    if (status != RILL_END)
        return status;
    status = rill_sse_next(&stream->sse, bytes, length, &piece);
    if (stream->sieve.reuse != NULL)
        reuse->calls->read(stream, bytes, &piece);
    rill_body_take(stream, piece.used);
    if (status == RILL_LIMIT_ID)
        stream->flags |= FLAG_ID;
    if (status == RILL_OK)
        rill_body_piece(stream, &piece, at);
    return RILL_MORE;
}

static rill_status read_body(rill_stream *stream, size_t length, run *at, rill_item *item)
{
    switch (stream->phase) {
    case PHASE_SNIFF:
        return sniff(stream, item);
    case PHASE_SSE:
        return read_sse(stream, length, at, item);
    case PHASE_JSON:
    case PHASE_TRAILER:
        set_run(stream, stream->given, length, at);
        return RILL_MORE;
    default:
        rill_body_take(stream, length);
        return RILL_MORE;
    }
}

/* RILL_END: the next of the unread bytes are of the body, so many. */
static rill_status read_http(rill_stream *stream, size_t *length, rill_item *item)
{
    rill_http_piece piece;
    rill_status status = rill_http_next(framing_of(stream), stream->given, stream->given_length, &piece);
    consume(stream, piece.used);
    if (framing_of(stream)->status >= 400)
        stream->flags |= FLAG_FAILED;
    if (status == RILL_MORE)
        return RILL_MORE;
    if (status != RILL_OK) {
        uint32_t offset = stream->offset;
        rill_body_finish(stream, status);
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
        *length = piece.length;
        return RILL_END;
    case RILL_HTTP_DONE:
        rill_body_finish(stream, RILL_END);
        return RILL_MORE;
    default:
        return RILL_MORE;
    }
}

/* Reads on in the unread bytes: at least one of them, or of their framing. When there are none, perhaps the response ends.
 * RILL_OK: an item; RILL_MORE: none, but perhaps a run of data. */
rill_status rill_body_read(rill_stream *stream, run *at, rill_item *item)
{
    size_t length = stream->given_length;
    if (stream->phase == PHASE_BEGIN) {
        bool framed = begins_framed(stream);
        stream->flags |= framed ? FLAG_HTTP : 0;
        stream->phase = framed ? PHASE_HEAD : PHASE_SNIFF;
    }
    if (is_framed(stream)) {
        rill_status status = read_http(stream, &length, item);
        if (status != RILL_END)
            return status;
    }
    return read_body(stream, length, at, item);
}
