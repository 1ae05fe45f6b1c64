/* Growing texts; see growing.h. */
#include "growing.h"

#include <stdlib.h>
#include <string.h>

#include "commands.h"

void growing_add(growing *text, rill_text piece)
{
    if (piece.length == 0)
        return;
    if (text->length + piece.length >= text->size) {
        text->size = 2 * (text->length + piece.length) + 16;
        text->text = need(text->text, text->size);
    }
    memcpy(text->text + text->length, piece.data, piece.length);
    text->length += piece.length;
    text->text[text->length] = '\0';
}

void growing_free(growing *text)
{
    free(text->text);
    memset(text, 0, sizeof *text);
}
