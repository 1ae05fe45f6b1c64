#include "fill_inside.h"

enum { EXPONENT_LIMIT = 99999999 };

/* Appends a digit; false when the value would exceed `most`. */
static bool append_digit(uint64_t *value, uint32_t digit, uint64_t most)
{
    if (*value > (uint64_t)INT64_MAX / 10)
        return false;
    uint64_t more = (*value << 3) + (*value << 1) + digit;
    if (more > most)
        return false;
    *value = more;
    return true;
}

static const char *skip_digits(const char *text, const char *end)
{
    while (text < end && (uint8_t)(*text - '0') <= 9)
        text++;
    return text;
}

/* Reads `e`, an optional minus and digits, up to the end. */
static bool read_exponent(const char *text, const char *end, int32_t *exponent)
{
    bool negative = text + 1 < end && text[1] == '-';
    const char *at = text + (negative ? 2 : 1);
    int32_t value = 0;
    if (*text != 'e' || at >= end || skip_digits(at, end) != end)
        return false;
    for (; at < end; at++)
        if (value < EXPONENT_LIMIT) /* more changes nothing: the value is 0, or out of range */
            value = value * 10 + (*at - '0');
    *exponent = negative ? -value : value;
    return true;
}

/* Reads a number in the sieve's form: sign, digits, exponent; a string may hold anything. Of an integer the exponent is used
 * up: false when its integer part does not fit. Of a real the digits that do not fit go into the exponent. */
static bool read_number(const char *text, const char *end, bool integer, rill_real *value)
{
    bool negative = text < end && *text == '-';
    const char *first = negative ? text + 1 : text, *behind = skip_digits(first, end);
    uint64_t magnitude = 0, most = (uint64_t)INT64_MAX + (integer && negative ? 1 : 0);
    int32_t exponent = 0, digits = (int32_t)(behind - first);
    if (digits == 0 || (behind < end && !read_exponent(behind, end, &exponent)))
        return false;
    if (integer && exponent < 0) { /* a fraction is dropped */
        digits = digits + exponent > 0 ? digits + exponent : 0;
        exponent = 0;
    }
    while (digits > 0 && append_digit(&magnitude, (uint32_t)(*first - '0'), most))
        first++, digits--;
    exponent += digits;
    while (integer && exponent > 0 && magnitude != 0 && digits == 0 && append_digit(&magnitude, 0, most))
        exponent--;
    value->mantissa = negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
    value->exponent = exponent;
    return !integer || exponent == 0 || (magnitude == 0 && digits == 0);
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
