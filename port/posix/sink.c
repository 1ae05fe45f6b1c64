#include "sink.h"

#include <string.h>

void sink_bytes(sink to, const char *bytes, size_t length)
{
    if (length > 0)
        to.write(to.context, bytes, length);
}

void sink_text(sink to, const char *text)
{
    sink_bytes(to, text, strlen(text));
}

void sink_char(sink to, char character)
{
    to.write(to.context, &character, 1);
}

void sink_unsigned(sink to, uint64_t value)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    sink_bytes(to, digits + at, sizeof digits - at);
}

void sink_integer(sink to, int64_t value)
{
    if (value < 0)
        sink_char(to, '-');
    sink_unsigned(to, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}
