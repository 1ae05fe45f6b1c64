#include "sieve_inside.h"

#include <string.h>

/* A root that is an array counts as an array of roots, one a part (Gemini sends errors so). */
static const rill_array root_array = {NULL, 1, 0, RILL_NO_COUNT, RILL_OBJECT, false};

/* ---- writing kept text */

/*@ requires room(sieve, 1);
    assigns KEPT_OF(sieve);
    ensures grew{Pre, Here}(sieve, 1);
*/
void rill_put(rill_sieve *sieve, char byte)
{
    sieve->buffer[sieve->kept++] = byte;
}

/* By subtraction: a division would pull a routine of several hundred bytes into firmware without the instruction. */
/*@ requires room(sieve, 10);
    assigns KEPT_OF(sieve);
    ensures grew{Pre, Here}(sieve, 10);
*/
void rill_put_decimal(rill_sieve *sieve, uint32_t value)
{
    static const uint32_t powers[] = {1000000000, 100000000, 10000000, 1000000, 100000, 10000, 1000, 100, 10, 1};
    const uint32_t *power = powers, *one = powers + sizeof powers / sizeof powers[0] - 1;
    /*@ loop invariant 0 <= one - power <= 9 && \base_addr(power) == \base_addr(one) &&
          \valid_read(power + (0 .. one - power));
        loop assigns power;
        loop variant one - power;
    */
    while (power < one && *power > value)
        power++;
    /*@ loop invariant 0 <= one + 1 - power <= 10 && \base_addr(power) == \base_addr(one) &&
          \valid_read(power + (0 .. one - power));
        loop invariant sieve->buffer == \at(sieve->buffer, Pre);
        loop invariant room(sieve, one + 1 - power) && grew{Pre, Here}(sieve, 10 - (one + 1 - power));
        loop assigns power, value, KEPT_OF(sieve);
        loop variant one + 1 - power;
    */
    for (; power <= one; power++) {
        char digit = '0';
        /*@ loop assigns value, digit; */
        for (; value >= *power; value -= *power)
            digit++;
        rill_put(sieve, digit);
    }
}

/*@ requires room(sieve, 1) && sieve->kept > 0;
    assigns KEPT_OF(sieve);
    ensures grew{Pre, Here}(sieve, 1);
*/
void rill_put_comma(rill_sieve *sieve)
{
    char last = sieve->buffer[sieve->kept - 1];
    if (last != '{' && last != '[')
        rill_put(sieve, ',');
}

/*@ requires room(sieve, 4);
    assigns KEPT_OF(sieve);
    ensures grew{Pre, Here}(sieve, 4);
*/
void rill_put_null(rill_sieve *sieve)
{
    memcpy(sieve->buffer + sieve->kept, "null", 4);
    sieve->kept += 4;
}

/*@ requires room(sieve, 4);
    assigns KEPT_OF(sieve);
    ensures grew{Pre, Here}(sieve, 4);
*/
void rill_put_key(rill_sieve *sieve, uint8_t row)
{
    rill_put(sieve, '"');
    rill_put(sieve, (char)('0' + row));
    rill_put(sieve, '"');
    rill_put(sieve, ':');
}

/*@ requires \valid(bytes + (0 .. 3));
    assigns bytes[0 .. 3];
    ensures 1 <= \result <= 4;
*/
size_t rill_utf8_encode(uint32_t code, char bytes[4])
{
    size_t tails = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static const uint8_t lead[] = {0, 0xc0, 0xe0, 0xf0};
    /*@ loop invariant at <= tails;
        loop assigns at, code, bytes[1 .. 3];
        loop variant at;
    */
    for (size_t at = tails; at > 0; at--, code >>= 6)
        bytes[at] = (char)(0x80 | (code & 0x3f));
    bytes[0] = (char)(lead[tails] | code);
    return tails + 1;
}

/*@ requires room(sieve, 4);
    assigns KEPT_OF(sieve);
    ensures grew{Pre, Here}(sieve, 4);
*/
void rill_put_character(rill_sieve *sieve, uint32_t code)
{
    sieve->kept += (uint32_t)rill_utf8_encode(code, sieve->buffer + sieve->kept);
}

/* A character in a kept string: escaped when JSON wants it so. */
/*@ requires room(sieve, 6);
    assigns KEPT_OF(sieve);
    ensures grew{Pre, Here}(sieve, \old(code) < 0x20 ? 6 : 5);
*/
void rill_put_escaped(rill_sieve *sieve, uint32_t code)
{
    static const char hex[] = "0123456789abcdef";
    if (code < 0x20) {
        rill_put(sieve, '\\');
        rill_put(sieve, 'u');
        rill_put(sieve, '0');
        rill_put(sieve, '0');
        rill_put(sieve, hex[code / 16]);
        rill_put(sieve, hex[code & 15]);
        return;
    }
    if (code == '"' || code == '\\')
        rill_put(sieve, '\\');
    rill_put_character(sieve, code);
}

/* A byte of a text that is not JSON's own: those of a character above U+007F stay as they are. */
/*@ requires room(sieve, 6);
    assigns KEPT_OF(sieve);
    ensures grew{Pre, Here}(sieve, 6);
*/
void rill_put_byte(rill_sieve *sieve, char byte)
{
    if ((uint8_t)byte < 0x80)
        rill_put_escaped(sieve, (uint8_t)byte);
    else
        rill_put(sieve, byte);
}

/* ---- rules and facts */

/* Of a row without one: a rule that does nothing. */
/*@ requires \valid_read(sieve) && rule_ok(sieve, row);
    assigns \nothing;
    ensures \valid_read(\result);
*/
const rill_rule *rill_rule_of(const rill_sieve *sieve, const rill_row *row)
{
    static const rill_rule none = {0, 0, 0, 0};
    return row->rule != 0 && sieve->root->rules != NULL ? &sieve->root->rules[row->rule] : &none;
}

/*@ requires \valid(sieve);
    assigns sieve->facts;
*/
void rill_set_facts(rill_sieve *sieve, uint32_t facts)
{
    sieve->facts |= facts & ~sieve->never;
}

/* The first character of a text. */
/*@ requires \valid(sieve) && rule_ok(sieve, sieve->row);
    assigns sieve->facts;
*/
void rill_text_filled(rill_sieve *sieve)
{
    rill_set_facts(sieve, rill_rule_of(sieve, sieve->row)->fills);
}

/* ---- frames: the open brackets that are kept */

/*@ requires \valid_read(frame) && (frame->row != \null ==> \valid_read(frame->row));
    assigns \nothing;
    ensures frame->row == \null ? \result == &root_array : \result == (rill_array *)frame->row->child;
*/
const rill_array *rill_array_of_frame(const rill_frame *frame)
{
    return frame->row == NULL ? &root_array : (const rill_array *)frame->row->child;
}

/* Whether the bracket of a frame is a {: frames are the outermost brackets of the bit stack. */
/*@ requires \valid_read(sieve) && 0 <= frame < sieve->depth <= RILL_DEPTH_MAX;
    assigns \nothing;
    ensures \result == 0 || \result == 1;
    ensures is_object(sieve, frame, \result);
*/
bool rill_frame_is_object(const rill_sieve *sieve, int frame)
{
    uint32_t up = (uint32_t)(sieve->depth - 1 - frame);
    return (sieve->brackets[up / 32] >> up % 32 & 1) != 0;
}

/*@ requires \valid_read(sieve) && tables_ok(sieve) && frames_ok(sieve) && 0 < sieve->path == sieve->depth;
    requires object_at(sieve->brackets[0], sieve->brackets[1], 0) ==> is_row(sieve->row);
    assigns \nothing;
*/
uint8_t rill_kind_at_hand(const rill_sieve *sieve)
{
    if (in_object(sieve))
        return sieve->row->kind;
    return rill_array_of_frame(&sieve->frames[sieve->path - 1])->kind;
}

/* The schema of the innermost kept object, after a bracket was opened or closed. */
/*@ requires \valid(sieve) && tables_ok(sieve) && frames_ok(sieve) && (sieve->path > 0 ==> is_schema(sieve->root));
    assigns sieve->schema;
    ensures in_schema(sieve);
*/
static void find_schema(rill_sieve *sieve)
{
    uint8_t top = sieve->path;
    if (top == 0 || !rill_frame_is_object(sieve, top - 1))
        return;
    const rill_row *row = sieve->frames[top - 1].row;
    if (row == NULL)
        sieve->schema = sieve->root;
    else if (row->kind == RILL_ARRAY)
        sieve->schema = ((const rill_array *)row->child)->element;
    else
        sieve->schema = (const rill_schema *)row->child;
}

/*@ requires \valid(sieve) && sieve->depth < RILL_DEPTH_MAX;
    assigns sieve->brackets[0 .. 1], sieve->depth, sieve->state;
    ensures sieve->depth == \old(sieve->depth) + 1 && pushed{Pre, Here}(sieve, object);
    ensures sieve->state == (object ? STATE_OBJECT_FIRST : STATE_ARRAY_FIRST);
*/
static void push_bracket(rill_sieve *sieve, bool object)
{
    sieve->brackets[1] = sieve->brackets[1] << 1 | sieve->brackets[0] >> 31;
    sieve->brackets[0] = sieve->brackets[0] << 1 | (object ? 1u : 0u);
    sieve->depth++;
    sieve->state = object ? STATE_OBJECT_FIRST : STATE_ARRAY_FIRST;
}

/*@ requires \valid(sieve) && sieve->depth <= sieve->depth_limit <= RILL_DEPTH_MAX;
    assigns sieve->brackets[0 .. 1], sieve->depth, sieve->state;
    ensures \result == RILL_MORE && sieve->depth == \old(sieve->depth) + 1 <= sieve->depth_limit ||
            \result == RILL_LIMIT_DEPTH && sieve->depth == \old(sieve->depth);
    ensures \result == RILL_MORE ==> sieve->state == (object ? STATE_OBJECT_FIRST : STATE_ARRAY_FIRST) &&
            pushed{Pre, Here}(sieve, object);
    ensures \result != RILL_MORE ==> sieve->state == \old(sieve->state) && same_brackets{Pre, Here}(sieve);
*/
rill_status rill_push_bracket(rill_sieve *sieve, bool object)
{
    if (sieve->depth == sieve->depth_limit)
        return RILL_LIMIT_DEPTH;
    push_bracket(sieve, object);
    return RILL_MORE;
}

/* Opens a kept bracket, of which RILL_PATH_MAX may be open; its key or comma is written already. `step` says how it is reached,
 * for half a pair. */
void rill_open_frame(rill_sieve *sieve, const rill_row *row, bool object, uint8_t step)
{
    push_bracket(sieve, object);
    rill_put(sieve, object ? '{' : '[');
    sieve->step[sieve->path] = step;
    sieve->frames[sieve->path].row = row;
    sieve->frames[sieve->path].progress = 0;
    sieve->gaps &= (uint16_t)~(1u << sieve->path);
    sieve->named &= (uint16_t)~(1u << sieve->path);
    sieve->path++;
    if (object) {
        find_schema(sieve);
        sieve->facts &= ~sieve->schema->forgets;
    }
}

/* A value of any role has ended. */
/*@ requires \valid(sieve) && (sieve->role == ROLE_RAW ==> room(sieve, 1));
    assigns sieve->role, sieve->atomic, sieve->state, KEPT_OF(sieve);
    ensures \old(sieve->role) == ROLE_RAW && sieve->role != ROLE_RAW || sieve->kept == \old(sieve->kept);
    ensures grew{Pre, Here}(sieve, 1);
    ensures sieve->role == (\old(sieve->depth == sieve->base) ? ROLE_PATH : \old(sieve->role));
    ensures sieve->atomic == 0 && sieve->state == (sieve->depth == 0 ? STATE_DONE : STATE_AFTER);
*/
void rill_value_done(rill_sieve *sieve)
{
    if (sieve->role != ROLE_PATH && sieve->depth == sieve->base) {
        if (sieve->role == ROLE_RAW)
            rill_put(sieve, '"');
        sieve->role = ROLE_PATH;
    }
    sieve->atomic = false;
    sieve->state = sieve->depth == 0 ? STATE_DONE : STATE_AFTER;
}

void rill_close_bracket(rill_sieve *sieve)
{
    if (sieve->role == ROLE_PATH) {
        rill_put(sieve, in_object(sieve) ? '}' : ']');
        sieve->path--;
        if (sieve->stored > sieve->path)
            sieve->stored = sieve->path;
        one_more_member(sieve);
    }
    sieve->brackets[0] = sieve->brackets[0] >> 1 | sieve->brackets[1] << 31;
    sieve->brackets[1] >>= 1;
    sieve->depth--;
    if (sieve->role == ROLE_PATH)
        find_schema(sieve);
    rill_value_done(sieve);
}
