/* The contract of rill/port.h as checks that any port can be put through, on a host or on a board: no C library but
 * <string.h>, no heap. */
#ifndef PORT_CONTRACT_H
#define PORT_CONTRACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rill/port.h"

/* The port, open, and the other end of its line. */
typedef struct port_under_test {
    const rill_port *port;
    void *context; /* the port's */
    void *far;     /* the context of the four functions */
    void (*send)(void *far, const char *bytes, size_t length); /* the other side sends, at most 64 bytes at once */
    size_t (*take)(void *far, char *bytes, size_t size); /* what arrived there: 0 when nothing did in a little while */
    void (*end)(void *far);               /* the other side ends in good order; NULL: this line knows no end */
    void (*pass)(void *far, uint32_t ms); /* lets at least so much time pass */
    uint32_t late_ms;  /* how much later than asked for a call may return, because the machine is busy: 1 to 60000 */
    uint32_t grain_ms; /* how much shorter a wait may be: how coarse the clock is. 0 where read and now use one clock */
    size_t room;       /* bytes after which write has no more room while the other side takes none, at most; 0: it never
                          gets full. They go out as "0123456789..." */
} port_under_test;

/* NULL when the port keeps the contract, else the rule that it breaks. The port is closed afterwards. */
const char *port_contract(const port_under_test *test);

#endif
