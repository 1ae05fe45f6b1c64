/* A text that is known, and in it or behind it a window of bytes that may be any. One text for each place of an automaton; so
 * the window meets every one of its states, and the state in front of it is known exactly. */
#ifndef WINDOW_H
#define WINDOW_H

#include <string.h>

#include "any.h"

#ifndef WINDOW
#define WINDOW 2
#endif

#define HERE "\1" /* where in a text the window is; else it is behind it */

/* Puts the text with its window at `to`. Gives their length. */
static inline size_t put_window(char *to, const char *text)
{
    size_t length = 0;
    int inside = 0;
    for (; *text != '\0'; text++)
        if (*text == *HERE) {
            any_bytes(to + length, WINDOW);
            length += WINDOW;
            inside = 1;
        } else {
            to[length++] = *text;
        }
    if (inside)
        return length;
    any_bytes(to + length, WINDOW);
    return length + WINDOW;
}

#endif
