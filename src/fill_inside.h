/* The inside of fill, shared by its files:
 *
 *     fill.c         tokens, strings, the walk
 *     fill_number.c  numbers */
#ifndef RILL_FILL_INSIDE_H
#define RILL_FILL_INSIDE_H

#include "rill/fill.h"

/* Stores a number of this kind. False: the text is none, or it does not fit. */
bool rill_store_number(char *place, const char *text, const char *end, uint8_t kind);

#endif
