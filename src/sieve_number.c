#include "sieve_inside.h"

/*@ requires room(sieve, 1) && number_ok(sieve);
    assigns sieve->kept, sieve->matched, sieve->exponent, sieve->buffer[0 .. UINT32_MAX];
    ensures number_ok(sieve) && grew{Pre, Here}(sieve, 1);
*/
static void number_digit(rill_sieve *sieve, char digit)
{
    bool fraction = sieve->state == STATE_FRACTION || sieve->state == STATE_POINT;
    if (sieve->matched == 0 && digit == '0') {
        if (fraction && sieve->exponent > -EXPONENT_LIMIT)
            sieve->exponent--;
        return;
    }
    if (sieve->matched < RILL_DIGITS_MAX) {
        rill_put(sieve, digit);
        sieve->matched++;
        if (fraction) /* RILL_DIGITS_MAX times at most */
            sieve->exponent--;
    } else if (!fraction && sieve->exponent < EXPONENT_LIMIT) {
        sieve->exponent++;
    }
}

/* The number is an element's own index, which names it from now on. Written with a sign, an exponent or as a string it comes out
 * above the limit: then it is not known which element this is, and no half waits for it. */
/*@ requires room(sieve, 0) && \valid(sieve->buffer + sieve->mark) && sieve->mark <= sieve->kept && 2 <= sieve->path <= RILL_PATH_MAX;
    assigns sieve->step[0 .. RILL_PATH_MAX - 1], sieve->named, sieve->half;
*/
static void name_element(rill_sieve *sieve)
{
    uint8_t level = (uint8_t)(sieve->path - 1);
    uint32_t identity = 0;
    /*@ loop assigns identity, at; */
    for (uint32_t at = atomic_value(sieve); at < sieve->kept; at++)
        identity = identity < UINT8_MAX ? identity * 10 + (uint32_t)(sieve->buffer[at] - '0') : UINT8_MAX;
    if (identity > UINT8_MAX)
        identity = UINT8_MAX;
    sieve->step[level] = (uint8_t)identity;
    sieve->named |= (uint16_t)(1u << level);
    if (level < sieve->stored) { /* the half is of a text in front of this index */
        sieve->half.path[level - 1] = (uint8_t)identity;
        sieve->half.named |= (uint16_t)(1u << level);
    }
}

/* A member of this kind is; of an array's elements the row at hand is that of the array. */
/*@ requires \valid_read(sieve) && \valid_read(sieve->row) && sieve->path <= sieve->depth <= RILL_DEPTH_MAX;
    assigns \nothing;
    ensures \result ==> sieve->path >= 2;
*/
static bool is_index(const rill_sieve *sieve)
{
    return sieve->row->kind == RILL_INT32 && sieve->path > 1 && !rill_frame_is_object(sieve, sieve->path - 2);
}

/* An integer is kept, or a string in place of one. */
/*@ requires number_is_kept(sieve) && room(sieve, 0);
    requires \valid(sieve->buffer + sieve->mark);
    assigns sieve->step[0 .. RILL_PATH_MAX - 1], sieve->named, sieve->half;
*/
void rill_index_done(rill_sieve *sieve)
{
    if (is_index(sieve))
        name_element(sieve);
}

/*@ requires number_is_kept(sieve) && number_ok(sieve) && room(sieve, CHARACTER);
    assigns sieve->step[0 .. RILL_PATH_MAX - 1], sieve->named, sieve->half, KEPT_OF(sieve);
    ensures grew{Pre, Here}(sieve, CHARACTER);
*/
static void number_done(rill_sieve *sieve)
{
    int32_t exponent = sieve->exponent + sieve->written;
    if (sieve->matched == 0) {
        rill_put(sieve, '0');
    } else if (exponent != 0) {
        rill_put(sieve, 'e');
        if (exponent < 0)
            rill_put(sieve, '-');
        rill_put_decimal(sieve, (uint32_t)(exponent < 0 ? -exponent : exponent));
    }
    rill_index_done(sieve);
}

/* A number has ended in front of the byte at hand. */
/*@ requires \valid(sieve) && (sieve->role == ROLE_KEEP ==> number_is_kept(sieve) && number_ok(sieve));
    requires sieve->role >= ROLE_KEEP ==> room(sieve, CHARACTER);
    assigns sieve->step[0 .. RILL_PATH_MAX - 1], sieve->named, sieve->half, KEPT_OF(sieve),
            sieve->role, sieve->atomic, sieve->state;
    ensures grew{Pre, Here}(sieve, \old(sieve->role) >= ROLE_KEEP ? CHARACTER : 0);
    ensures sieve->role == (\old(sieve->depth == sieve->base) ? ROLE_PATH : \old(sieve->role));
    ensures sieve->atomic == 0 && sieve->state == (sieve->depth == 0 ? STATE_DONE : STATE_AFTER);
*/
void rill_number_end(rill_sieve *sieve)
{
    if (sieve->role == ROLE_KEEP)
        number_done(sieve);
    rill_value_done(sieve);
}

/*@ requires \valid(sieve) && number_ok(sieve) && '0' <= digit <= '9';
    assigns sieve->written;
    ensures number_ok(sieve);
*/
static void exponent_digit(rill_sieve *sieve, char digit)
{
    int32_t sign = (sieve->unit & 1) != 0 ? -1 : 1;
    if (sieve->written < EXPONENT_LIMIT && sieve->written > -EXPONENT_LIMIT)
        sieve->written = sieve->written * 10 + sign * (digit - '0');
}

/*@ requires \valid(sieve) && (sieve->role == ROLE_KEEP ==> room(sieve, 1));
    assigns sieve->state, sieve->matched, sieve->unit, sieve->exponent, sieve->written, KEPT_OF(sieve);
    ensures number_step{Pre, Here}(sieve, \result) && \result != RILL_OK;
*/
rill_status rill_number_begin(rill_sieve *sieve, char first)
{
    if (first != '-' && (first < '0' || first > '9'))
        return RILL_JSON_UNEXPECTED;
    sieve->matched = 0;
    sieve->exponent = 0;
    sieve->written = 0;
    sieve->state = STATE_MINUS;
    if (first != '-')
        return rill_number_byte(sieve, first);
    if (sieve->role == ROLE_KEEP)
        rill_put(sieve, first);
    return RILL_MORE;
}

/* One byte inside a number. RILL_OK says that the number ended in front of it. */
/*@ requires \valid(sieve) && number_ok(sieve) && STATE_MINUS <= sieve->state <= STATE_EXPONENT_DIGITS;
    requires sieve->role == ROLE_KEEP ==> room(sieve, 1);
    assigns sieve->state, sieve->matched, sieve->unit, sieve->exponent, sieve->written, KEPT_OF(sieve);
    ensures number_step{Pre, Here}(sieve, \result);
    ensures \old(sieve->state) == STATE_MINUS ==> \result != RILL_OK;
*/
rill_status rill_number_byte(rill_sieve *sieve, char byte)
{
    bool digit = is_digit(byte);
    switch (sieve->state) {
    case STATE_MINUS:
        if (!digit)
            return RILL_JSON_NUMBER;
        sieve->state = byte == '0' ? STATE_ZERO : STATE_INTEGER;
        break;
    case STATE_ZERO:
    case STATE_INTEGER:
        if (digit && sieve->state == STATE_ZERO)
            return RILL_JSON_NUMBER;
        if (digit)
            break;
        if (byte == '.')
            sieve->state = STATE_POINT;
        else if (byte == 'e' || byte == 'E')
            sieve->state = STATE_EXPONENT;
        else
            return RILL_OK;
        return RILL_MORE;
    case STATE_POINT:
    case STATE_FRACTION:
        if (digit) {
            if (sieve->role == ROLE_KEEP)
                number_digit(sieve, byte);
            sieve->state = STATE_FRACTION;
            return RILL_MORE;
        }
        if (sieve->state == STATE_POINT)
            return RILL_JSON_NUMBER;
        if (byte != 'e' && byte != 'E')
            return RILL_OK;
        sieve->state = STATE_EXPONENT;
        return RILL_MORE;
    case STATE_EXPONENT:
        sieve->unit = byte == '-';
        if (byte == '-' || byte == '+') {
            sieve->state = STATE_EXPONENT_SIGN;
            return RILL_MORE;
        }
        if (!digit)
            return RILL_JSON_NUMBER;
        sieve->state = STATE_EXPONENT_DIGITS;
        exponent_digit(sieve, byte);
        return RILL_MORE;
    default:
        if (!digit)
            return sieve->state == STATE_EXPONENT_SIGN ? RILL_JSON_NUMBER : RILL_OK;
        sieve->state = STATE_EXPONENT_DIGITS;
        exponent_digit(sieve, byte);
        return RILL_MORE;
    }
    if (sieve->role == ROLE_KEEP)
        number_digit(sieve, byte);
    return RILL_MORE;
}
