/* A text that grows on the heap. */
#ifndef GROWING_H
#define GROWING_H

#include <stddef.h>

#include "rill/schema.h"

typedef struct growing {
    char *text; /* text[length] is a NUL; NULL: empty */
    size_t length, size;
} growing;

void growing_add(growing *text, rill_text piece);
void growing_free(growing *text);

#endif
