/* growing.h without a heap: all texts lie in one block, one behind the other, and move when one in front grows. */
#include "growing.h"

#include "memory.h"

#include <string.h>

enum { TEXTS = 8 };

static char block[GROWING_BYTES];
static growing *texts[TEXTS]; /* as they lie in the block */
static size_t count, used;
static bool full;

bool growing_was_full(void)
{
    bool was = full;
    full = false;
    return was;
}

/* Makes or takes away room behind text `which`. */
static void resize(size_t which, size_t size)
{
    char *behind = texts[which]->text + texts[which]->size;
    char *end = block + used;
    memmove(texts[which]->text + size, behind, (size_t)(end - behind));
    used = used - texts[which]->size + size;
    for (size_t i = which + 1; i < count; i++)
        texts[i]->text = texts[i]->text - texts[which]->size + size;
    texts[which]->size = size;
}

static size_t find(const growing *text)
{
    size_t which = 0;
    while (which < count && texts[which] != text)
        which++;
    return which;
}

void growing_add(growing *text, const char *bytes, size_t length)
{
    if (length == 0)
        return;
    size_t which = find(text);
    size_t needed = text->length + length + 1;
    if ((which == TEXTS) || (needed > text->size && needed - text->size > sizeof block - used)) {
        full = true;
        return;
    }
    if (which == count) {
        texts[count++] = text;
        *text = (growing){.text = block + used};
    }
    if (needed > text->size)
        resize(which, needed);
    memcpy(text->text + text->length, bytes, length);
    text->length += length;
    text->text[text->length] = '\0';
}

void growing_free(growing *text)
{
    size_t which = find(text);
    if (which < count) {
        resize(which, 0);
        memmove(texts + which, texts + which + 1, (count - which - 1) * sizeof texts[0]);
        count--;
    }
    *text = (growing){.text = NULL};
}
