/* The inside of sse: for reuse, which reads whole events in its place. */
#ifndef RILL_SSE_INSIDE_H
#define RILL_SSE_INSIDE_H

#include "rill/sse.h"

/* Whether a line begins, of an event that has no data yet. */
bool rill_sse_is_between(rill_sse *sse);

/* An event was read in its place, whose blank line ended with this byte. */
void rill_sse_dispatched(rill_sse *sse, char line_end);

#endif
