/* The event stream as a state machine over single bytes and spans; rules: HTML standard, 9.2.5 and 9.2.6. */
#include "sse_inside.h"

#include <string.h>

#include "words.h"

/* A field goes by the kind of piece that its value becomes. */
#define FIELDS 5
static const char names[FIELDS][6] = {
    [RILL_SSE_DATA] = "data", [RILL_SSE_TYPE] = "event", [RILL_SSE_ID] = "id", [RILL_SSE_RETRY] = "retry",
    [RILL_SSE_ERROR] = "error",
};
static const char bom[] = {'\xEF', '\xBB', '\xBF'};
static const char line_feed[] = "\n";

static bool is_line_end(char byte)
{
    return byte == '\n' || byte == '\r';
}

/* The length of the line's rest, as far as it is here; `known` bytes of it are known. */
/*@ requires \valid_read(bytes + (0 .. length - 1)) && known <= length;
    assigns \nothing;
    ensures known <= \result <= length;
*/
static size_t line_length(const char *bytes, size_t known, size_t length)
{
    const char *end = bytes + length, *at = rill_low_byte(bytes + known, end);
    /*@ loop invariant rill_within(at, bytes + known, end);
        loop assigns at;
        loop variant end - at;
    */
    while (at < end && !is_line_end(*at))
        at = rill_low_byte(at + 1, end);
    return (size_t)(at - bytes);
}

/* What is handed out of the line waits until it is taken. */
/*@ requires \valid_read(sse);
    assigns \nothing;
    ensures \result <==> sse->field == RILL_SSE_DATA || sse->field == RILL_SSE_ERROR;
*/
static bool is_taken(const rill_sse *sse)
{
    return sse->field == RILL_SSE_DATA || sse->field == RILL_SSE_ERROR;
}

static void begin_line(rill_sse *sse, uint8_t state)
{
    sse->state = state;
    sse->field = 0;
    sse->count = 0;
}

static void end_line(rill_sse *sse, char byte)
{
    begin_line(sse, byte == '\r' ? SSE_AFTER_CR : SSE_NAME);
}

static void reset_type(rill_sse *sse)
{
    sse->type_length = 0;
    sse->type_cut = false;
}

static void begin_value(rill_sse *sse)
{
    bool joined = sse->field == RILL_SSE_DATA && (sse->flags & SSE_FLAG_DATA) != 0;
    sse->state = joined ? SSE_JOIN : SSE_BLANK;
    sse->count = 0;
    sse->flags = (uint8_t)((sse->flags & SSE_FLAG_DATA) | SSE_FLAG_FIRST);
    if (sse->field == RILL_SSE_DATA)
        sse->flags |= SSE_FLAG_DATA;
    if (sse->field == RILL_SSE_TYPE)
        reset_type(sse);
    else if (sse->field == RILL_SSE_RETRY)
        sse->value.retry = 0;
    else if (is_taken(sse))
        sse->value.waiting = 0;
}

/* Each of these reads one byte and gives how many of it (0 or 1) are used. */

static size_t read_bom(rill_sse *sse, char byte)
{
    if (byte != bom[sse->count]) {
        /* the first bytes of a BOM alone are the start of an unknown name */
        begin_line(sse, sse->count == 0 ? SSE_NAME : SSE_SKIP);
        return 0;
    }
    if (++sse->count == sizeof bom)
        begin_line(sse, SSE_NAME);
    return 1;
}

/* Goes on to a field whose name has this byte next, and in front of it the same bytes as the present one. */
/*@ requires \valid(sse) && sse->field < FIELDS && sse->count <= 5;
    assigns sse->field, sse->count;
    ensures sse->field < FIELDS && sse->count <= 5;
*/
static bool match(rill_sse *sse, char byte)
{
    const char *name = names[sse->field];
    if (byte == '\0') /* else it would match the end of a name */
        return false;
    /*@ loop invariant field <= FIELDS;
        loop assigns field;
        loop variant FIELDS - field;
    */
    for (uint8_t field = sse->field; field < FIELDS; field++)
        if (names[field][sse->count] == byte && memcmp(names[field], name, sse->count) == 0) {
            sse->field = field;
            sse->count++;
            return true;
        }
    return false;
}

/*@ requires rill_sse_ok(sse) && sse->state == SSE_NAME;
    assigns *sse;
    ensures rill_sse_ok(sse) && \result <= 1;
    ensures \result == 0 ==> sse_looks(sse->state) < sse_looks(SSE_NAME);
*/
static size_t read_name(rill_sse *sse, char byte)
{
    bool ended = byte == ':' || is_line_end(byte);
    if (!ended && match(sse, byte))
        return 1;
    if (ended && names[sse->field][sse->count] == '\0')
        begin_value(sse);
    else
        sse->state = SSE_SKIP; /* an unknown field, or a comment: its name is empty */
    return !is_line_end(byte);
}

/* The line that most are: its name is read at once. */
enum { DATA_NAME = 5 };
static bool begins_data(const char *bytes, size_t length)
{
#ifdef RILL_RUNS
    return length >= DATA_NAME && memcmp(bytes, "data:", DATA_NAME) == 0;
#else
    (void)bytes;
    (void)length;
    return false;
#endif
}

/* Copies what there is room for; false when that is not all. */
/*@ requires \valid(kept + (0 .. size - 1)) && \valid(kept_length) && *kept_length <= size <= 255;
    requires \valid_read(data + (0 .. length - 1));
    requires \separated(kept + (0 .. size - 1), kept_length, data + (0 .. length - 1));
    assigns kept[0 .. size - 1], *kept_length;
    ensures *kept_length <= size;
*/
static bool keep(char *kept, uint8_t *kept_length, size_t size, const char *data, size_t length)
{
    size_t room = size - *kept_length;
    size_t fits = length < room ? length : room;
    memcpy(kept + *kept_length, data, fits);
    *kept_length = (uint8_t)(*kept_length + fits);
    return fits == length;
}

/*@ requires \valid(number) && \valid_read(digits + (0 .. length - 1)) && \separated(number, digits + (0 .. length - 1));
    assigns *number;
*/
static bool read_digits(uint64_t *number, const char *digits, size_t length)
{
    /*@ loop invariant length <= \at(length, Pre) && digits == \at(digits, Pre) + (\at(length, Pre) - length);
        loop assigns digits, length, *number;
        loop variant length;
    */
    for (; length != 0; digits++, length--) {
        unsigned digit = (unsigned)(unsigned char)*digits - '0';
        if (digit > 9)
            return false;
        uint64_t next = *number * 10 + digit;
        *number = *number > UINT64_MAX / 10 || next < digit ? UINT64_MAX : next;
    }
    return true;
}

/* Takes in a span of a value (not the empty one). False: the rest of the line means nothing. */
static bool read_value(rill_sse *sse, const char *data, size_t length)
{
    switch (sse->field) {
    case RILL_SSE_TYPE:
        if (!keep(sse->type, &sse->type_length, sizeof sse->type, data, length))
            sse->type_cut = true;
        return true;
    case RILL_SSE_ID:
        if (!keep(sse->value.id, &sse->count, sizeof sse->value.id, data, length))
            sse->flags |= SSE_FLAG_LONG;
        return memchr(data, '\0', length) == NULL;
    case RILL_SSE_RETRY:
        return read_digits(&sse->value.retry, data, length);
    default:
        return true;
    }
}

/* The line of an id is complete. */
static rill_status commit_id(rill_sse *sse)
{
    bool fits = (sse->flags & SSE_FLAG_LONG) == 0;
    sse->id_length = fits ? sse->count : 0;
    memcpy(sse->id, sse->value.id, sse->id_length);
    return fits ? RILL_OK : RILL_LIMIT_ID;
}

/* Hands out a span of a value. False: there is nothing to hand out. */
static bool give_span(rill_sse *sse, const char *data, size_t length, rill_sse_piece *piece)
{
    bool first = (sse->flags & SSE_FLAG_FIRST) != 0;
    if (!read_value(sse, data, length)) {
        sse->state = SSE_SKIP;
        return false;
    }
    if (is_taken(sse)) {
        sse->value.waiting = length;
    } else {
        piece->used += length;
        sse->flags &= (uint8_t)~SSE_FLAG_FIRST;
    }
    if (sse->field == RILL_SSE_RETRY)
        return false;
    piece->kind = (rill_sse_kind)sse->field;
    piece->first = first && sse->field != RILL_SSE_DATA;
    piece->data = data;
    piece->length = length;
    return true;
}

/* Hands out the end of a value. RILL_MORE: there is nothing to hand out. */
static rill_status give_end(rill_sse *sse, const char *line_end, rill_sse_piece *piece)
{
    rill_status status = sse->field == RILL_SSE_ID ? commit_id(sse) : RILL_OK;
    bool empty = (sse->flags & SSE_FLAG_FIRST) != 0;
    piece->kind = (rill_sse_kind)sse->field;
    end_line(sse, *line_end);
    if (piece->kind == RILL_SSE_DATA || (piece->kind == RILL_SSE_RETRY && empty))
        return RILL_MORE;
    if (piece->kind == RILL_SSE_RETRY) {
        piece->retry = sse->value.retry;
        return RILL_OK;
    }
    piece->first = empty;
    piece->last = true;
    piece->data = line_end;
    return status;
}

static rill_status give_join(rill_sse_piece *piece)
{
    piece->kind = RILL_SSE_DATA;
    piece->data = line_feed;
    piece->length = 1;
    return RILL_OK;
}

static void begin_event(rill_sse *sse)
{
    sse->flags = 0;
    reset_type(sse);
}

/* A blank line. RILL_MORE: the event has no data line, so none is dispatched. */
static rill_status give_event(rill_sse *sse, rill_sse_piece *piece)
{
    if ((sse->flags & SSE_FLAG_DATA) == 0) {
        begin_event(sse);
        return RILL_MORE;
    }
    sse->flags = SSE_FLAG_DISPATCHED;
    piece->kind = RILL_SSE_EVENT;
    return RILL_OK;
}

/* Reads the rest of a line, or what is here of it. */
/*@ requires rill_sse_ok(sse) && \valid(piece) && length > 0 && \valid_read(bytes + (0 .. length - 1));
    requires \separated(sse, piece, bytes + (0 .. length - 1));
    requires sse->state == SSE_SKIP || sse->state == SSE_VALUE;
    requires piece->used + length <= SIZE_MAX && piece->length == 0;
    assigns *sse, *piece;
    ensures rill_sse_ok(sse) && \old(piece->used) <= piece->used <= \old(piece->used) + length;
    ensures \result == RILL_OK || \result == RILL_MORE || \result == RILL_LIMIT_ID;
    ensures piece->used == \old(piece->used) && \result == RILL_MORE ==>
            sse_looks(sse->state) < \old(sse_looks(sse->state));
    ensures piece->used == \old(piece->used) ==> sse_looks(sse->state) <= \old(sse_looks(sse->state));
    ensures \result == RILL_MORE ==> piece->length == 0 && sse->state != SSE_JOIN;
    ensures piece->length > 0 ==> \valid_read(piece->data + (0 .. piece->length - 1));
*/
static rill_status read_rest(rill_sse *sse, const char *bytes, size_t length, rill_sse_piece *piece)
{
    size_t known = sse->state == SSE_VALUE && is_taken(sse) ? sse->value.waiting : 0;
    size_t rest = line_length(bytes, known < length ? known : length, length);
    if (rest != 0) {
        if (sse->state == SSE_VALUE)
            return give_span(sse, bytes, rest, piece) ? RILL_OK : RILL_MORE;
        piece->used += rest;
        return RILL_MORE;
    }
    piece->used++;
    if (sse->state == SSE_VALUE)
        return give_end(sse, bytes, piece);
    end_line(sse, *bytes);
    return RILL_MORE;
}

void rill_sse_begin(rill_sse *sse)
{
    memset(sse, 0, sizeof *sse);
}

rill_status rill_sse_next(rill_sse *sse, const char *bytes, size_t length, rill_sse_piece *piece)
{
    rill_status status = RILL_MORE;

    memset(piece, 0, sizeof *piece);
    if ((sse->flags & SSE_FLAG_DISPATCHED) != 0)
        begin_event(sse);
    if (sse->state == SSE_JOIN)
        return give_join(piece);
    /*@ loop invariant rill_sse_ok(sse);
        loop invariant piece->used <= length;
        loop invariant status == RILL_MORE || status == RILL_OK || status == RILL_LIMIT_ID;
        loop invariant status == RILL_MORE ==> piece->length == 0 && sse->state != SSE_JOIN;
        loop invariant piece->length > 0 ==> \valid_read(piece->data + (0 .. piece->length - 1));
        loop assigns *sse, *piece, status;
        loop variant 6 * (length - piece->used) + sse_looks(sse->state) + (status == RILL_MORE ? 1 : 0);
    */
    while (status == RILL_MORE && piece->used < length) {
        const char *at = bytes + piece->used;
        switch (sse->state) {
        case SSE_BOM:
            piece->used += read_bom(sse, *at);
            break;
        case SSE_AFTER_CR:
            if (*at == '\n')
                piece->used++;
            sse->state = SSE_NAME;
            break;
        case SSE_NAME:
            if (sse->count == 0 && is_line_end(*at)) {
                piece->used++;
                end_line(sse, *at);
                status = give_event(sse, piece);
                break;
            }
            if (sse->count == 0 && begins_data(at, length - piece->used)) {
                piece->used += DATA_NAME;
                sse->field = RILL_SSE_DATA;
                begin_value(sse);
            } else {
                piece->used += read_name(sse, *at);
            }
            if (sse->state == SSE_JOIN)
                status = give_join(piece);
            break;
        case SSE_BLANK:
            if (*at == ' ')
                piece->used++;
            sse->state = SSE_VALUE;
            break;
        default:
            status = read_rest(sse, at, length - piece->used, piece);
            break;
        }
    }
    return status;
}

size_t rill_sse_take(rill_sse *sse, size_t length)
{
    if (length == 0)
        return 0;
    if (sse->state == SSE_JOIN) {
        sse->state = SSE_BLANK;
        return 0;
    }
    sse->flags &= (uint8_t)~SSE_FLAG_FIRST;
    sse->value.waiting -= length;
    return length;
}

rill_status rill_sse_close(rill_sse *sse, rill_sse_piece *piece)
{
    /* at most two line feeds are missing: one ends the line, or belongs to its CR; one is the blank line */
    /*@ loop invariant 0 <= i <= 2 && rill_sse_ok(sse);
        loop assigns i, *sse, *piece;
        loop variant 2 - i;
    */
    for (int i = 0; i < 2; i++) {
        rill_status status = rill_sse_next(sse, line_feed, 1, piece);
        piece->used = 0;
        if (status != RILL_MORE)
            return status;
    }
    return RILL_END;
}
