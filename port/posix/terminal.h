/* Text of a server's on its way to a person: what could move a terminal's cursor, rename its window or change its colours does not
 * reach a terminal. To a file the text goes as it is. */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

typedef struct terminal {
    FILE *out;
    bool filters;          /* out is a terminal */
    unsigned char held[4]; /* a character that has begun; its other bytes may come with the next text */
    unsigned char length;  /* of it so far */
} terminal;

terminal terminal_on(FILE *out);
/* Whole characters, line ends and tabs go through; CR is left out; each control character (C0, DEL, C1) and each byte that is no
 * UTF-8 becomes '?'. */
void terminal_write(terminal *to, const char *text, size_t length);
/* A character that has begun ends here. */
void terminal_end(terminal *to);

#endif
