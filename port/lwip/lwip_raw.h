/* A port on a TCP connection of lwIP's raw API: for systems without threads (NO_SYS=1). See README.md beside this file.
 *
 *     rill_lwip_raw connection = {0};
 *     connection.poll = poll_network; // yours
 *     status = rill_lwip_raw_connect(&connection, "api.example.com", 80, 5000);
 *     if (status == RILL_OK)
 *         ... a client with &rill_lwip_raw_port and &connection
 *
 * What came is left in lwIP's own buffers until it is read, and only then the window opens again: a slow reader slows
 * the sender down, and nothing is lost. Everything runs in the one context that lwIP runs in. */
#ifndef RILL_LWIP_RAW_H
#define RILL_LWIP_RAW_H

#include <stdint.h>

#include "lwip/ip_addr.h"
#include "lwip/pbuf.h"
#include "lwip/tcp.h"

#include "rill/port.h"
#include "rill/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The context of rill_lwip_raw_port. All zeros but for the first two fields before the first connection; the same struct
 * serves one connection after the other. It must not be moved while it is connected, nor be freed or zeroed while a
 * lookup may still be running: after a connect that ended with RILL_PORT_TIMEOUT lwIP goes on asking its name server,
 * for at most the time that DNS_MAX_RETRIES gives, and then writes here. */
typedef struct rill_lwip_raw {
    void (*poll)(void *poll_context); /* one round of the network: hands frames that came to lwIP and calls
                                         sys_check_timeouts(). Called again and again while the port waits; it may sleep
                                         until the next interrupt, and it should not take longer than a few ms. It must
                                         not use this connection */
    void *poll_context;               /* yours, given to poll */
    /* ---- */
    struct tcp_pcb *pcb;   /* NULL: not connected, or lwIP has given it up */
    struct pbuf *received; /* what came and was not read */
    ip_addr_t address;     /* what the last lookup found */
    int16_t over;          /* a rill_status: why no more bytes come; RILL_OK: they may */
    uint8_t phase;
    uint8_t lookup;
} rill_lwip_raw;

/* Keeps the contract of rill/port.h; time is lwIP's sys_now(). Statuses of read and write:
 *   RILL_PORT_CLOSED  read: the other side has closed in good order, and all it sent was handed out. Writing goes on
 *                     until it objects
 *   RILL_PORT_RESET   the connection broke: a reset came, what was sent is no longer acknowledged, the interface lost its
 *                     address, or lwIP took the memory of this connection for another one (TCP_PRIO_NORMAL)
 *   RILL_PORT_BUS     not connected
 * A write that finds lwIP without memory (MEM_SIZE, MEMP_NUM_TCP_SEG) waits for it as it waits for room. close discards
 * what was not read; the other side may then see a reset. It ends no lookup. */
extern const rill_port rill_lwip_raw_port;

/* Looks up a name (or takes an address as text: "192.0.2.1") and connects. Without LWIP_DNS only addresses do.
 * timeout_ms is for lookup and connection together; 0: as long as lwIP tries. The connection must be closed.
 *   RILL_OK             connected; end it with rill_lwip_raw_port.close() (or rill_client_close())
 *   RILL_PORT_NAME      there is no such name, the name server did not answer lwIP, or there is none
 *   RILL_PORT_TIMEOUT   no answer in time
 *   RILL_PORT_REFUSED   nobody listens there
 *   RILL_PORT_NO_ROUTE  no interface leads there: none is up, or none has an address yet
 *   RILL_PORT_BUS       lwIP has no memory for a connection or a lookup (MEMP_NUM_TCP_PCB, DNS_TABLE_SIZE, ...)
 * After an error it is closed. */
rill_status rill_lwip_raw_connect(rill_lwip_raw *raw, const char *host, uint16_t port, uint32_t timeout_ms);

/* The same, to an address. Never RILL_PORT_NAME. */
rill_status rill_lwip_raw_connect_to(rill_lwip_raw *raw, const ip_addr_t *address, uint16_t port, uint32_t timeout_ms);

#ifdef __cplusplus
}
#endif

#endif
