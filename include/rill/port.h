/* port: the contract of a device that moves bytes: a socket, a UART, a modem, or TLS on top of one of these.
 *
 * A port is a const table of functions; the context is its own (a struct with a file descriptor, a UART base address).
 * Opening is not in the table: it differs too much between devices. A port allocates nothing. A context belongs to one
 * thread at a time.
 *
 * Ports stand on each other: one that needs a device below (TLS, a modem) has a port and its context in its own context,
 * uses them by this contract and offers the same. TLS over a modem over a UART is three tables. */
#ifndef RILL_PORT_H
#define RILL_PORT_H

#include <stddef.h>
#include <stdint.h>

#include "rill/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rill_port {
    /* Moves up to `size` bytes (at least 1) into `bytes`. Waits up to `timeout_ms` for the first of them, not for more;
     * with 0 it only looks.
     *   > 0  that many bytes came; those that came before an error or the end are handed out first
     *   0    nothing came in time
     *   < 0  a rill_status of the port range: RILL_PORT_CLOSED (the other side is done, in good order), RESET, BUS, or
     *        what the port's own header names. Said again by later calls; only OVERRUN and NOISE are said once, since
     *        bytes still come behind them */
    int32_t (*read)(void *context, char *bytes, size_t size, uint32_t timeout_ms);

    /* Moves up to `length` bytes (at least 1) out. Waits up to `timeout_ms` for room; with 0 it only looks.
     *   > 0  that many bytes were taken; the caller goes on with the rest
     *   0    none could be taken in time
     *   < 0  as above */
    int32_t (*write)(void *context, const char *bytes, size_t length, uint32_t timeout_ms);

    /* Ends the connection, in good order where the device knows one. May be called twice; the second does nothing. */
    void (*close)(void *context);

    /* Milliseconds since any fixed moment. Wraps at 2^32; rill only takes differences. */
    uint32_t (*now)(void *context);
} rill_port;

#ifdef __cplusplus
}
#endif

#endif
