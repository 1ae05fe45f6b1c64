#include "reuse_inside.h"

#include "fill_inside.h"
#include "sieve_inside.h"
#include "sse_inside.h"
#include "words.h"

/* ---- two texts, and the values in them */

/* How many bytes are the same from the beginning: all, as a rule. Four steps at once cost half. */
static size_t same_bytes(const char *one, const char *other, size_t length)
{
#ifdef RILL_VECTORS
    if (memcmp(one, other, length) == 0)
        return length;
#endif
#ifdef RILL_WORDS
    enum { STEP = sizeof(rill_word) };
#define DIFFER(at) (rill_word_at(one + (at) * STEP) ^ rill_word_at(other + (at) * STEP))
#else
    enum { STEP = 1 };
#define DIFFER(at) (one[at] ^ other[at])
#endif
    const char *begin = one, *end = one + length;
    for (; (size_t)(end - one) >= 4 * STEP; one += 4 * STEP, other += 4 * STEP)
        if (DIFFER(0) != 0 || DIFFER(1) != 0 || DIFFER(2) != 0 || DIFFER(3) != 0)
            break;
    while (one < end && *one == *other)
        one++, other++;
    return (size_t)(one - begin);
}

/* ---- holes: values that were seen to change */

static size_t behind_group(const rill_reuse *reuse, size_t at)
{
    size_t depth = 0;
    do {
        char byte = reuse->memory[at];
        at = byte == '"' ? rill_behind_string(reuse, at) : at + 1;
        if (byte == '{' || byte == '[')
            depth++;
        else if (byte == '}' || byte == ']')
            depth--;
    } while (depth > 0);
    return at;
}

static size_t behind_value(const rill_reuse *reuse, size_t at)
{
    char first = reuse->memory[at];
    if (first == '"')
        return rill_behind_string(reuse, at);
    if (first == '{' || first == '[')
        return behind_group(reuse, at);
    while (is_digit(reuse->memory[at]) || memchr("-+.eE", reuse->memory[at], 5) != NULL)
        at++;
    return at;
}

static bool begins_number(char byte)
{
    return byte == '-' || is_digit(byte);
}

/* Whether the struct holds the number that this text says, and no other value can have put it there: not 0, as where another
 * value has cleared it. */
static bool is_in_struct(const rill_stream *stream, const mark *value, size_t end)
{
    const rill_reuse *reuse = stream->config->reuse;
    const char *place = (const char *)stream->config->target + value->place;
    int64_t number, stored;
    for (size_t i = 0; i < reuse->marks; i++)
        if (mark_at(reuse, i) != value && mark_at(reuse, i)->place == value->place)
            return false;
    stored = value->kind == RILL_INT64 ? *(const int64_t *)(const void *)place : *(const int32_t *)(const void *)place;
    return rill_store_number((char *)&number, reuse->memory + value->at, reuse->memory + end, RILL_INT64) && number != 0 &&
           number == stored;
}

/* Whether a value may change, and nothing else with it. */
static bool may_change(const rill_stream *stream, const mark *value, bool number, size_t end)
{
    if (value->kind == MARK_SKIPPED)
        return true;
    if (!number)
        return value->kind != RILL_ENUM && (value->flags & MARK_VIEW) != 0;
    return value->place != 0 && (value->kind == RILL_INT64 || value->kind == RILL_INT32) && is_in_struct(stream, value, end);
}

/* The events differ at reuse->at: the value there becomes a hole, and both go back to its beginning. False: it may not. */
static bool make_hole(rill_stream *stream)
{
    rill_reuse *reuse = stream->config->reuse;
    uint8_t found = reuse->mark != MARK_NONE ? reuse->mark : reuse->marks;
    size_t differs = reuse->at;
    mark *value;
    do {
        if (found-- == 0)
            return false;
        value = mark_at(reuse, found);
    } while (value->at > differs);
    size_t at = value->at, behind = behind_value(reuse, at);
    bool number = begins_number(reuse->memory[at]);
    if (differs >= behind + number || (differs == at && !number)) /* a number may have got longer */
        return false;
    if ((value->flags & MARK_HOLE) != 0 || !may_change(stream, value, number, behind))
        return false;
    value->flags |= MARK_HOLE;
    value->end = (uint16_t)behind;
    reuse->done -= (uint32_t)(differs - at);
    reuse->at = (uint16_t)at;
    reuse->mark = found;
    rill_link_marks(reuse);
    return true;
}

/* ---- the event at hand */

typedef enum outcome {
    SAME,
    SHORT, /* so far the same, but it has not come whole */
    OTHER
} outcome;

bool rill_ends_in_half(const char *string, size_t length)
{
    const char *escape = string + length - 7;
    return length >= 8 && escape[0] == '\\' && escape[1] == 'u' && (escape[2] | 0x20) == 'd' &&
           memchr("89ab", escape[3] | 0x20, 4) != NULL;
}

/* Whether the new value of a hole does what the old one did, but for the value itself. */
static bool is_alike(const mark *hole, const char *value)
{
    const char *end = value + hole->now;
    switch (hole->kind) {
    case RILL_TEXT:
    case RILL_STRING:
        if ((hole->flags & MARK_FILLS) != 0 && (hole->now == 2) != (hole->end - hole->at == 2))
            return false;
        return (hole->flags & MARK_ESCAPES_NOW) == 0 || !rill_ends_in_half(value, hole->now);
    case RILL_INT64:
    case RILL_INT32:
        if (hole->now > (hole->kind == RILL_INT64 ? 18 : 9))
            return false;
        for (value += *value == '-'; value < end; value++)
            if (!is_digit(*value))
                return false;
        return true;
    default:
        return true;
    }
}

/* Lends the sieve to the value: it checks all that is not simple, wherever it is cut. */
static outcome sift_hole(rill_stream *stream, mark *hole, const char *value, size_t length)
{
    static const rill_schema nothing = {NULL, NULL, 0, 0, 0, false};
    rill_reuse *reuse = stream->config->reuse;
    rill_sieve *sieve = &stream->sieve;
    size_t used;
    if (reuse->seen == 0) {
        reuse->sieved = true;
        sieve->root = &nothing;
        sieve->depth_limit = (uint8_t)(RILL_DEPTH_MAX - (hole->kind == MARK_SKIPPED ? hole->place : 0));
        rill_sieve_open(sieve);
    }
    rill_status status = rill_sieve_push(sieve, value + reuse->seen, length - reuse->seen,
                                         stream->config->buffer + stream->config->size, &used);
    bool line_ends = memchr(value + reuse->seen, '\n', used) != NULL || memchr(value + reuse->seen, '\r', used) != NULL;
    reuse->seen += (uint32_t)used;
    if (line_ends)
        return OTHER;
    if (status == RILL_MORE)
        return SHORT;
    if (status != RILL_JSON_TRAILING || reuse->seen > UINT16_MAX || (sieve->flags & RILL_TEXT_UTF8) != 0)
        return OTHER;
    while ((uint8_t)value[reuse->seen - 1] <= ' ') /* blanks behind it */
        reuse->seen--;
    hole->now = (uint16_t)reuse->seen;
    if (memchr(value, '\\', hole->now) != NULL)
        hole->flags |= MARK_ESCAPES_NOW;
    return SAME;
}

/* The quote that ends a string of plain characters and escapes of one letter; NULL: it has others too, or is not all here. */
static const char *simple_end(mark *hole, const char *at, const char *end)
{
    for (;;) {
        at = rill_plain_end(at, end);
        if (at == end || *at == '"')
            return at < end ? at : NULL;
        if (*at != '\\' || end - at < 2 || memchr("\"\\/bfnrt", at[1], 8) == NULL)
            return NULL;
        hole->flags |= MARK_ESCAPES_NOW;
        at += 2;
    }
}

static outcome read_hole(rill_stream *stream, mark *hole, const char *value, size_t length)
{
    rill_reuse *reuse = stream->config->reuse;
    char first = reuse->memory[hole->at];
    const char *end;
    if (length == 0)
        return SHORT;
    if (begins_number(first) ? !begins_number(*value) : *value != first)
        return OTHER;
    hole->flags &= (uint8_t)~MARK_ESCAPES_NOW;
    if (first == '"' && reuse->seen == 0) {
        end = simple_end(hole, value + 1, value + length);
        if (end != NULL && end - value < UINT16_MAX) {
            hole->now = (uint16_t)(end + 1 - value);
            return (hole->flags & MARK_FILLS) == 0 || is_alike(hole, value) ? SAME : OTHER;
        }
    }
    outcome found = sift_hole(stream, hole, value, length);
    return found == SAME && !is_alike(hole, value) ? OTHER : found;
}

/* Compares on, from where it had come to. */
static outcome compare(rill_stream *stream, const char *bytes, size_t length)
{
    rill_reuse *reuse = stream->config->reuse;
    for (;;) {
        mark *hole = NULL;
        for (; reuse->mark != MARK_NONE; reuse->mark = hole->next) {
            hole = mark_at(reuse, reuse->mark);
            if ((hole->flags & MARK_HOLE) != 0)
                break;
        }
        bool is_last = reuse->mark == MARK_NONE;
        size_t fixed = (size_t)(is_last ? reuse->length : hole->at) - reuse->at, left = length - reuse->done;
        size_t here = fixed < left ? fixed : left;
        size_t same = same_bytes(reuse->memory + reuse->at, bytes + reuse->done, here);
        reuse->at = (uint16_t)(reuse->at + same);
        reuse->done += (uint32_t)same;
        if (same < here) {
            if (make_hole(stream))
                continue;
            return OTHER;
        }
        if (here < fixed)
            return SHORT;
        if (is_last)
            return SAME;
        outcome found = read_hole(stream, hole, bytes + reuse->done, left - same);
        if (found != SAME)
            return found;
        reuse->done += hole->now;
        reuse->at = hole->end;
        reuse->seen = 0;
        reuse->mark = hole->next;
    }
}

/* ---- what becomes of it */

/* It waits in the buffer for its rest. False: it cannot. */
static bool wait_for_rest(rill_stream *stream)
{
    const rill_stream_config *config = stream->config;
    size_t length = stream->given_length;
    bool inside = (stream->flags & FLAG_INSIDE) != 0;
    bool ends = is_framed(stream) && framing_of(stream)->remaining <= length; /* the chunk, or the response */
    char *place;
    if (ends || stream->closed != RILL_MORE || length > config->size - (SPARE + LEAD + LOW_SPACE))
        return false;
    if (!inside || rill_stream_space(stream, &place) < LOW_SPACE) {
        memmove(config->buffer + LEAD, stream->given, length);
        stream->given = config->buffer + LEAD;
    }
    stream->flags |= FLAG_INSIDE | FLAG_WAITING;
    return true;
}

/* Behind bytes that wait goes what was given, up to the next end of a line and one byte more, which perhaps completes the
 * event; or as much as fits: LOW_SPACE at least, by wait_for_rest(). */
static void add_to_waiting(rill_stream *stream, rill_reuse *reuse)
{
    char *place;
    size_t space = rill_stream_space(stream, &place), length = reuse->rest_length;
    const char *line_end = memchr(reuse->rest, '\n', length);
    if (line_end != NULL && (size_t)(line_end - reuse->rest) + 2 < length)
        length = (size_t)(line_end - reuse->rest) + 2;
    if (length > space)
        length = space;
    memcpy(place, reuse->rest, length);
    stream->given_length += (uint32_t)length;
    reuse->rest += length;
    reuse->rest_length -= (uint32_t)length;
}

void rill_reuse_refill(rill_stream *stream)
{
    rill_reuse *reuse = stream->config->reuse;
    if (stream->given_length > 0) {
        add_to_waiting(stream, reuse);
        return;
    }
    stream->flags &= (uint16_t)~FLAG_INSIDE;
    stream->given = reuse->rest;
    stream->given_length = reuse->rest_length;
    reuse->rest_length = 0;
}

/* Whether the plain way would have handed it out in one part. */
static bool fits(const rill_stream *stream)
{
    const rill_reuse *reuse = stream->config->reuse;
    size_t size = stream->config->size, kept = reuse->kept + (size_t)RILL_RESERVE;
    if (reuse->done + RILL_RESERVE <= size) /* all of it would */
        return true;
    for (uint8_t i = reuse->first; i != MARK_NONE; i = mark_at(reuse, i)->next)
        kept += mark_at(reuse, i)->now;
    return kept <= size;
}

/* A string: in the buffer it stays where it is; else it is copied to `to`. Gives the place behind it. */
static char *put_string(char *place, uint8_t kind, char *to, const char *from, size_t length, bool escapes)
{
    if (escapes)
        length = rill_unescape(to, from, length);
    else if (to != from)
        memcpy(to, from, length);
    to[length] = '\0';
    if (kind == RILL_ENUM) {
        ((rill_enum *)(void *)place)->data = to;
        ((rill_enum *)(void *)place)->length = (uint16_t)length;
    } else {
        ((rill_text *)(void *)place)->data = to;
        ((rill_text *)(void *)place)->length = (uint32_t)length;
    }
    return to + length + 1;
}

/* ---- in place of sse */

/* Whether a line begins, of an event that has no data yet. */
static bool is_between_events(rill_sse *sse)
{
    if ((sse->flags & SSE_FLAG_DISPATCHED) != 0) {
        sse->flags = 0;
        sse->type_length = 0;
        sse->type_cut = false;
    }
    return sse->state == SSE_NAME && sse->count == 0 && (sse->flags & SSE_FLAG_DATA) == 0;
}

/* An event was read, whose blank line ended with LF. */
static void dispatched(rill_sse *sse)
{
    sse->flags = SSE_FLAG_DISPATCHED;
    sse->state = SSE_NAME;
    sse->field = 0;
    sse->count = 0;
}

/* ---- the values */

/* Puts the event's values into the struct, which holds those of the last one. */
static void put_values(rill_stream *stream, const char *bytes)
{
    const rill_reuse *reuse = stream->config->reuse;
    char *buffer = stream->config->buffer, *free = buffer, *target = (char *)stream->config->target;
    bool inside = (stream->flags & FLAG_INSIDE) != 0;
    const mark *one;
    ptrdiff_t moved = 0; /* so far behind its place in the last event lies a value */
    for (uint8_t i = reuse->first; i != MARK_NONE; i = one->next) {
        one = mark_at(reuse, i);
        const char *value = bytes + (one->at + moved);
        size_t length = (size_t)(one->end - one->at);
        bool escapes = (one->flags & MARK_ESCAPES) != 0;
        if ((one->flags & MARK_HOLE) != 0) {
            moved += one->now - (ptrdiff_t)length;
            length = one->now;
            escapes = (one->flags & MARK_ESCAPES_NOW) != 0;
        }
        if ((one->flags & MARK_VIEW) != 0) {
            char *to = inside ? buffer + (value + 1 - buffer) : free;
            free = put_string(target + one->place, one->kind, to, value + 1, length - 2, escapes);
        } else if (one->kind != MARK_SKIPPED) {
            rill_store_number(target + one->place, value, value + length, one->kind);
        }
    }
}

static void hand_out(rill_stream *stream, const char *bytes, rill_item *item)
{
    rill_reuse *reuse = stream->config->reuse;
    put_values(stream, bytes);
    dispatched(&stream->sse);
    rill_body_take(stream, reuse->done);
    stream->sieve.facts = reuse->facts & RILL_FACTS_OF_STREAM;
    stream->facts_before = (uint8_t)stream->sieve.facts;
    if (is_answer(stream)) {
        stream->last_kind = reuse->kind;
        stream->kind_before = reuse->kind;
    }
    reuse->misses = 0;
    rill_item_emit(stream, item, (rill_item_kind)reuse->kind, 0);
}

/* The event is taken, or another one: the next is compared from its beginning. */
static void begin_event(rill_stream *stream)
{
    rill_reuse *reuse = stream->config->reuse;
    if (reuse->sieved) {
        stream->sieve.root = stream->config->schema;
        stream->sieve.depth_limit = RILL_DEPTH_MAX;
        rill_sieve_open(&stream->sieve);
    }
    reuse->sieved = false;
    reuse->done = 0;
    reuse->seen = 0;
    reuse->at = 0;
    reuse->mark = reuse->first;
}

static void remember(rill_stream *stream)
{
    rill_reuse *reuse = stream->config->reuse;
    reuse->valid = false;
    reuse->length = 0;
    reuse->marks = 0;
    reuse->facts_before = stream->facts_before;
    stream->sieve.reuse = reuse;
}

/* Not every event is remembered where that was in vain: some wait until there may be a use again. */
static void miss(rill_stream *stream)
{
    static const uint8_t pauses[] = {0, 0, 1, 3, 7, 15, 31};
    rill_reuse *reuse = stream->config->reuse;
    if (reuse->pause > 0) {
        reuse->pause--;
        return;
    }
    remember(stream);
    reuse->pause = pauses[reuse->misses];
    if (reuse->misses < sizeof pauses - 1)
        reuse->misses++;
}

rill_status rill_reuse_take(rill_stream *stream, const char *bytes, size_t length, rill_item *item)
{
    rill_reuse *reuse = stream->config->reuse;
    outcome found = OTHER;
    stream->flags &= (uint16_t)~FLAG_WAITING;
    if (*bytes != 'd' || !is_between_events(&stream->sse) || rill_item_type_is_error(stream))
        return RILL_END;
    if (reuse->valid && reuse->facts_before == stream->facts_before) /* and so no half waits: finish() */
        found = compare(stream, bytes, length);
    if (found == SHORT && wait_for_rest(stream))
        return RILL_MORE;
    bool taken = found == SAME && fits(stream);
    if (taken)
        hand_out(stream, bytes, item);
    begin_event(stream);
    if (!taken)
        miss(stream);
    return taken ? RILL_OK : RILL_END;
}
