/* A port on a serial device of a POSIX system: a UART, a USB adapter, a modem, a pseudo terminal. See README.md.
 *
 *     rill_serial serial;
 *     rill_serial_settings settings = {115200, true};
 *     status = rill_serial_open(&serial, "/dev/ttyUSB0", &settings);
 *     if (status == RILL_OK)
 *         ... a client, or a modem, on &rill_serial_port and &serial
 *
 * The line is raw: 8 data bits, no parity, 1 stop bit, no byte has a meaning of its own. */
#ifndef RILL_SERIAL_H
#define RILL_SERIAL_H

#include <stdbool.h>
#include <stdint.h>

#include "rill/port.h"
#include "rill/status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RILL_SERIAL_DRAIN_MS 1000 /* the longest that close waits for bytes to leave */

typedef struct rill_serial_settings {
    uint32_t baud; /* bits per second: 1200 to 4000000, where the system has it */
    bool rts_cts;  /* hardware flow control: RTS tells the other side to stop, its CTS tells us */
} rill_serial_settings;

/* The context of rill_serial_port. The fields below the line are the port's own. */
typedef struct rill_serial {
    int descriptor; /* -1: closed */
    /* ---- */
    uint16_t taken, held; /* of `raw`: bytes handed out, bytes read from the system */
    uint8_t mark;         /* how far into one of the system's marks for a damaged byte it came */
    bool damaged;         /* such a byte was met and is still to be told */
    unsigned char raw[256];
} rill_serial;

#define RILL_SERIAL_CLOSED {-1, 0, 0, 0, false, {0}} /* initializer */

/* Keeps the contract of rill/port.h. Statuses of read and write:
 *   RILL_PORT_CLOSED  the line was hung up
 *   RILL_PORT_NOISE   read: a byte came damaged (framing, parity) or a break; the byte itself is left out. Said once,
 *                     behind the bytes that came before it
 *   RILL_PORT_RESET   the device went away
 *   RILL_PORT_BUS     it is not open, or the system failed
 * Bytes that the system itself lost (an overrun of its buffer or of the UART's) are not told: with rts_cts there are none.
 * close waits for up to RILL_SERIAL_DRAIN_MS until what was written has left, and discards the rest and what was not read. */
extern const rill_port rill_serial_port;

/* Opens a device, sets the line and discards what came in before.
 *   RILL_OK
 *   RILL_PORT_NAME      there is no such device
 *   RILL_PORT_BUSY      another program holds it for itself
 *   RILL_PORT_BUS       no access, no terminal, the system failed, or the device cannot do what is asked
 *   RILL_SCHEMA_CONFIG  the system knows no such baud rate
 * After an error the descriptor is -1. */
rill_status rill_serial_open(rill_serial *serial, const char *path, const rill_serial_settings *settings);

#ifdef __cplusplus
}
#endif

#endif
