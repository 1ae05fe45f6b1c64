/* What the examples for boards do with an item: the text goes to the console as it comes, and at the end how it ended. */
#ifndef SHOW_H
#define SHOW_H

#include <string.h>

#include "mps2.h"
#include "rill/rill.h"

static inline void say(const char *text)
{
    console(text, (uint32_t)strlen(text));
}

static inline void show(const rill_item *item, const rill_chunk *chunk)
{
    static const char *const ends[] = {"", "done", "ended", "cut off"};
    if (rill_item_is_answer(item)) {
        for (unsigned i = 0; i < chunk->choice_count; i++)
            console(chunk->choices[i].message.content.data, chunk->choices[i].message.content.length);
    } else if (item->kind == RILL_ITEM_ERROR) {
        console(chunk->error.message.data, chunk->error.message.length);
    } else if (item->kind == RILL_ITEM_BAD) {
        say("\r\n(a broken event)");
    } else if (item->kind == RILL_ITEM_END) {
        say("\r\n(");
        say(item->status == RILL_OK ? ends[item->end] : rill_status_text(item->status));
        say(")\r\n");
    }
}

#endif
