/* A port on a TCP socket of lwIP: for systems with threads (NO_SYS=0), as most RTOS bring it. See README.md beside this
 * file.
 *
 *     rill_lwip_socket socket = RILL_LWIP_SOCKET_CLOSED;
 *     status = rill_lwip_socket_connect(&socket, "api.example.com", 80, 5000);
 *     if (status == RILL_OK)
 *         ... a client with &rill_lwip_socket_port and &socket
 *
 * It uses the names with the prefix lwip_, so LWIP_COMPAT_SOCKETS may be 0, and errno, the only way in which lwIP's
 * sockets say why. One socket belongs to one thread at a time. */
#ifndef RILL_LWIP_SOCKETS_H
#define RILL_LWIP_SOCKETS_H

#include <stdint.h>

#include "lwip/sockets.h"

#include "rill/port.h"
#include "rill/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The context of rill_lwip_socket_port. A connected TCP socket of the caller's own may be put here, beside an end of
 * RILL_OK; it must not block (O_NONBLOCK), and the port's close closes it. */
typedef struct rill_lwip_socket {
    int descriptor; /* of lwip_socket(); -1: not connected */
    int16_t end;    /* the rill_status that reading ended with, since lwIP says it only once; RILL_OK: it has not */
} rill_lwip_socket;

#define RILL_LWIP_SOCKET_CLOSED {-1, 0} /* initializer */

/* Keeps the contract of rill/port.h; time is lwIP's sys_now(). Statuses of read and write:
 *   RILL_PORT_CLOSED    read: the other side has closed in good order, and all it sent was handed out
 *   RILL_PORT_RESET     the connection broke: reset, written to after the other side closed it, or no longer acknowledged
 *   RILL_PORT_NO_ROUTE  the network went away
 *   RILL_PORT_BUS       not connected, or lwIP failed
 * A write that finds lwIP without memory waits for it as it waits for room. close discards what was not read; the other
 * side may then see a reset. It may take up to LWIP_TCP_CLOSE_TIMEOUT_MS_DEFAULT while lwIP has no memory for it. */
extern const rill_port rill_lwip_socket_port;

/* Looks up a name (or takes an address as text) and connects to the one address that lwIP gives. Needs LWIP_DNS.
 * timeout_ms does not cover the lookup, which is lwip_getaddrinfo(): it takes as long as DNS_MAX_RETRIES gives. 0: the
 * connection may take as long as lwIP tries. What was in *held before is overwritten, not closed.
 *   RILL_OK             connected; end it with rill_lwip_socket_port.close() (or rill_client_close())
 *   RILL_PORT_NAME      there is no such name, the name server did not answer lwIP, or there is none
 *   RILL_PORT_TIMEOUT   no answer in time
 *   RILL_PORT_REFUSED   nobody listens there
 *   RILL_PORT_NO_ROUTE  no interface leads there
 *   RILL_PORT_BUS       lwIP has no socket left, or no memory (MEMP_NUM_NETCONN, MEMP_NUM_TCP_PCB, MEMP_NUM_NETDB, ...)
 * After an error it is closed (descriptor -1). */
rill_status rill_lwip_socket_connect(rill_lwip_socket *held, const char *host, uint16_t port, uint32_t timeout_ms);

/* The same, to an address with its port. Never RILL_PORT_NAME. */
rill_status rill_lwip_socket_connect_to(rill_lwip_socket *held, const struct sockaddr *address, socklen_t length,
                                        uint32_t timeout_ms);

#ifdef __cplusplus
}
#endif

#endif
