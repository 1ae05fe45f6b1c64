#include "growing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *need(void *memory, size_t size)
{
    void *larger = realloc(memory, size > 0 ? size : 1);
    if (larger == NULL) {
        fputs("rill: out of memory\n", stderr);
        exit(EXIT_FAILURE);
    }
    return larger;
}

void growing_add(growing *text, const char *bytes, size_t length)
{
    if (length == 0)
        return;
    if (text->length + length >= text->size) {
        text->size = 2 * (text->length + length) + 16;
        text->text = need(text->text, text->size);
    }
    memcpy(text->text + text->length, bytes, length);
    text->length += length;
    text->text[text->length] = '\0';
}

void growing_free(growing *text)
{
    free(text->text);
    memset(text, 0, sizeof *text);
}
