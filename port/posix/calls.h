/* The tool calls of an answer, joined from their deltas. Those of several calls may come by turns. */
#ifndef CALLS_H
#define CALLS_H

#include <stddef.h>
#include <stdint.h>

#include "growing.h"
#include "rill/chat.h"

typedef struct call {
    uint32_t choice_at, at; /* of a delta: where it stands in its event */
    int32_t index;
    growing id, name, arguments;
} call;

/* Begins as zeros. */
typedef struct calls {
    call *list; /* in the order in which they came */
    size_t count;
    call *deltas; /* those of the event at hand */
    size_t delta_count;
} calls;

/* For every event: begin, gather once for each choice of each of its parts, end. What an event that was broken off has
 * brought is dropped by the next begin. */
void calls_begin_event(calls *joined);
void calls_gather(calls *joined, const rill_choice *choice);
void calls_end_event(calls *joined);

void calls_free(calls *joined);

#endif
