/* A text that is known, and behind it a window of bytes that may be any. One text for each place of an automaton; so the
 * window meets every one of its states, and the state in front of it is known exactly. */
#ifndef WINDOW_H
#define WINDOW_H

#include <string.h>

#include "any.h"

#ifndef WINDOW
#define WINDOW 2
#endif

/* Puts the text and the window behind it at `to`. Gives their length. */
static inline size_t put_window(char *to, const char *text)
{
    size_t length = strlen(text);
    for (size_t i = 0; i < length; i++)
        to[i] = text[i];
    any_bytes(to + length, WINDOW);
    return length + WINDOW;
}

#endif
