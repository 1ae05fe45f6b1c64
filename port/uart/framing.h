/* Framing for an event stream that comes over a line as it is, without HTTP: after lost or damaged bytes decoding goes on
 * with the next event. A port on top of another: of uart.h, or of any that says RILL_PORT_OVERRUN or RILL_PORT_NOISE.
 *
 *     static rill_framing framing;
 *     rill_framing_begin(&framing, &rill_uart_port, &uart, false);
 *     ... a client, with RILL_BODY_SSE, on &rill_framing_port and &framing
 *
 * The frame of an event is the blank line at its end. At a gap this port hands out "\0\ndata:\0\n\n" in place of the
 * status and drops all bytes up to the next blank line. NUL is valid in no JSON text and voids an event id, so the stream
 * gives one RILL_ITEM_BAD where the gap is, nothing of half an event counts as a whole one, and the next whole event
 * decodes. Where the gap took the blank line itself, the event behind it is dropped, too. (In an event that the stream
 * passes over, or takes as a plain error text, the NULs are passed over or become part of that text: `gaps` tells.)
 *
 * It can tell only of what the port below tells: bits that flip without breaking parity or frame go through to the
 * decoder, which sees them where they break the JSON. */
#ifndef RILL_FRAMING_H
#define RILL_FRAMING_H

#include <stdbool.h>
#include <stdint.h>

#include "rill/port.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The fields below the line are the port's own. */
typedef struct rill_framing {
    uint32_t gaps; /* statuses of the port below that were turned into bytes, modulo 2^32 */
    /* ---- */
    const rill_port *port;
    void *context;
    uint8_t state;
    uint8_t untold; /* bytes of the notice that are still to be handed out */
} rill_framing;

/* Makes ready for one stream. `port` and its `context` are those of the line below. `amid`: the other side may be sending
 * already; all up to the first blank line is dropped without a word. */
void rill_framing_begin(rill_framing *framing, const rill_port *port, void *context, bool amid);

/* Keeps the contract of rill/port.h. read never says RILL_PORT_OVERRUN or RILL_PORT_NOISE, and answers RILL_PORT_BROKEN
 * where the port below claims more bytes than asked for; all else, and write, close and now, is the port's below. */
extern const rill_port rill_framing_port;

#ifdef __cplusplus
}
#endif

#endif
