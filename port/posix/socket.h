/* A port on a TCP socket of a POSIX system. See README.md beside this file.
 *
 *     rill_socket_addresses addresses;
 *     rill_socket socket = RILL_SOCKET_CLOSED;
 *     status = rill_socket_resolve("localhost", "8080", &addresses);
 *     if (status == RILL_OK)
 *         status = rill_socket_connect(&socket, &addresses, 5000);
 *     if (status == RILL_OK)
 *         ... a client with &rill_socket_port and &socket
 *
 * Unlike the library itself this port uses errno. It has no state but the struct, so sockets are independent of each
 * other; one socket belongs to one thread at a time. It raises no SIGPIPE. */
#ifndef RILL_SOCKET_H
#define RILL_SOCKET_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "rill/port.h"
#include "rill/status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RILL_SOCKET_ADDRESSES 8 /* addresses kept of one name; further ones are not tried */

typedef struct rill_socket_address {
    struct sockaddr_storage address;
    socklen_t length; /* bytes of it that count */
} rill_socket_address;

typedef struct rill_socket_addresses {
    rill_socket_address list[RILL_SOCKET_ADDRESSES]; /* in the order in which they are tried */
    size_t count;
} rill_socket_addresses;

/* The context of rill_socket_port. A connected stream socket of the caller's own may be put in the place of RILL_SOCKET_CLOSED;
 * it must not block (O_NONBLOCK), and the port's close closes it. */
typedef struct rill_socket {
    int descriptor; /* -1: not connected */
    int16_t failed; /* the port's own: what failed first, a rill_status; RILL_OK: nothing */
} rill_socket;

#define RILL_SOCKET_CLOSED {-1, 0} /* initializer */

/* Keeps the contract of rill/port.h. Statuses of read and write:
 *   RILL_PORT_CLOSED    read: the other side has closed in good order, and all it sent was handed out
 *   RILL_PORT_RESET     the connection broke: reset, written to after the other side closed, or no longer acknowledged
 *   RILL_PORT_NO_ROUTE  the network went away
 *   RILL_PORT_BUS       the socket is not connected, or the system failed
 * A signal does not shorten a wait. close discards what was not read; the other side may then see a reset. */
extern const rill_port rill_socket_port;

/* Looks up a host name or address ("api.example.com", "192.0.2.1", "2001:db8::1", no brackets) and a service ("8080",
 * "http"). Fills *addresses, which stay good for as many connections as wanted: keep them where lookups must not cost
 * time. The lookup is the C library's: it has no deadline (a silent name server can hold it for half a minute or so),
 * it may allocate memory, and rill_client_cancel() does not end it.
 *   RILL_OK         at least one address
 *   RILL_PORT_NAME  there is none, or the name server could not be asked
 *   RILL_PORT_BUS   the system failed */
rill_status rill_socket_resolve(const char *host, const char *service, rill_socket_addresses *addresses);

/* Connects to the first address that answers. They are tried in turn; each gets an equal share of the time that is
 * left, so that a silent one does not use up all of it. timeout_ms is for all of them together; 0: as long as the
 * system tries. What was in *socket before is overwritten, not closed.
 *   RILL_OK             connected; end it with rill_socket_port.close() (or rill_client_close())
 *   RILL_PORT_TIMEOUT   no answer in time
 *   RILL_PORT_REFUSED   nobody listens there
 *   RILL_PORT_NO_ROUTE  no way to that host, or no address was given
 *   RILL_PORT_RESET     the connection broke while it was made
 *   RILL_PORT_BUS       the system failed (no more descriptors, ...)
 * When several addresses failed in different ways, the last status other than RILL_PORT_NO_ROUTE. After an error the
 * socket is closed (descriptor -1). */
rill_status rill_socket_connect(rill_socket *held, const rill_socket_addresses *addresses, uint32_t timeout_ms);

#ifdef __cplusplus
}
#endif

#endif
