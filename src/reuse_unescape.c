#include <string.h>

#include "reuse_inside.h"
#include "sieve_inside.h"

/* Four hex digits, any case. */
static uint32_t read_unit(const char *digits)
{
    uint32_t unit = 0;
    for (int i = 0; i < 4; i++) {
        uint32_t digit = (uint8_t)digits[i];
        unit = unit << 4 | (digit <= '9' ? digit - '0' : (digit & 0x0f) + 9);
    }
    return unit;
}

/* The character of a \uXXXX whose digits begin at *from, which moves to its last byte. */
static uint32_t read_character(const char **from, const char *end)
{
    uint32_t unit = read_unit(*from);
    const char *next = *from + 4;
    *from += 3;
    if ((unit & 0xf800) != 0xd800)
        return unit;
    if ((unit & 0x400) != 0 || end - next < 6 || next[0] != '\\' || next[1] != 'u')
        return REPLACEMENT;
    uint32_t low = read_unit(next + 2);
    if ((low & 0xfc00) != 0xdc00)
        return REPLACEMENT;
    *from += 6;
    return 0x10000 + ((unit & 0x3ff) << 10) + (low & 0x3ff);
}

size_t rill_unescape(char *to, const char *from, size_t length)
{
    static const char letters[] = "bfnrt", meanings[] = "\b\f\n\r\t";
    const char *end = from + length;
    char *at = to;
    for (; from < end; from++) {
        if (*from != '\\') {
            *at++ = *from;
            continue;
        }
        from++;
        const char *letter = memchr(letters, *from, sizeof letters - 1);
        if (letter != NULL) {
            *at++ = meanings[letter - letters];
        } else if (*from == 'u') {
            from++;
            at += rill_utf8_encode(read_character(&from, end), at);
        } else {
            *at++ = *from;
        }
    }
    return (size_t)(at - to);
}
