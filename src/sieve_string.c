#include "sieve_inside.h"

#include <string.h>

#include "words.h"

/* ---- keys */

/*@ requires \valid(sieve) && (sieve->role == ROLE_PATH ==> schema_ok(sieve, sieve->schema));
    requires sieve->role != ROLE_KEY && sieve->role != ROLE_KEEP;
    assigns sieve->state, sieve->key, sieve->high, sieve->role, sieve->matched, sieve->row;
    ensures sieve->state == STATE_STRING && sieve->key == 1;
    ensures sieve->role == (\old(sieve->role) == ROLE_PATH ? ROLE_KEY : \old(sieve->role));
    ensures sieve->role == ROLE_KEY ==> schema_ok(sieve, sieve->schema);
    ensures sieve->role == ROLE_KEY ==> row_or_none(sieve) && sieve->matched == 0;
*/
void rill_key_begin(rill_sieve *sieve)
{
    sieve->state = STATE_STRING;
    sieve->key = true;
    sieve->high = 0;
    if (sieve->role != ROLE_PATH)
        return;
    sieve->role = ROLE_KEY;
    sieve->matched = 0;
    /*@ assert schema_ok(sieve, sieve->schema); */
    sieve->row = sieve->schema->rows;
}

/* Goes on to the first row whose name has this byte next, and in front of it the same bytes as that of the present one. */
/*@ requires \valid(sieve) && schema_ok(sieve, sieve->schema) && key_ok(sieve);
    assigns sieve->row, sieve->matched;
    ensures schema_ok(sieve, sieve->schema) && key_ok(sieve);
*/
void rill_key_byte(rill_sieve *sieve, uint8_t byte)
{
    const rill_row *so_far = sieve->row, *row = so_far, *end = sieve->schema->rows + sieve->schema->count;
    uint8_t matched = sieve->matched;
    if (so_far == NULL)
        return;
    /*@ loop invariant row_or_end(sieve->schema, row);
        loop assigns row;
        loop variant end - row;
    */
    while (row < end && (row->name_length <= matched || (uint8_t)row->name[matched] != byte ||
                         memcmp(row->name, so_far->name, matched) != 0))
        row++;
    sieve->row = row < end ? row : NULL;
    sieve->matched++;
}

/* The first row of this name becomes that of the value at hand. */
/*@ requires \valid(sieve) && schema_ok(sieve, sieve->schema) && \valid_read(name + (0 .. length - 1));
    assigns sieve->row, sieve->role, sieve->state;
    ensures sieve->role == ROLE_PATH && sieve->state == STATE_COLON;
    ensures row_or_none(sieve);
*/
static void key_is(rill_sieve *sieve, const char *name, size_t length)
{
    const rill_row *row = sieve->schema->rows, *end = row + sieve->schema->count;
    /*@ loop invariant row_or_end(sieve->schema, row);
        loop assigns row;
        loop variant end - row;
    */
    while (row < end && (row->name_length != length || memcmp(row->name, name, length) != 0))
        row++;
    sieve->row = row < end ? row : NULL;
    sieve->role = ROLE_PATH;
    sieve->state = STATE_COLON;
}

#ifndef RILL_RUNS
/* The common case, a key without escapes that lies in one piece: compared whole. In other cases nothing happens. */
/*@ requires \valid(sieve) && schema_ok(sieve, sieve->schema) && span_ok(in) && \separated(sieve, in) && \separated(sieve->schema, in);
    assigns sieve->row, sieve->role, sieve->state, in->at;
    ensures span_ok(in) && \base_addr(in->at) == \base_addr(\old(in->at)) && \old(in->at) <= in->at;
    ensures sieve->row == \old(sieve->row) && sieve->role == \old(sieve->role) && sieve->state == \old(sieve->state) ||
            row_or_none(sieve) && sieve->role == ROLE_PATH && sieve->state == STATE_COLON;
*/
void rill_key_at_once(rill_sieve *sieve, span *in)
{
    const char *at = rill_plain_end(in->at, in->end);
    if (at == in->end || *at != '"')
        return;
    key_is(sieve, in->at, (size_t)(at - in->at));
    in->at = at + 1;
}
#endif

/* ---- half a surrogate pair that waits for the next piece of its text */

/* Only texts of array elements (choices) go on from event to event. An object that stands for its array has no place that
 * could be found again. */
/*@ requires \valid_read(sieve) && \valid_read(sieve->row) && frames_ok(sieve) && tables_ok(sieve);
    assigns \nothing;
    ensures \result ==> 3 <= sieve->path && object_at(sieve->brackets[0], sieve->brackets[1], 0);
*/
static bool may_carry(const rill_sieve *sieve)
{
    if (!sieve->carries || sieve->path < 3 || rill_frame_is_object(sieve, 1) || !in_object(sieve) ||
        sieve->row->kind != RILL_TEXT)
        return false;
    /*@ loop invariant 1 <= i <= sieve->path;
        loop assigns i;
        loop variant sieve->path - i;
    */
    for (uint8_t i = 1; i < sieve->path; i++)
        if (sieve->step[i] == UINT8_MAX) /* may be more than one */
            return false;
        else if (rill_frame_is_object(sieve, i) && rill_frame_is_object(sieve, i - 1) &&
            sieve->frames[i].row->kind == RILL_ARRAY)
            return false;
    return true;
}

/*@ requires \valid(sieve) && 3 <= sieve->path <= RILL_PATH_MAX && schema_ok(sieve, sieve->schema) && row_or_none(sieve) &&
             sieve->row != \null;
    assigns sieve->half, sieve->half.path[0 .. RILL_PATH_MAX - 1], sieve->stored, sieve->high;
    ensures sieve->stored == sieve->path && sieve->high == 0 && sieve->half.depth == sieve->path;
*/
static void half_store(rill_sieve *sieve)
{
    rill_half *half = &sieve->half;
    half->surrogate = sieve->high;
    half->depth = sieve->path;
    half->named = sieve->named;
    memcpy(half->path, sieve->step + 1, (size_t)sieve->path - 1);
    half->path[sieve->path - 1] = (uint8_t)(sieve->row - sieve->schema->rows);
    sieve->stored = sieve->path;
    sieve->high = 0;
}

/* A text begins. When a half waits for it, it goes in front; also when it may be for it, as far as is known. */
void rill_half_fetch(rill_sieve *sieve)
{
    const rill_half *half = &sieve->half;
    if (half->surrogate == 0 || !may_carry(sieve) || half->depth != sieve->path ||
        half->path[sieve->path - 1] != sieve->row - sieve->schema->rows)
        return;
    for (uint8_t i = 1; i < sieve->path; i++) {
        if (half->path[i - 1] == sieve->step[i])
            continue;
        if (rill_frame_is_object(sieve, i - 1) || (sieve->named >> i & 1) != 0)
            return;
        sieve->borrowed = true; /* an element whose index may come behind its text */
    }
    sieve->high = half->surrogate;
    if (!sieve->borrowed)
        sieve->half.surrogate = 0;
}

/* ---- strings */

/*@ requires \valid(sieve);
    assigns sieve->flags, sieve->utf8, sieve->partial;
    ensures utf8_ok(sieve) && sieve->utf8 == UTF8_START;
*/
static void utf8_invalid(rill_sieve *sieve)
{
    sieve->flags |= RILL_TEXT_UTF8;
    if (sieve->role == ROLE_KEEP || sieve->role == ROLE_RAW)
        sieve->flags |= RILL_PART_UTF8;
    sieve->utf8 = UTF8_START;
    sieve->partial = 0;
}

/*@ requires \valid(sieve) && utf8_ok(sieve);
    assigns sieve->flags, sieve->utf8, sieve->partial;
    ensures utf8_ok(sieve);
*/
void rill_string_utf8(rill_sieve *sieve, uint8_t byte)
{
    static const uint8_t low[] = {0, 0x80, 0x80, 0x80, 0xa0, 0x80, 0x90, 0x80};
    static const uint8_t high[] = {0, 0xbf, 0xbf, 0xbf, 0xbf, 0x9f, 0xbf, 0x8f};
    static const uint8_t next[] = {0, UTF8_START, UTF8_TAIL_1, UTF8_TAIL_2, UTF8_TAIL_1, UTF8_TAIL_1, UTF8_TAIL_2,
                                   UTF8_TAIL_2};
    if (sieve->utf8 != UTF8_START) {
        if (byte >= low[sieve->utf8] && byte <= high[sieve->utf8]) {
            sieve->utf8 = next[sieve->utf8];
            sieve->partial = sieve->utf8 == UTF8_START ? 0 : (uint8_t)(sieve->partial + 1);
            return;
        }
        utf8_invalid(sieve);
    }
    if (byte < 0x80)
        return;
    if (byte < 0xc2 || byte > 0xf4) {
        utf8_invalid(sieve);
        return;
    }
    sieve->partial = 1;
    if (byte < 0xe0)
        sieve->utf8 = UTF8_TAIL_1;
    else if (byte < 0xf0)
        sieve->utf8 = byte == 0xe0 ? UTF8_E0 : byte == 0xed ? UTF8_ED : UTF8_TAIL_2;
    else
        sieve->utf8 = byte == 0xf0 ? UTF8_F0 : byte == 0xf4 ? UTF8_F4 : UTF8_TAIL_3;
}

/* A decoded character below U+0080, or any from an escape. */
/*@ requires string_ok(sieve) && (sieve->role == ROLE_KEEP ==> room(sieve, 6));
    assigns CHARACTER_OF(sieve);
    ensures string_ok(sieve);
    ensures string_step{Pre, Here}(sieve, \old(code) < 0x20 ? 6 : 5);
*/
static void string_character(rill_sieve *sieve, uint32_t code)
{
    if (sieve->role == ROLE_KEEP) {
        rill_text_filled(sieve);
        rill_put_escaped(sieve, code);
    } else if (sieve->role == ROLE_KEY) {
        char bytes[4];
        size_t length = rill_utf8_encode(code, bytes);
        /*@ loop invariant at <= length && string_ok(sieve);
            loop assigns at, sieve->row, sieve->matched;
            loop variant length - at;
        */
        for (size_t at = 0; at < length; at++)
            rill_key_byte(sieve, (uint8_t)bytes[at]);
    }
}

/* Half a pair is not followed by its other half. */
/*@ requires string_ok(sieve) && (sieve->role == ROLE_KEEP && sieve->high != 0 ==> room(sieve, 6));
    assigns CHARACTER_OF(sieve), sieve->high, sieve->borrowed;
    ensures string_ok(sieve);
    ensures string_step{Pre, Here}(sieve, 5);
    ensures sieve->high == 0;
*/
static void high_alone(rill_sieve *sieve)
{
    if (sieve->high == 0)
        return;
    sieve->high = 0;
    if (!sieve->borrowed)
        string_character(sieve, REPLACEMENT);
    sieve->borrowed = false;
}

/*@ requires string_ok(sieve) && (sieve->role == ROLE_KEEP ==> room(sieve, CHARACTER));
    assigns CHARACTER_OF(sieve), sieve->high, sieve->borrowed, sieve->half;
    ensures string_ok(sieve);
    ensures string_step{Pre, Here}(sieve, 11);
*/
static void string_unit(rill_sieve *sieve, uint16_t unit)
{
    bool low = (unit & 0xfc00) == 0xdc00;
    if (low && sieve->high != 0) {
        uint32_t code = 0x10000 + ((uint32_t)(sieve->high & 0x3ff) << 10) + (unit & 0x3ffu);
        sieve->high = 0;
        if (sieve->borrowed)
            sieve->half.surrogate = 0;
        sieve->borrowed = false;
        string_character(sieve, code);
        return;
    }
    high_alone(sieve);
    if ((unit & 0xfc00) == 0xd800)
        sieve->high = unit;
    else
        string_character(sieve, low ? REPLACEMENT : unit);
}

/* The word of an ENUM may be a fact. */
/*@ requires room(sieve, 1) && enum_begins(sieve) && \valid_read(sieve->row) && names_ok((rill_names *)sieve->row->child);
    assigns sieve->facts;
*/
void rill_enum_done(rill_sieve *sieve)
{
    const rill_names *names = (const rill_names *)sieve->row->child;
    uint32_t at = atomic_value(sieve) + 1, facts = names->other;
    size_t length = sieve->kept - at;
    if (length == 0)
        return;
    /*@ loop invariant i <= names->count;
        loop assigns i, facts;
        loop variant names->count - i;
    */
    for (uint32_t i = 0; i < names->count; i++) {
        const rill_name *name = &names->names[i];
        if (name->length == length && memcmp(name->name, sieve->buffer + at, length) == 0)
            facts = name->facts;
    }
    rill_set_facts(sieve, facts);
}

/*@ requires string_ok(sieve) && (sieve->role == ROLE_KEEP ==> keep_ok(sieve));
    requires sieve->role >= ROLE_KEEP ==> room(sieve, CHARACTER);
    assigns STRING_OF(sieve);
    ensures string_ended{Pre, Here}(sieve) && sieve->utf8 == UTF8_START && sieve->partial == 0;
    ensures grew{Pre, Here}(sieve, \old(sieve->role) >= ROLE_KEEP ? 6 : 0);
*/
static void string_end(rill_sieve *sieve)
{
    bool keep = sieve->role == ROLE_KEEP;
    if (sieve->utf8 != UTF8_START)
        utf8_invalid(sieve);
    if (sieve->high != 0) {
        if (keep && !sieve->borrowed && sieve->half.surrogate == 0 && may_carry(sieve))
            half_store(sieve);
        else
            high_alone(sieve);
    }
    if (keep) {
        if (sieve->atomic && in_object(sieve)) {
            if (sieve->row->kind == RILL_ENUM)
                rill_enum_done(sieve);
            rill_index_done(sieve);
        }
        rill_put(sieve, '"');
    }
    if (sieve->role == ROLE_KEY && sieve->row != NULL) {
        key_is(sieve, sieve->row->name, sieve->matched);
    } else if (sieve->role == ROLE_KEY) {
        sieve->role = ROLE_PATH;
        sieve->state = STATE_COLON;
    } else if (sieve->key) /* inside of what is passed over or kept raw */
        sieve->state = STATE_COLON;
    else
        rill_value_done(sieve);
}

/* The escapes of one letter, and what they mean. */
static const char escape_letters[] = {'"', '\\', '/', 'b', 'f', 'n', 'r', 't'};
static const char escape_meanings[] = {'"', '\\', '/', '\b', '\f', '\n', '\r', '\t'};

/*@ requires string_ok(sieve) && (sieve->role == ROLE_KEEP ==> room(sieve, CHARACTER));
    assigns CHARACTER_OF(sieve), sieve->high, sieve->borrowed, sieve->unit, sieve->hex, sieve->state;
    ensures string_ok(sieve);
    ensures string_step{Pre, Here}(sieve, 11);
    ensures \result == RILL_JSON_ESCAPE ||
            \result == RILL_MORE && (sieve->state == STATE_STRING || sieve->state == STATE_UNIT);
*/
rill_status rill_string_escape(rill_sieve *sieve, char letter)
{
    if (letter == 'u') {
        sieve->unit = 0;
        sieve->hex = 0;
        sieve->state = STATE_UNIT;
        return RILL_MORE;
    }
    uint8_t at = 0;
    /*@ loop invariant at <= sizeof(escape_letters);
        loop assigns at;
        loop variant sizeof(escape_letters) - at;
    */
    while (at < sizeof escape_letters && escape_letters[at] != letter)
        at++;
    if (at == sizeof escape_letters)
        return RILL_JSON_ESCAPE;
    sieve->state = STATE_STRING;
    high_alone(sieve);
    char meaning = escape_meanings[at];
    if (sieve->role == ROLE_KEEP && (uint8_t)meaning < 0x20) { /* the short form stays: two bytes in place of six */
        rill_text_filled(sieve);
        rill_put(sieve, '\\');
        rill_put(sieve, letter);
    } else {
        string_character(sieve, (uint8_t)meaning);
    }
    return RILL_MORE;
}

/*@ requires string_ok(sieve) && (sieve->role == ROLE_KEEP ==> room(sieve, CHARACTER)) && sieve->state == STATE_UNIT;
    assigns CHARACTER_OF(sieve), sieve->high, sieve->borrowed, sieve->half, sieve->unit, sieve->hex, sieve->state;
    ensures string_ok(sieve);
    ensures string_step{Pre, Here}(sieve, 11);
    ensures \result == RILL_JSON_ESCAPE ||
            \result == RILL_MORE && (sieve->state == STATE_STRING || sieve->state == STATE_UNIT);
*/
rill_status rill_string_unit(rill_sieve *sieve, uint8_t byte)
{
    uint8_t letter = byte | 0x20, digit;
    if (byte >= '0' && byte <= '9')
        digit = (uint8_t)(byte - '0');
    else if (letter >= 'a' && letter <= 'f')
        digit = (uint8_t)(letter - 'a' + 10);
    else
        return RILL_JSON_ESCAPE;
    sieve->unit = (uint16_t)((unsigned)sieve->unit << 4 | digit);
    if (++sieve->hex < 4)
        return RILL_MORE;
    sieve->state = STATE_STRING;
    string_unit(sieve, sieve->unit);
    return RILL_MORE;
}

#ifndef RILL_RUNS
/* A run of plain ASCII in a string, behind its first byte: the hot loop. */
/*@ requires \valid(sieve) && \separated(sieve, in) && span_ok(in) && in_room(sieve, in);
    assigns in->at, KEPT_OF(sieve);
    ensures span_ok(in) && in_room(sieve, in) && \base_addr(in->at) == \base_addr(\old(in->at)) && \old(in->at) <= in->at;
    ensures sieve->kept >= \old(sieve->kept) && (sieve->kept == \old(sieve->kept) || sieve->role >= ROLE_KEEP);
*/
void rill_string_run(rill_sieve *sieve, span *in)
{
    const char *at = in->at, *end = in->end;
    if (sieve->role >= ROLE_KEEP) {
        char *to = sieve->buffer + sieve->kept;
        if (!has_room(sieve, in, CHARACTER))
            return;
        if (in->ceiling != NULL) { /* elsewhere: the run may not exceed the room; in place the room moves along */
            size_t room = (size_t)(in->ceiling - to) - (CLOSERS + CHARACTER - 1);
            if (room < (size_t)(end - at))
                end = at + room;
        }
        at = rill_plain_copy(&to, at, end);
        sieve->kept = (uint32_t)(to - sieve->buffer);
    } else {
        at = rill_plain_end(at, end);
    }
    in->at = at;
}
#endif

/*@ requires string_ok(sieve) && utf8_ok(sieve) && sieve->state == STATE_STRING;
    requires sieve->role == ROLE_KEEP ==> keep_ok(sieve);
    requires sieve->role >= ROLE_KEEP ==> room(sieve, CHARACTER);
    assigns STRING_OF(sieve);
    ensures utf8_ok(sieve) && grew{Pre, Here}(sieve, \old(sieve->role) >= ROLE_KEEP ? 6 : 0);
    ensures \result == RILL_JSON_CONTROL || \result == RILL_MORE;
    ensures byte == '"' ==> string_ended{Pre, Here}(sieve);
    ensures byte != '"' ==> string_ok(sieve);
    ensures byte != '"' && \result == RILL_MORE ==> string_goes_on{Pre, Here}(sieve);
*/
rill_status rill_string_byte(rill_sieve *sieve, char byte)
{
    if (byte == '"') {
        string_end(sieve);
        return RILL_MORE;
    }
    if ((uint8_t)byte < 0x20)
        return RILL_JSON_CONTROL;
    if ((uint8_t)byte >= 0x80 || sieve->utf8 != UTF8_START)
        rill_string_utf8(sieve, (uint8_t)byte);
    if (byte == '\\') {
        sieve->state = STATE_ESCAPE;
        return RILL_MORE;
    }
    high_alone(sieve);
    if (sieve->role == ROLE_KEEP) {
        rill_text_filled(sieve);
        rill_put(sieve, byte);
    } else if (sieve->role == ROLE_KEY) {
        rill_key_byte(sieve, (uint8_t)byte);
    }
    return RILL_MORE;
}
