/* quoted: bytes in a form that can be read: \r \n \t \\ \" \xHH, other printable ASCII and well-formed UTF-8 as they are.
 * They may come in pieces; a character is seen across them. Used by logs of tests, on the host and in firmware. */
#ifndef LOGS_QUOTED_H
#define LOGS_QUOTED_H

#include <stddef.h>
#include <stdint.h>

#include "sink.h"

typedef struct quoted {
    sink out;
    uint8_t held[4]; /* the beginning of a character */
    uint8_t count;
} quoted;

void quoted_bytes(quoted *text, const char *bytes, size_t length);
/* No more bytes belong to this text: what is held of a character is written as it came. */
void quoted_end(quoted *text);

/* A whole text: its bytes alone; behind a word, a blank and between quotes. */
void quoted_text(sink out, const char *bytes, size_t length);
void quoted_word(sink out, const char *word, const char *bytes, size_t length);

#endif
