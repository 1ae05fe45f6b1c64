/* What the other rooms call of reuse: through a table, so that what no program begins is not linked. */
#ifndef RILL_REUSE_CALLS_H
#define RILL_REUSE_CALLS_H

#include "rill/reuse.h"
#include "rill/status.h"

struct rill_item;
struct rill_sieve;
struct rill_sse_piece;
struct rill_stream;

struct rill_reuse_calls {
    /* A stream begins. */
    void (*begin)(rill_reuse *reuse);
    /* Bytes of the body are at hand. RILL_OK: they began with an event like the last one, and this is its item; RILL_MORE: so
     * far they do, and more are needed; RILL_END: they do not, and are to be read the plain way. */
    rill_status (*take)(struct rill_stream *stream, const char *bytes, size_t length, struct rill_item *item);
    /* Goes on to bytes that were given while others waited in the buffer: there are some. */
    void (*refill)(struct rill_stream *stream);
    /* A piece of the event stream is about to be used: it is remembered. */
    void (*read)(struct rill_stream *stream, const char *bytes, const struct rill_sse_piece *piece);
    /* The sieve met a value on the kept path, which is kept, or passed over with all in it. */
    void (*value)(struct rill_sieve *sieve, const char *at);
    /* The event was decoded, and this is its item. */
    void (*finish)(struct rill_stream *stream, const struct rill_item *item);
};

#endif
