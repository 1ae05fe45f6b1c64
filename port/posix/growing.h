/* A text that grows on the heap, and the heap itself. */
#ifndef GROWING_H
#define GROWING_H

#include <stddef.h>

typedef struct growing {
    char *text; /* text[length] is a NUL; NULL: empty */
    size_t length, size;
} growing;

void growing_add(growing *text, const char *bytes, size_t length);
void growing_free(growing *text);

/* Memory as of realloc(), or the end of the program with a message. */
void *need(void *memory, size_t size);

#endif
