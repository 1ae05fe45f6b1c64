/* The inside of collect, for each struct that texts are collected from:
 *
 *     collect.c       joining; rill_chunk
 *     collect_lean.c  rill_lean_chunk */
#ifndef RILL_COLLECT_INSIDE_H
#define RILL_COLLECT_INSIDE_H

#include "rill/collect.h"

/* A piece of a tool call. */
typedef struct call_piece {
    const rill_element *element;
    const rill_text *id;
    const rill_text *text; /* what is collected of it */
    bool named;            /* it brings the tool's name */
    bool tells;            /* it brings anything: id, name, arguments or input */
} call_piece;

/* An item has come. Whether it is an answer that may hold more of the text. */
bool rill_collect_item(rill_collector *collector, const rill_item *item);

void rill_collect_text(rill_collector *collector, const rill_text *text);

/* Of the choice at this place of its event. */
void rill_collect_call(rill_collector *collector, uint32_t choice_at, const call_piece *piece);

#endif
