#include "fill_inside.h"

enum { EXPONENT_LIMIT = 99999999 };

/* Appends a digit; false when the value would reach 2^63, or exceed it if `lowest`. */
static bool append_digit(uint64_t *value, uint32_t digit, bool lowest)
{
    uint64_t more = *value * 10 + digit;
    if (*value >> 60 != 0) /* too large, and what is smaller cannot wrap */
        return false;
    if (more >> 63 != 0 && (!lowest || more << 1 != 0))
        return false;
    *value = more;
    return true;
}

/* The value of a digit, above 9 when it is none. */
static uint32_t digit_at(const char *at)
{
    return (uint8_t)(*at - '0');
}

/* Reads `e`, an optional minus and digits, up to the end. */
static bool read_exponent(const char *text, const char *end, int32_t *exponent)
{
    bool negative = text + 1 < end && text[1] == '-';
    const char *at = text + (negative ? 2 : 1);
    int32_t value = 0;
    if (*text != 'e' || at >= end)
        return false;
    for (; at < end; at++) {
        if (digit_at(at) > 9)
            return false;
        if (value < EXPONENT_LIMIT) /* more changes nothing: the value is 0, or out of range */
            value = value * 10 + (int32_t)digit_at(at);
    }
    *exponent = negative ? -value : value;
    return true;
}

/* Reads a number in the sieve's form: sign, digits, exponent; a string may hold anything. Of an integer the exponent is used
 * up: false when its integer part does not fit. Of a real the digits that do not fit go into the exponent. */
static bool read_number(const char *text, const char *end, bool integer, rill_real *value)
{
    bool negative = text < end && *text == '-';
    const char *first = negative ? text + 1 : text, *behind = first;
    uint64_t magnitude = 0;
    int32_t exponent = 0, digits;
    while (behind < end && digit_at(behind) <= 9)
        behind++;
    digits = (int32_t)(behind - first);
    if (digits == 0 || (behind < end && !read_exponent(behind, end, &exponent)))
        return false;
    if (integer && exponent < 0) { /* a fraction is dropped */
        digits = digits + exponent > 0 ? digits + exponent : 0;
        exponent = 0;
    }
    while (digits > 0 || (integer && exponent > 0 && magnitude != 0)) {
        if (!append_digit(&magnitude, digits > 0 ? (uint32_t)(*first - '0') : 0, integer && negative))
            break;
        if (digits > 0)
            first++, digits--;
        else
            exponent--;
    }
    value->mantissa = negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
    value->exponent = exponent + digits;
    return !integer || (digits == 0 && (exponent == 0 || magnitude == 0));
}

bool rill_store_number(char *place, const char *text, const char *end, uint8_t kind)
{
    rill_real value;
    if (!read_number(text, end, kind != RILL_REAL, &value))
        return false;
    if (kind == RILL_REAL)
        *(rill_real *)(void *)place = value;
    else if (kind == RILL_INT64)
        *(int64_t *)(void *)place = value.mantissa;
    else if (value.mantissa < INT32_MIN || value.mantissa > INT32_MAX)
        return false;
    else
        *(int32_t *)(void *)place = (int32_t)value.mantissa;
    return true;
}
