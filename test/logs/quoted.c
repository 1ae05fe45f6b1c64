#include "quoted.h"

#include <stdbool.h>
#include <string.h>

enum { NONE = 0, BEGUN = -1 };

/* The length of the well-formed multi-byte character that these bytes are (Unicode, table 3-7), BEGUN, or NONE. */
static int utf8(const uint8_t *bytes, size_t count)
{
    static const struct {
        uint8_t first_low, first_high, second_low, second_high, length;
    } rows[] = {
        {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3}, {0xE1, 0xEC, 0x80, 0xBF, 3},
        {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3}, {0xF0, 0xF0, 0x90, 0xBF, 4},
        {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (bytes[0] < rows[i].first_low || bytes[0] > rows[i].first_high)
            continue;
        if (count > 1 && (bytes[1] < rows[i].second_low || bytes[1] > rows[i].second_high))
            return NONE;
        for (size_t k = 2; k < count; k++)
            if (bytes[k] < 0x80 || bytes[k] > 0xBF)
                return NONE;
        return count == rows[i].length ? rows[i].length : BEGUN;
    }
    return NONE;
}

/* Writes the first byte that is held, which begins no character, and drops it. */
static void write_byte(quoted *text)
{
    static const char escaped[] = "\r\n\t\\\"", letters[] = "rnt\\\"", digits[] = "0123456789ABCDEF";
    uint8_t byte = text->held[0];
    const char *escape = memchr(escaped, byte, sizeof escaped - 1);
    if (escape != NULL) {
        sink_char(text->out, '\\');
        sink_char(text->out, letters[escape - escaped]);
    } else if (byte >= 0x20 && byte < 0x7F) {
        sink_char(text->out, (char)byte);
    } else {
        sink_text(text->out, "\\x");
        sink_char(text->out, digits[byte >> 4]);
        sink_char(text->out, digits[byte & 15]);
    }
    text->count--;
    memmove(text->held, text->held + 1, text->count);
}

/* Writes what is held, but for the beginning of a character. */
static void settle(quoted *text)
{
    while (text->count > 0) {
        int length = utf8(text->held, text->count);
        if (length == BEGUN)
            return;
        if (length == NONE) {
            write_byte(text);
            continue;
        }
        sink_bytes(text->out, (const char *)text->held, (size_t)length);
        text->count = 0;
    }
}

/* How many bytes from the first are written as they are. */
static size_t plain(const char *bytes, size_t length)
{
    size_t i = 0;
    while (i < length && bytes[i] >= 0x20 && bytes[i] < 0x7F && bytes[i] != '"' && bytes[i] != '\\')
        i++;
    return i;
}

void quoted_bytes(quoted *text, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (text->count == 0) {
            size_t run = plain(bytes + i, length - i);
            sink_bytes(text->out, bytes + i, run);
            i += run;
            if (i == length)
                return;
        }
        text->held[text->count++] = (uint8_t)bytes[i];
        settle(text);
    }
}

void quoted_end(quoted *text)
{
    while (text->count > 0) {
        write_byte(text);
        settle(text);
    }
}

void quoted_text(sink out, const char *bytes, size_t length)
{
    quoted text = {.out = out};
    quoted_bytes(&text, bytes, length);
    quoted_end(&text);
}

void quoted_word(sink out, const char *word, const char *bytes, size_t length)
{
    sink_text(out, word);
    sink_text(out, " \"");
    quoted_text(out, bytes, length);
    sink_char(out, '"');
}
