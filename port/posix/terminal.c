/* See terminal.h. */
#include "terminal.h"

#include <unistd.h>

terminal terminal_on(FILE *out)
{
    return (terminal){.out = out, .filters = isatty(fileno(out)) != 0};
}

/* Bytes of the character that begins so; 0: none does (RFC 3629 4). */
static unsigned size_of(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first < 0xc2 || first > 0xf4)
        return 0;
    return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* RFC 3629 4: the second byte of some is from a narrower range. */
static bool goes_on(const terminal *to, unsigned char byte)
{
    unsigned char first = to->held[0];
    if (byte < 0x80 || byte > 0xbf)
        return false;
    if (to->length > 1)
        return true;
    return (first != 0xe0 || byte >= 0xa0) && (first != 0xed || byte < 0xa0) && (first != 0xf0 || byte >= 0x90) &&
           (first != 0xf4 || byte < 0x90);
}

static void write_character(terminal *to)
{
    bool c1 = to->held[0] == 0xc2 && to->held[1] < 0xa0;
    if (c1)
        putc('?', to->out);
    else
        fwrite(to->held, 1, to->length, to->out);
    to->length = 0;
}

static void write_ascii(FILE *out, unsigned char byte)
{
    bool control = (byte < ' ' && byte != '\n' && byte != '\t') || byte == 0x7f;
    if (byte != '\r')
        putc(control ? '?' : byte, out);
}

static void take(terminal *to, unsigned char byte)
{
    if (to->length > 0 && !goes_on(to, byte))
        terminal_end(to);
    unsigned size = size_of(to->length > 0 ? to->held[0] : byte);
    if (size == 0) {
        putc('?', to->out);
    } else if (size == 1) {
        write_ascii(to->out, byte);
    } else {
        to->held[to->length++] = byte;
        if (to->length == size)
            write_character(to);
    }
}

void terminal_write(terminal *to, const char *text, size_t length)
{
    if (length > 0 && !to->filters)
        fwrite(text, 1, length, to->out);
    for (size_t i = 0; i < length && to->filters; i++)
        take(to, (unsigned char)text[i]);
}

void terminal_end(terminal *to)
{
    if (to->length > 0)
        putc('?', to->out);
    to->length = 0;
}
