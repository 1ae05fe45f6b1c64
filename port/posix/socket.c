/* The POSIX socket port; see socket.h. */
#include "socket.h"
#include "wait.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- what errno says */

static rill_status status_of(int error)
{
    static const struct {
        int error;
        rill_status status;
    } known[] = {
        {ECONNREFUSED, RILL_PORT_REFUSED},
        {ECONNRESET, RILL_PORT_RESET},
        {ECONNABORTED, RILL_PORT_RESET},
        {EPIPE, RILL_PORT_RESET},
        {ENOTCONN, RILL_PORT_RESET},
        {ETIMEDOUT, RILL_PORT_TIMEOUT},
        {ENETUNREACH, RILL_PORT_NO_ROUTE},
        {EHOSTUNREACH, RILL_PORT_NO_ROUTE},
        {ENETDOWN, RILL_PORT_NO_ROUTE},
        {EADDRNOTAVAIL, RILL_PORT_NO_ROUTE},
        {EAFNOSUPPORT, RILL_PORT_NO_ROUTE}, /* an IPv6 address on a system without */
        {EACCES, RILL_PORT_NO_ROUTE},       /* a packet filter */
        {EPERM, RILL_PORT_NO_ROUTE},
    };
    for (size_t i = 0; i < COUNT(known); i++)
        if (known[i].error == error)
            return known[i].status;
    return RILL_PORT_BUS;
}

/* On a connection that stood, a timeout means that the other side no longer acknowledges. */
static rill_status status_of_transfer(int error)
{
    return error == ETIMEDOUT ? RILL_PORT_RESET : status_of(error);
}

/* ---- moving bytes */

/* After recv() or send() gave -1: RILL_OK to try again, RILL_PORT_TIMEOUT when the time is over, or the failure. The system
 * tells a failure once, and then recv() gives 0 as if the end were in good order: it is kept. EPIPE is not one of these: the
 * other side had closed before. */
static rill_status after_failure(rill_socket *held, int error, short events, const rill_deadline *end)
{
    if (rill_is_not_yet(error))
        return rill_wait_for(held->descriptor, events, end);
    if (held->failed == RILL_OK && error != EPIPE)
        held->failed = (int16_t)status_of_transfer(error);
    return held->failed != RILL_OK ? (rill_status)held->failed : status_of_transfer(error);
}

static int32_t socket_read(void *context, char *bytes, size_t size, uint32_t timeout_ms)
{
    rill_socket *held = context;
    rill_deadline end = rill_deadline_in(timeout_ms, false);
    for (;;) {
        ssize_t moved = recv(held->descriptor, bytes, rill_portion(size), 0);
        if (moved > 0)
            return (int32_t)moved;
        if (moved == 0)
            return held->failed != RILL_OK ? held->failed : RILL_PORT_CLOSED;
        rill_status status = after_failure(held, errno, POLLIN, &end);
        if (status != RILL_OK)
            return status == RILL_PORT_TIMEOUT ? 0 : status;
    }
}

static int32_t socket_write(void *context, const char *bytes, size_t length, uint32_t timeout_ms)
{
    rill_socket *held = context;
    rill_deadline end = rill_deadline_in(timeout_ms, false);
    for (;;) {
        ssize_t moved = send(held->descriptor, bytes, rill_portion(length), MSG_NOSIGNAL);
        if (moved >= 0)
            return (int32_t)moved;
        rill_status status = after_failure(held, errno, POLLOUT, &end);
        if (status != RILL_OK)
            return status == RILL_PORT_TIMEOUT ? 0 : status;
    }
}

static void socket_close(void *context)
{
    rill_socket *held = context;
    held->failed = RILL_OK;
    if (held->descriptor < 0)
        return;
    shutdown(held->descriptor, SHUT_RDWR);
    close(held->descriptor); /* not again after EINTR: the number may already be another thread's file */
    held->descriptor = -1;
}

const rill_port rill_socket_port = {socket_read, socket_write, socket_close, rill_posix_now};

/* ---- opening */

static void keep(rill_socket_addresses *addresses, const struct addrinfo *one)
{
    rill_socket_address *kept = &addresses->list[addresses->count];
    if (addresses->count == RILL_SOCKET_ADDRESSES || one->ai_addrlen > sizeof(kept->address))
        return;
    memcpy(&kept->address, one->ai_addr, one->ai_addrlen);
    kept->length = one->ai_addrlen;
    addresses->count++;
}

rill_status rill_socket_resolve(const char *host, const char *service, rill_socket_addresses *addresses)
{
    struct addrinfo hints, *found = NULL;
    memset(&hints, 0, sizeof(hints));
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    addresses->count = 0;
    int error = getaddrinfo(host, service, &hints, &found);
    if (error != 0)
        return error == EAI_SYSTEM || error == EAI_MEMORY ? RILL_PORT_BUS : RILL_PORT_NAME;
    for (const struct addrinfo *one = found; one != NULL; one = one->ai_next)
        keep(addresses, one);
    freeaddrinfo(found);
    return addresses->count != 0 ? RILL_OK : RILL_PORT_NAME;
}

/* A piece must not wait for the acknowledgement of the one before; a child program must not inherit the socket. */
static bool prepare(int descriptor)
{
    int on = 1, flags = fcntl(descriptor, F_GETFL);
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)); /* only speed: a failure does not matter */
    return flags != -1 && fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) != -1 &&
           fcntl(descriptor, F_SETFD, FD_CLOEXEC) != -1;
}

static rill_status shake_hands(int descriptor, const rill_socket_address *to, const rill_deadline *end)
{
    int error = 0;
    socklen_t size = sizeof(error);
    if (connect(descriptor, (const struct sockaddr *)&to->address, to->length) == 0)
        return RILL_OK;
    if (errno != EINPROGRESS && errno != EINTR) /* after EINTR it goes on by itself too */
        return status_of(errno);
    rill_status status = rill_wait_for(descriptor, POLLOUT, end);
    if (status != RILL_OK)
        return status;
    if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
        return status_of(errno);
    return error == 0 ? RILL_OK : status_of(error);
}

static rill_status connect_one(rill_socket *held, const rill_socket_address *to, const rill_deadline *end)
{
    held->descriptor = socket(to->address.ss_family, SOCK_STREAM, 0);
    if (held->descriptor < 0)
        return status_of(errno);
    rill_status status = prepare(held->descriptor) ? shake_hands(held->descriptor, to, end) : RILL_PORT_BUS;
    if (status != RILL_OK)
        socket_close(held);
    return status;
}

rill_status rill_socket_connect(rill_socket *held, const rill_socket_addresses *addresses, uint32_t timeout_ms)
{
    rill_status result = RILL_PORT_NO_ROUTE;
    rill_deadline all = rill_deadline_in(timeout_ms, timeout_ms == 0);
    held->descriptor = -1;
    held->failed = RILL_OK;
    for (size_t i = 0; i < addresses->count; i++) {
        rill_deadline share = rill_deadline_in(rill_deadline_left(&all) / (uint32_t)(addresses->count - i), all.endless);
        rill_status status = connect_one(held, &addresses->list[i], &share);
        if (status == RILL_OK)
            return RILL_OK;
        if (status != RILL_PORT_NO_ROUTE)
            result = status;
    }
    return result;
}
