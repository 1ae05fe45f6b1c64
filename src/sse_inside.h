/* The inside of sse, for reuse too, which reads whole events in its place. */
#ifndef RILL_SSE_INSIDE_H
#define RILL_SSE_INSIDE_H

#include "rill/sse.h"

enum sse_state {
    SSE_BOM,      /* at the start of the stream; `count` bytes of a BOM have come */
    SSE_NAME,     /* in a name: `count` bytes of it have come, all as in the name of `field`; 0: a line begins */
    SSE_AFTER_CR, /* a line begins, and a LF here still belongs to the end of the last one */
    SSE_SKIP,     /* in a line whose rest means nothing */
    SSE_JOIN,     /* in front of the value of a second data line: the joining LF is to be handed out */
    SSE_BLANK,    /* in front of a value: one blank is not part of it */
    SSE_VALUE     /* in a value; `count` bytes of an id are kept */
};

enum sse_flag {
    SSE_FLAG_DATA = 1,       /* the event has a data line */
    SSE_FLAG_DISPATCHED = 2, /* EVENT was handed out: its type ends with the next call */
    SSE_FLAG_FIRST = 4,      /* nothing of this value was handed out or taken */
    SSE_FLAG_LONG = 8        /* the id does not fit */
};

/* How often a byte may be looked at again from here before it is used: states go on, and never back, without one. */
/*@ logic integer sse_looks(integer state) = state == SSE_BOM || state == SSE_AFTER_CR ? 4 :
      state == SSE_NAME ? 3 : state == SSE_BLANK ? 2 : state == SSE_VALUE ? 1 : 0;
*/

#endif
