#include "sieve_inside.h"

#include <string.h>

#include "words.h"

enum type {
    TYPE_STRING = 1,
    TYPE_NUMBER = 2,
    TYPE_OBJECT = 4,
    TYPE_ARRAY = 8,
    TYPE_BOOL = 16,
    TYPE_NULL = 32
};

/* JSON types that a row of each kind takes; null fits everywhere. */
static const uint8_t accepted[] = {
    [RILL_TEXT] = TYPE_STRING,
    [RILL_STRING] = TYPE_STRING,
    [RILL_ENUM] = TYPE_STRING,
    [RILL_INT64] = TYPE_NUMBER | TYPE_STRING,
    [RILL_INT32] = TYPE_NUMBER | TYPE_STRING,
    [RILL_BOOL] = TYPE_BOOL,
    [RILL_REAL] = TYPE_NUMBER,
    [RILL_OBJECT] = TYPE_OBJECT,
    [RILL_ARRAY] = TYPE_ARRAY,
    [RILL_RAW] = TYPE_NUMBER | TYPE_OBJECT | TYPE_ARRAY | TYPE_BOOL,
};

const char rill_literals[][6] = {"true", "false", "null"};
enum { LITERAL_TRUE, LITERAL_FALSE, LITERAL_NULL };

/* ---- values */

/*@ assigns \nothing;
    ensures TYPE_STRING <= \result <= TYPE_NULL;
    ensures type_fits(\result, first);
*/
static enum type type_of(char first)
{
    switch (first) {
    case '"':
        return TYPE_STRING;
    case '{':
        return TYPE_OBJECT;
    case '[':
        return TYPE_ARRAY;
    case 't':
    case 'f':
        return TYPE_BOOL;
    case 'n':
        return TYPE_NULL;
    default:
        return TYPE_NUMBER;
    }
}

/*@ requires \valid_read(row) && row->kind <= RILL_RAW;
    requires row->kind == RILL_ARRAY ==> \valid_read((rill_array *)row->child);
    assigns \nothing;
*/
static bool accepts(const rill_row *row, enum type type)
{
    uint8_t kind = row->kind;
    if (type == TYPE_NULL || (accepted[kind] & type) != 0)
        return true;
    return kind == RILL_ARRAY && type == TYPE_OBJECT && ((const rill_array *)row->child)->or_one;
}

/* The row of the same name that takes this type. */
/*@ requires \valid_read(sieve) && tables_ok(sieve) && is_schema(sieve->schema) && row_of(sieve->schema, row);
    assigns \nothing;
    ensures \result == \null || row_of(sieve->schema, \result);
*/
static const rill_row *variant_of(const rill_sieve *sieve, const rill_row *row, enum type type)
{
    const rill_row *end = sieve->schema->rows + sieve->schema->count;
    const rill_row *first = row;
    /*@ loop invariant row_or_end(sieve->schema, row) && row_of(sieve->schema, first);
        loop assigns row;
        loop variant end - row;
    */
    for (; row == first || (row < end && row->name_length == first->name_length &&
                               memcmp(row->name, first->name, first->name_length) == 0); row++)
        if (accepts(row, type))
            return row;
    return NULL;
}

/* The automaton enters the value whose first byte is `first`; its role is decided. */
static rill_status enter(rill_sieve *sieve, char first)
{
    sieve->matched = 1;
    switch (first) {
    case '"':
        sieve->state = STATE_STRING;
        sieve->key = false;
        sieve->high = 0;
        sieve->borrowed = false;
        if (sieve->role == ROLE_KEEP)
            rill_half_fetch(sieve);
        return RILL_MORE;
    case '{':
    case '[':
        return rill_push_bracket(sieve, first == '{');
    case 't':
    case 'f':
    case 'n':
        sieve->state = STATE_LITERAL;
        sieve->unit = first == 't' ? LITERAL_TRUE : first == 'f' ? LITERAL_FALSE : LITERAL_NULL;
        return RILL_MORE;
    default:
        return rill_number_begin(sieve, first);
    }
}

static rill_status pass_over(rill_sieve *sieve, char first)
{
    skip_value(sieve);
    return enter(sieve, first);
}

static bool is_bracket(char first)
{
    return first == '{' || first == '[';
}

/* Begins the value that sieve->row wants, behind its key or comma. */
static rill_status keep_value(rill_sieve *sieve, char first, uint8_t step)
{
    uint8_t kind = rill_kind_at_hand(sieve);
    bool raw = kind == RILL_RAW && first != 'n';
    if (is_bracket(first) && !raw) { /* an object may stand for its array: or_one */
        rill_open_frame(sieve, sieve->row, first == '{', step);
        return RILL_MORE;
    }
    one_more_member(sieve);
    sieve->atomic = first == 'n' || (kind != RILL_TEXT && kind != RILL_RAW);
    sieve->role = raw ? ROLE_RAW : ROLE_KEEP;
    sieve->base = sieve->depth;
    if (raw || first == '"')
        rill_put(sieve, '"');
    if (raw)
        rill_put_escaped(sieve, (uint8_t)first);
    return enter(sieve, first);
}

static rill_status begin_root(rill_sieve *sieve, char first)
{
    if (!is_bracket(first) || sieve->root->count == 0)
        return pass_over(sieve, first);
    sieve->tokens = 1;
    rill_open_frame(sieve, NULL, first == '{', 0);
    return RILL_MORE;
}

static rill_status begin_member(rill_sieve *sieve, char first)
{
    const rill_schema *schema = sieve->schema;
    const rill_row *row = sieve->row;
    uint32_t *seen = &top_frame(sieve)->progress;
    if (row == NULL)
        return pass_over(sieve, first);
    uint32_t bit = 1u << (row - schema->rows);
    row = (*seen & bit) == 0 ? variant_of(sieve, row, type_of(first)) : NULL;
    if (row == NULL)
        return pass_over(sieve, first);
    const rill_rule *rule = rill_rule_of(sieve, row);
    bool value = first != 'n';
    if (value)
        rill_set_facts(sieve, rule->shows);
    if ((rule->forbid & sieve->facts) != 0 || (is_bracket(first) && sieve->path == RILL_PATH_MAX &&
                                                  row->kind != RILL_RAW))
        return pass_over(sieve, first);
    if (sieve->tokens + 2 > sieve->token_limit)
        return RILL_OK;
    sieve->tokens = (uint16_t)(sieve->tokens + 2);
    *seen |= bit;
    if (value)
        rill_set_facts(sieve, rule->sets);
    sieve->sides |= side_of(row);
    sieve->row = row;
    sieve->mark = sieve->kept;
    uint8_t index = (uint8_t)(row - schema->rows);
    rill_put_comma(sieve);
    rill_put_key(sieve, index);
    return keep_value(sieve, first, index);
}

/* Elements that were passed over: the next kept one says its position. */
/*@ requires room(sieve, 11) && sieve->kept > 0 && 1 <= sieve->path <= RILL_PATH_MAX;
    assigns sieve->tokens, sieve->gaps, KEPT_OF(sieve);
    ensures grew{Pre, Here}(sieve, 11);
*/
static void put_position(rill_sieve *sieve, uint32_t position)
{
    rill_put_comma(sieve);
    rill_put_decimal(sieve, position);
    sieve->tokens++;
    sieve->gaps &= (uint16_t)~(1u << (sieve->path - 1));
}

/* Whether an array of this kind takes a value; kinds of scalars that need a table of their own cannot stand in one. */
/*@ requires kind <= RILL_RAW;
    assigns \nothing;
    ensures kind == RILL_OBJECT ==> object_taken(\result, first);
*/
static bool takes(uint8_t kind, char first)
{
    if (kind == RILL_OBJECT)
        return first == '{';
    return first == 'n' || (kind != RILL_ENUM && kind != RILL_ARRAY && (accepted[kind] & type_of(first)) != 0);
}

static rill_status begin_element(rill_sieve *sieve, char first)
{
    rill_frame *frame = top_frame(sieve);
    const rill_array *array = rill_array_of_frame(frame);
    uint32_t position = frame->progress & POSITION_MASK, in_part = frame->progress >> 24;
    bool objects = array->kind == RILL_OBJECT, wanted = takes(array->kind, first);
    if (objects && (!wanted || sieve->path == RILL_PATH_MAX)) {
        if (position < POSITION_MASK)
            frame->progress++;
        sieve->gaps |= (uint16_t)(1u << (sieve->path - 1));
        return pass_over(sieve, first);
    }
    if (position == POSITION_MASK)
        return RILL_LIMIT_DEPTH;
    if (in_part == array->capacity || in_part == UINT8_MAX || sieve->tokens + 2 > sieve->token_limit)
        return RILL_OK;
    frame->progress = (position + 1) | (in_part + 1) << 24;
    sieve->row = frame->row;
    sieve->mark = sieve->kept;
    if ((sieve->gaps >> (sieve->path - 1) & 1) != 0)
        put_position(sieve, position);
    rill_put_comma(sieve);
    sieve->tokens++;
    if (wanted)
        return keep_value(sieve, first, position < UINT8_MAX ? (uint8_t)position : UINT8_MAX);
    one_more_member(sieve); /* scalars keep their places: one of another type is a null */
    rill_put_null(sieve);
    return pass_over(sieve, first);
}

/* The first byte of a value. */
rill_status rill_begin_value(rill_sieve *sieve, char first)
{
    if (sieve->role != ROLE_PATH)
        return enter(sieve, first);
    if (sieve->depth == 0)
        return begin_root(sieve, first);
    return in_object(sieve) ? begin_member(sieve, first) : begin_element(sieve, first);
}

/*@ requires \valid(sieve) && literal_ok(sieve) && (sieve->role >= ROLE_KEEP ==> room(sieve, CHARACTER));
    assigns sieve->matched, sieve->role, sieve->atomic, sieve->state, KEPT_OF(sieve);
    ensures grew{Pre, Here}(sieve, \old(sieve->role) >= ROLE_KEEP ? 6 : 0);
    ensures \result == RILL_JSON_LITERAL ||
            \result == RILL_MORE && (sieve->state == \old(sieve->state) && literal_ok(sieve) ||
              sieve->state == STATE_DONE || sieve->state == STATE_AFTER);
*/
static rill_status literal_byte(rill_sieve *sieve, char byte)
{
    const char *word = rill_literals[sieve->unit];
    if (byte != word[sieve->matched])
        return RILL_JSON_LITERAL;
    sieve->matched++;
    if (word[sieve->matched] != '\0')
        return RILL_MORE;
    if (sieve->role == ROLE_KEEP) {
        memcpy(sieve->buffer + sieve->kept, word, sieve->matched);
        sieve->kept += sieve->matched;
    }
    rill_value_done(sieve);
    return RILL_MORE;
}

/* ---- the automaton */

/* A byte between values, blanks aside. */
static rill_status structure_byte(rill_sieve *sieve, char byte)
{
    uint8_t state = sieve->state;
    bool object = in_object(sieve);
    if (state == STATE_VALUE || (state == STATE_ARRAY_FIRST && byte != ']'))
        return rill_begin_value(sieve, byte);
    if ((state == STATE_KEY || state == STATE_OBJECT_FIRST) && byte == '"')
        rill_key_begin(sieve);
    else if (state == STATE_AFTER && byte == ',')
        sieve->state = object ? STATE_KEY : STATE_VALUE;
    else if (state == STATE_COLON && byte == ':')
        sieve->state = STATE_VALUE;
    else if (state == STATE_DONE)
        return RILL_JSON_TRAILING;
    else if (state == STATE_COLON || state == STATE_KEY || byte != (object ? '}' : ']'))
        return RILL_JSON_UNEXPECTED;
    else
        rill_close_bracket(sieve);
    return RILL_MORE;
}

/* A byte of a string or a literal. */
static rill_status inner_byte(rill_sieve *sieve, char byte)
{
    switch (sieve->state) {
    case STATE_STRING:
        return rill_string_byte(sieve, byte);
    case STATE_ESCAPE:
        return rill_string_escape(sieve, byte);
    case STATE_UNIT:
        return rill_string_unit(sieve, (uint8_t)byte);
    case STATE_LITERAL:
        return literal_byte(sieve, byte);
    default:
        return RILL_JSON_UNEXPECTED;
    }
}

/* Whether the byte at hand may be kept, or begins what is kept. For closing brackets there is always room. */
/*@ requires \valid_read(sieve);
    assigns \nothing;
    ensures \result <==> sieve->role >= ROLE_KEEP || (sieve->role == ROLE_PATH && sieve->state <= STATE_ARRAY_FIRST);
*/
static bool writes(const rill_sieve *sieve)
{
    return sieve->role >= ROLE_KEEP || (sieve->role == ROLE_PATH && sieve->state <= STATE_ARRAY_FIRST);
}

/* One byte, and perhaps some behind it. */
static rill_status step(rill_sieve *sieve, span *in)
{
    char byte = *in->at;
    uint8_t state = sieve->state;
    bool raw = sieve->role == ROLE_RAW;
    bool value = sieve->role == ROLE_PATH && state <= STATE_ARRAY_FIRST;
    rill_status status;
    if (writes(sieve) && !has_room(sieve, in, CHARACTER))
        return RILL_LIMIT_FULL;
    if (state < STATE_LITERAL && is_blank(byte)) {
        in->at++;
        return RILL_MORE;
    }
    if (state >= STATE_MINUS && state < STATE_BROKEN) {
        status = rill_number_byte(sieve, byte);
        if (status == RILL_OK) { /* the number has ended, and the byte comes again */
            rill_number_end(sieve);
            return RILL_MORE;
        }
        if (raw && status == RILL_MORE)
            rill_put(sieve, byte);
    } else {
        if (raw) /* kept first: the last byte of a raw value ends it */
            rill_put_byte(sieve, byte);
        status = state < STATE_LITERAL ? structure_byte(sieve, byte) : inner_byte(sieve, byte);
    }
    if (status != RILL_MORE)
        return status;
    if (value)
        tell_value(sieve, in->at);
    in->at++;
#ifndef RILL_RUNS
    if (sieve->state != STATE_STRING)
        return RILL_MORE;
    if (sieve->role == ROLE_KEY && state < STATE_LITERAL)
        rill_key_at_once(sieve, in);
    else if (sieve->role != ROLE_KEY && state == STATE_STRING && sieve->utf8 == UTF8_START)
        rill_string_run(sieve, in);
#endif
    return RILL_MORE;
}

void rill_sieve_begin(rill_sieve *sieve, const rill_schema *root, char *buffer, size_t token_limit)
{
    memset(sieve, 0, sizeof *sieve);
    sieve->root = root;
    sieve->buffer = buffer;
    sieve->depth_limit = RILL_DEPTH_MAX;
    sieve->token_limit = token_limit < UINT16_MAX ? (uint16_t)token_limit : UINT16_MAX;
}

/*@ requires \valid(sieve);
    assigns sieve->state, sieve->role, sieve->sides, sieve->flags, sieve->depth, sieve->path, sieve->reopened, sieve->gaps,
            sieve->named, sieve->stored, sieve->borrowed, sieve->kept, sieve->tokens, sieve->members, sieve->utf8,
            sieve->partial, sieve->high, sieve->atomic;
    ensures sieve->state == STATE_VALUE && sieve->role == ROLE_PATH && sieve->depth == 0 && sieve->path == 0;
    ensures sieve->kept == 0 && sieve->tokens == 0 && sieve->stored == 0 && sieve->atomic == 0 && utf8_ok(sieve);
*/
void rill_sieve_open(rill_sieve *sieve)
{
    sieve->state = STATE_VALUE;
    sieve->role = ROLE_PATH;
    sieve->sides = 0;
    sieve->flags = 0;
    sieve->depth = 0;
    sieve->path = 0;
    sieve->reopened = 0;
    sieve->gaps = 0;
    sieve->named = 0;
    sieve->stored = 0;
    sieve->borrowed = false;
    sieve->kept = 0;
    sieve->tokens = 0;
    sieve->members = 0;
    sieve->utf8 = UTF8_START;
    sieve->partial = 0;
    sieve->high = 0;
    sieve->atomic = false;
}

rill_status rill_sieve_push(rill_sieve *sieve, const char *bytes, size_t length, const char *ceiling, size_t *used)
{
    span in = {bytes, bytes + length, ceiling};
    rill_status status = RILL_MORE;
    while (in.at < in.end && status == RILL_MORE) {
#ifdef RILL_RUNS
        status = rill_sieve_run(sieve, &in);
        if (status != RILL_MORE || in.at == in.end)
            break;
#endif
        status = step(sieve, &in);
    }
    if (status < 0 && status != RILL_LIMIT_FULL && status != RILL_JSON_TRAILING)
        sieve->state = STATE_BROKEN;
    *used = (size_t)(in.at - bytes);
    return status;
}

/*@ requires \valid(sieve) && \valid(used) && utf8_ok(sieve) && \valid_read(bytes + (0 .. length - 1)) && \separated(sieve, used);
    requires ceiling != \null ? up_to(sieve, (char *)ceiling) : up_to(sieve, (char *)bytes) &&
             \valid(sieve->buffer + (0 .. bytes + length - sieve->buffer - 1)) && bytes + length - sieve->buffer <= UINT32_MAX;
    assigns KEPT_OF(sieve), sieve->flags, sieve->utf8, sieve->partial, *used;
    ensures \result == RILL_LIMIT_FULL || \result == RILL_MORE;
    ensures *used <= length && (\result == RILL_MORE ==> *used == length);
    ensures utf8_ok(sieve) && sieve->kept >= \old(sieve->kept);
*/
rill_status rill_sieve_push_plain(rill_sieve *sieve, const char *bytes, size_t length, const char *ceiling, size_t *used)
{
    span in = {bytes, bytes + length, ceiling};
    /*@ loop invariant bytes <= in.at <= in.end && \base_addr(in.at) == \base_addr(bytes);
        loop invariant utf8_ok(sieve) && sieve->kept >= \at(sieve->kept, Pre);
        loop invariant in.ceiling != \null ==> up_to(sieve, in.ceiling);
        loop invariant in.ceiling == \null ==> up_to(sieve, in.at);
        loop assigns in.at, KEPT_OF(sieve), sieve->flags, sieve->utf8, sieve->partial;
        loop variant in.end - in.at;
    */
    for (; in.at < in.end && has_room(sieve, &in, CHARACTER); in.at++) {
        uint8_t byte = (uint8_t)*in.at;
        if (byte >= 0x80 || sieve->utf8 != UTF8_START)
            rill_string_utf8(sieve, byte);
        if (sieve->role == ROLE_KEEP)
            rill_put_byte(sieve, (char)byte);
    }
    *used = (size_t)(in.at - bytes);
    return in.at < in.end ? RILL_LIMIT_FULL : RILL_MORE;
}

rill_status rill_sieve_end(rill_sieve *sieve)
{
    switch (sieve->state) {
    case STATE_ZERO:
    case STATE_INTEGER:
    case STATE_FRACTION:
    case STATE_EXPONENT_DIGITS:
        if (sieve->depth > 0)
            return RILL_JSON_CUT;
        rill_value_done(sieve); /* a number ends with its text; at the root none is kept */
        break;
    case STATE_DONE:
        break;
    default:
        return RILL_JSON_CUT;
    }
    sieve->cut = sieve->length = sieve->kept;
    sieve->buffer[sieve->kept] = '\0';
    return RILL_OK;
}
