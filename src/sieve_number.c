#include "sieve_inside.h"

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

/* The number is an element's own index, which names it from now on. */
static void name_element(rill_sieve *sieve)
{
    uint8_t level = (uint8_t)(sieve->path - 1);
    uint32_t identity = 0;
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
static bool is_index(const rill_sieve *sieve)
{
    return sieve->row->kind == RILL_INT32 && sieve->path > 1 && !rill_frame_is_object(sieve, sieve->path - 2);
}

/* An integer is kept. */
void rill_index_done(rill_sieve *sieve)
{
    if (is_index(sieve))
        name_element(sieve);
}

static void number_done(rill_sieve *sieve)
{
    if (sieve->matched == 0)
        rill_put(sieve, '0');
    rill_index_done(sieve);
    int32_t exponent = sieve->exponent + sieve->written;
    if (exponent == 0 || sieve->matched == 0)
        return;
    rill_put(sieve, 'e');
    if (exponent < 0)
        rill_put(sieve, '-');
    rill_put_decimal(sieve, (uint32_t)(exponent < 0 ? -exponent : exponent));
}

/* A number has ended in front of the byte at hand. */
void rill_number_end(rill_sieve *sieve)
{
    if (sieve->role == ROLE_KEEP)
        number_done(sieve);
    rill_value_done(sieve);
}

static void exponent_digit(rill_sieve *sieve, char digit)
{
    int32_t sign = (sieve->unit & 1) != 0 ? -1 : 1;
    if (sieve->written < EXPONENT_LIMIT && sieve->written > -EXPONENT_LIMIT)
        sieve->written = sieve->written * 10 + sign * (digit - '0');
}

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
