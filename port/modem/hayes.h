/* A port on a Hayes modem: it dials, and then the line is the connection, until one side hangs up. See README.md.
 *
 *     rill_hayes hayes;
 *     rill_modem_settings settings = {.host = "5551234"};
 *     status = rill_hayes_begin(&hayes, &rill_uart_port, &uart, line, sizeof(line));
 *     if (status == RILL_OK)
 *         status = rill_hayes_open(&hayes, &settings, 90000);
 *     if (status == RILL_OK)
 *         ... a client, or TLS, on &rill_hayes_port and &hayes
 *
 * That the other side has hung up is told in one of two ways. Where the modem's DCD line reaches the processor,
 * `carrier` tells: when it is off, and the line was silent for RILL_HAYES_QUIET_MS. Else the line itself does: NO
 * CARRIER, alone in a line, with silence behind it. Then these bytes cannot be told from data that is the same and
 * followed by silence; and the end of data that could be their beginning (CR LF) comes up to RILL_HAYES_QUIET_MS late. */
#ifndef RILL_HAYES_H
#define RILL_HAYES_H

#include "modem.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RILL_HAYES_QUIET_MS 300  /* silence behind NO CARRIER */
#define RILL_HAYES_GUARD_MS 1100 /* silence around the escape: register S12 is a second, unless it was changed */

/* The context of rill_hayes_port. */
typedef struct rill_hayes {
    /* May be set between begin and open: whether DCD is on. Gets the context of the port below. NULL: the line itself
     * tells */
    bool (*carrier)(void *context);
    /* the port's own */
    rill_modem modem;
    uint16_t kept, free; /* bytes in the line buffer: not handed out yet; of these, bytes that are surely data */
    int16_t next;        /* what is told behind them, a rill_status; RILL_OK: nothing */
    uint32_t since;      /* when the last byte came */
} rill_hayes;

/* Keeps the contract of rill/port.h. Statuses of read and write:
 *   RILL_PORT_CLOSED  the other side has hung up, and all it sent was handed out
 *   others            of the port below; OVERRUN and NOISE are said once, and bytes still come behind them
 * close() leaves data mode (silence, +++, silence) and hangs up, which takes up to 7 seconds; nothing when the other
 * side has hung up. After an open whose time was over it ends the dialling, which takes up to 4 seconds, or the call that came
 * of it. It does not close the port below. */
extern const rill_port rill_hayes_port;

/* As rill_modem_begin(). */
rill_status rill_hayes_begin(rill_hayes *hayes, const rill_port *port, void *context, char *line, size_t line_size);

/* Finds the modem and dials settings.host: a number, or what stands for one; ":" and settings.port follow it unless
 * that is 0. The other settings are not used.
 *   RILL_OK                 connected
 *   RILL_SCHEMA_CONFIG      a host that cannot be sent; nothing was sent
 *   RILL_PORT_SILENT        no answer
 *   RILL_PORT_REFUSED       NO CARRIER: nobody there
 *   RILL_PORT_BUSY          BUSY
 *   RILL_PORT_REGISTRATION  NO DIALTONE
 *   RILL_PORT_TIMEOUT       NO ANSWER, or the time was over
 *   RILL_PORT_NAME          ERROR: it cannot dial this
 *   others                  of the port below */
rill_status rill_hayes_open(rill_hayes *hayes, const rill_modem_settings *settings, uint32_t timeout_ms);

#ifdef __cplusplus
}
#endif

#endif
