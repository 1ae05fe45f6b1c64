/* The inside of fill, shared by its files:
 *
 *     fill.c         tokens, strings, the walk
 *     fill_number.c  numbers */
#ifndef RILL_FILL_INSIDE_H
#define RILL_FILL_INSIDE_H

#include "rill/fill.h"

/* Stores a number of this kind. False: the text is none, or it does not fit. */
bool rill_store_number(char *place, const char *text, const char *end, uint8_t kind);

/* Where in the struct rill_fill() has put the value of this token; 0: it has not. */
size_t rill_fill_place(const rill_token *token);

#endif
