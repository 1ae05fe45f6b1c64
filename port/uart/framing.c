/* Framing of an event stream on a line; see framing.h. */
#include "framing.h"

/* In the middle of a line it voids that; it gives the event data that is no JSON, and ends it. */
static const char notice[] = "\0\ndata:\0\n\n";
enum { NOTICE_LENGTH = sizeof notice - 1 };

/* How the input stands to the next blank line (HTML standard, 9.2.5: lines end with CR, LF or CRLF). */
enum { PASS, IN_LINE, AFTER_CR, AFTER_LF };

static void fall(rill_framing *framing)
{
    framing->gaps++;
    if (framing->state == PASS)
        framing->untold = NOTICE_LENGTH;
    framing->state = IN_LINE; /* nobody knows where in it */
}

static int32_t tell(rill_framing *framing, char *bytes, size_t size)
{
    int32_t count = 0;
    while (framing->untold != 0 && (size_t)count < size)
        bytes[count++] = notice[NOTICE_LENGTH - framing->untold--];
    return count;
}

/* An LF behind the CR of a blank line passes: it is a blank line more, which means nothing. */
static uint8_t step(uint8_t state, char byte)
{
    if (byte == '\r')
        return state == IN_LINE ? AFTER_CR : PASS;
    if (byte == '\n')
        return state == AFTER_LF ? PASS : AFTER_LF;
    return IN_LINE;
}

/* Drops what lies in front of the next event: moves the rest to the front and gives its length. */
static int32_t drop(rill_framing *framing, char *bytes, int32_t length)
{
    int32_t at = 0, kept = 0;
    while (at < length && framing->state != PASS)
        framing->state = step(framing->state, bytes[at++]);
    if (at == 0)
        return length;
    while (at < length)
        bytes[kept++] = bytes[at++];
    return kept;
}

static bool is_gap(int32_t status)
{
    return status == RILL_PORT_OVERRUN || status == RILL_PORT_NOISE;
}

static int32_t framing_read(void *context, char *bytes, size_t size, uint32_t timeout_ms)
{
    rill_framing *framing = context;
    const rill_port *port = framing->port;
    uint32_t since = port->now(framing->context), passed = 0;
    for (;;) {
        if (framing->untold != 0)
            return tell(framing, bytes, size);
        int32_t moved = port->read(framing->context, bytes, size, timeout_ms - passed);
        if (is_gap(moved))
            fall(framing);
        else if (moved <= 0) /* deviation 11 */
            return moved;
        else if ((size_t)moved > size)
            return RILL_PORT_BROKEN;
        else if ((moved = drop(framing, bytes, moved)) != 0)
            return moved;
        passed = port->now(framing->context) - since;
        if (passed >= timeout_ms && framing->untold == 0)
            return 0;
    }
}

static int32_t framing_write(void *context, const char *bytes, size_t length, uint32_t timeout_ms)
{
    const rill_framing *framing = context;
    return framing->port->write(framing->context, bytes, length, timeout_ms);
}

static void framing_close(void *context)
{
    const rill_framing *framing = context;
    framing->port->close(framing->context);
}

static uint32_t framing_now(void *context)
{
    const rill_framing *framing = context;
    return framing->port->now(framing->context);
}

const rill_port rill_framing_port = {framing_read, framing_write, framing_close, framing_now};

void rill_framing_begin(rill_framing *framing, const rill_port *port, void *context, bool amid)
{
    static const rill_framing fresh;
    *framing = fresh;
    framing->port = port;
    framing->context = context;
    framing->state = amid ? IN_LINE : PASS;
}
