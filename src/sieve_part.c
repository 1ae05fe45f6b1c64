#include "sieve_inside.h"

#include <string.h>

/* ---- the cut */

/* A text or raw value is open: it ends with this part and goes on in the next. */
static bool text_is_open(const rill_sieve *sieve)
{
    return sieve->role == ROLE_RAW || (sieve->role == ROLE_KEEP && !sieve->atomic);
}

/* The row of the root's member that the path, or the value at hand, belongs to; NULL when it is the root itself. */
/*@ requires \valid_read(sieve) && frames_ok(sieve);
    assigns \nothing;
    ensures \result == \null || \result == sieve->row || is_row(\result);
*/
static const rill_row *root_member(const rill_sieve *sieve)
{
    if (sieve->path == 0)
        return NULL;
    uint8_t root = rill_frame_is_object(sieve, 0) ? 0 : 1;
    if (root + 1 < sieve->path)
        return sieve->frames[root + 1].row;
    return root + 1 == sieve->path && (sieve->atomic || text_is_open(sieve)) ? sieve->row : NULL;
}

/* A string is too long even alone: it is cut like a text. Where a number is wanted it has too many digits: it is dropped,
 * and in an array leaves a null in its place. */
/*@ requires \valid(sieve) && keep_ok(sieve) && path_ok(sieve) && sieve->atomic != 0 && room(sieve, CLOSERS + 5);
    assigns sieve->atomic, sieve->flags, sieve->role, KEPT_OF(sieve);
    ensures path_ok(sieve) && sieve->atomic == 0;
*/
static void exceeds(rill_sieve *sieve)
{
    uint8_t kind = rill_kind_at_hand(sieve);
    sieve->atomic = false;
    if (kind != RILL_INT64 && kind != RILL_INT32) {
        sieve->flags |= RILL_PART_CUT;
        return;
    }
    sieve->kept = sieve->mark;
    sieve->role = ROLE_SKIP;
    if (in_object(sieve))
        return;
    rill_put_comma(sieve);
    rill_put_null(sieve);
}

void rill_sieve_cut(rill_sieve *sieve)
{
    if (sieve->atomic && sieve->members < 2 && sieve->state >= STATE_STRING && sieve->state <= STATE_UNIT)
        exceeds(sieve);
    bool text = text_is_open(sieve);
    uint32_t cut = sieve->atomic ? sieve->mark : text ? sieve->kept - sieve->partial : sieve->kept;
    uint32_t closers = sieve->path + (text ? 1u : 0u);
    char *at = sieve->buffer + cut;
    memmove(at + closers + 1, at, sieve->kept - cut);
    if (text)
        *at++ = '"';
    /*@ loop invariant i <= sieve->path && \base_addr(at) == \base_addr(sieve->buffer);
        loop invariant at - sieve->buffer == cut + closers - i;
        loop assigns i, at, sieve->buffer[0 .. UINT32_MAX];
        loop variant i;
    */
    for (uint8_t i = sieve->path; i > 0; i--)
        *at++ = rill_frame_is_object(sieve, i - 1) ? '}' : ']';
    *at = '\0';
    sieve->cut = cut;
    sieve->length = cut + closers;
}

/* Opens the array of a frame again: it says how many elements were before. */
/*@ requires room(sieve, 10) && frame < RILL_PATH_MAX;
    assigns sieve->frames[frame].progress, sieve->gaps, sieve->tokens, KEPT_OF(sieve);
    ensures grew{Pre, Here}(sieve, 10);
*/
static void reopen_array(rill_sieve *sieve, uint8_t frame, bool in_element)
{
    uint32_t position = sieve->frames[frame].progress & POSITION_MASK;
    sieve->frames[frame].progress = position | (in_element ? 1u << 24 : 0);
    sieve->gaps &= (uint16_t)~(1u << frame);
    rill_put_decimal(sieve, in_element ? position - 1 : position);
    sieve->tokens++;
}

/* Opens the brackets of the path, and the text at hand, again. */
static void put_path(rill_sieve *sieve, bool text, bool value)
{
    bool member = false;
    for (uint8_t i = 0; i < sieve->path; i++) {
        if (i > 0 && !member)
            rill_put(sieve, ',');
        if (member) {
            rill_put_key(sieve, sieve->step[i]);
            sieve->tokens++;
        }
        member = rill_frame_is_object(sieve, i);
        rill_put(sieve, member ? '{' : '[');
        sieve->tokens++;
        if (!member)
            reopen_array(sieve, i, i + 1 < sieve->path || value);
    }
    if (!value)
        return;
    sieve->tokens = (uint16_t)(sieve->tokens + (member ? 2 : 1));
    if (!member)
        rill_put(sieve, ',');
    if (text && member)
        rill_put_key(sieve, (uint8_t)(sieve->row - sieve->schema->rows));
    if (text)
        rill_put(sieve, '"');
}

void rill_sieve_reopen(rill_sieve *sieve)
{
    char *buffer = sieve->buffer, path[PATH_SIZE];
    const char *tail = buffer + sieve->length + 1;
    uint32_t left = sieve->kept - sieve->cut;
    bool text = text_is_open(sieve), value = text || sieve->atomic;
    if (left > 0 && sieve->atomic && *tail == ',')
        tail++, left--;
    sieve->buffer = path; /* aside: the path may grow over the tail */
    sieve->kept = 0;
    sieve->tokens = 0;
    put_path(sieve, text, value);
    sieve->buffer = buffer;
    memmove(buffer + sieve->kept, tail, left);
    memcpy(buffer, path, sieve->kept);
    sieve->mark = sieve->kept;
    sieve->kept += left;
    sieve->reopened = sieve->path;
    sieve->members = value ? 1 : 0;
    sieve->flags &= RILL_TEXT_UTF8;
    if (text && sieve->role == ROLE_KEEP && rill_kind_at_hand(sieve) != RILL_TEXT)
        sieve->flags |= RILL_PART_CUT;
    const rill_row *row = root_member(sieve);
    sieve->sides = row != NULL ? side_of(row) : 0;
    if (value)
        sieve->sides |= side_of(sieve->row) & RILL_SIDE_ERROR;
}

/* The index of an element, as its schema wants it. */
static void put_index(rill_sieve *sieve, uint8_t identity)
{
    const rill_row *rows = sieve->schema->rows;
    uint8_t row = 0;
    while (row < sieve->schema->count && rows[row].kind != RILL_INT32)
        row++;
    rill_put_key(sieve, row);
    rill_put_decimal(sieve, identity);
    rill_put(sieve, ',');
}

/* The next member of its path. */
static const rill_row *put_half_member(rill_sieve *sieve, uint8_t index)
{
    const rill_row *row = &sieve->schema->rows[index];
    if (sieve->path == 1)
        sieve->sides = side_of(row);
    rill_set_facts(sieve, rill_rule_of(sieve, row)->sets);
    rill_put_key(sieve, index);
    return row;
}

bool rill_sieve_take_half(rill_sieve *sieve)
{
    const rill_half half = sieve->half;
    if (half.surrogate == 0)
        return false;
    uint8_t last = (uint8_t)(half.depth - 1); /* the row of the text; in front of it those of brackets */
    rill_sieve_open(sieve);
    sieve->half.surrogate = 0;
    sieve->tokens = 1;
    rill_open_frame(sieve, NULL, true, 0);
    for (uint8_t i = 0; i < last; i++) {
        const rill_row *row = put_half_member(sieve, half.path[i]);
        rill_open_frame(sieve, row, row->kind == RILL_OBJECT, half.path[i]);
        if (row->kind == RILL_ARRAY) {
            bool named = (half.named >> (i + 2) & 1) != 0; /* path[i + 1] is the step to frame i + 2 */
            if (!named)
                rill_put_decimal(sieve, half.path[i + 1]);
            if (!named)
                rill_put(sieve, ',');
            rill_open_frame(sieve, row, true, half.path[++i]);
            if (named)
                put_index(sieve, half.path[i]);
        }
    }
    (void)put_half_member(sieve, half.path[last]);
    rill_put(sieve, '"');
    rill_put_character(sieve, REPLACEMENT);
    rill_put(sieve, '"');
    while (sieve->depth > 0)
        rill_close_bracket(sieve);
    rill_sieve_end(sieve);
    return true;
}
