/* The port on lwIP's sockets; see lwip_sockets.h. */
#include "lwip_sockets.h"

#include <string.h>

#include "lwip/errno.h"
#include "lwip/netdb.h"

#include "deadline.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- what errno says: lwIP makes it of its err_t (err_to_errno) */

/* Of a connection that stands. */
static rill_status status_of(int error)
{
    static const struct {
        int error;
        rill_status status;
    } known[] = {
        {ECONNRESET, RILL_PORT_RESET},
        {ECONNABORTED, RILL_PORT_RESET}, /* no longer acknowledged, or the interface lost its address */
        {ENOTCONN, RILL_PORT_RESET},
        {EHOSTUNREACH, RILL_PORT_NO_ROUTE},
    };
    for (size_t i = 0; i < COUNT(known); i++)
        if (known[i].error == error)
            return known[i].status;
    return RILL_PORT_BUS;
}

/* Of one that is being made. */
static rill_status status_of_connecting(int error)
{
    rill_status status = status_of(error);
    if (status != RILL_PORT_RESET)
        return status;
    return error == ECONNRESET ? RILL_PORT_REFUSED : RILL_PORT_TIMEOUT;
}

/* ---- waiting */

#define SELECT_MAX_MS 1000000u /* lwip_select() counts milliseconds in a long, and takes what is negative for 1 */

enum direction { TO_READ, TO_WRITE };

/* RILL_OK: the socket can go on, or has failed. */
static rill_status wait_for(int descriptor, enum direction direction, const rill_deadline *end)
{
    for (;;) {
        fd_set set;
        struct timeval limit;
        uint32_t left = rill_deadline_left(end);
        left = left < SELECT_MAX_MS ? left : SELECT_MAX_MS;
        limit.tv_sec = (long)(left / 1000u);
        limit.tv_usec = (long)(left % 1000u * 1000u);
        FD_ZERO(&set);
        FD_SET(descriptor, &set);
        int ready = lwip_select(descriptor + 1, direction == TO_READ ? &set : NULL, direction == TO_WRITE ? &set : NULL,
                                NULL, end->endless ? NULL : &limit);
        if (ready != 0)
            return ready > 0 ? RILL_OK : RILL_PORT_BUS;
        if (rill_deadline_left(end) == 0)
            return RILL_PORT_TIMEOUT;
    }
}

/* ---- moving bytes */

/* After -1 of lwip_recv() or lwip_send(): RILL_OK to try again, RILL_PORT_TIMEOUT when the time is over, or the failure. */
static rill_status after_failure(int error, int descriptor, enum direction direction, const rill_deadline *end)
{
    if (error == EWOULDBLOCK || error == EAGAIN)
        return wait_for(descriptor, direction, end);
    return status_of(error);
}

static size_t portion(size_t length)
{
    return length < INT32_MAX ? length : INT32_MAX;
}

/* Bytes, 0 when the time is over, or why no more come. */
static int32_t receive(int descriptor, char *bytes, size_t size, uint32_t timeout_ms)
{
    rill_deadline end = rill_deadline_in(timeout_ms, false);
    for (;;) {
        ssize_t moved = lwip_recv(descriptor, bytes, portion(size), 0);
        if (moved >= 0)
            return moved > 0 ? (int32_t)moved : RILL_PORT_CLOSED;
        rill_status status = after_failure(errno, descriptor, TO_READ, &end);
        if (status != RILL_OK)
            return status == RILL_PORT_TIMEOUT ? 0 : status;
    }
}

static int32_t socket_read(void *context, char *bytes, size_t size, uint32_t timeout_ms)
{
    rill_lwip_socket *held = context;
    if (held->end != RILL_OK)
        return held->end;
    int32_t came = receive(held->descriptor, bytes, size, timeout_ms);
    if (came < 0)
        held->end = (int16_t)came;
    return came;
}

static int32_t socket_write(void *context, const char *bytes, size_t length, uint32_t timeout_ms)
{
    int descriptor = ((const rill_lwip_socket *)context)->descriptor;
    rill_deadline end = rill_deadline_in(timeout_ms, false);
    for (;;) {
        ssize_t moved = lwip_send(descriptor, bytes, portion(length), 0);
        if (moved >= 0)
            return (int32_t)moved;
        rill_status status = after_failure(errno, descriptor, TO_WRITE, &end);
        if (status != RILL_OK)
            return status == RILL_PORT_TIMEOUT ? 0 : status;
    }
}

static void socket_close(void *context)
{
    rill_lwip_socket *held = context;
    if (held->descriptor >= 0)
        lwip_close(held->descriptor);
    held->descriptor = -1;
    held->end = RILL_OK;
}

static uint32_t socket_now(void *context)
{
    (void)context;
    return sys_now();
}

const rill_port rill_lwip_socket_port = {socket_read, socket_write, socket_close, socket_now};

/* ---- opening */

static rill_status shake_hands(int descriptor, const struct sockaddr *address, socklen_t length, const rill_deadline *end)
{
    int on = 1, error = 0;
    socklen_t size = sizeof(error);
    /* A piece must not wait for the acknowledgement of the one before. Only speed: a failure does not matter. */
    lwip_setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (lwip_fcntl(descriptor, F_SETFL, O_NONBLOCK) != 0)
        return RILL_PORT_BUS;
    if (lwip_connect(descriptor, address, length) == 0)
        return RILL_OK;
    if (errno != EINPROGRESS)
        return status_of_connecting(errno);
    rill_status status = wait_for(descriptor, TO_WRITE, end);
    if (status != RILL_OK)
        return status;
    if (lwip_getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
        return RILL_PORT_BUS;
    return error == 0 ? RILL_OK : status_of_connecting(error);
}

rill_status rill_lwip_socket_connect_to(rill_lwip_socket *held, const struct sockaddr *address, socklen_t length,
                                        uint32_t timeout_ms)
{
    rill_deadline end = rill_deadline_in(timeout_ms, timeout_ms == 0);
    held->end = RILL_OK;
    held->descriptor = lwip_socket(address->sa_family, SOCK_STREAM, 0);
    if (held->descriptor < 0)
        return RILL_PORT_BUS;
    rill_status status = shake_hands(held->descriptor, address, length, &end);
    if (status != RILL_OK)
        socket_close(held);
    return status;
}

#if LWIP_DNS

static void set_port(struct sockaddr *address, uint16_t port)
{
#if LWIP_IPV4
    if (address->sa_family == AF_INET)
        ((struct sockaddr_in *)(void *)address)->sin_port = lwip_htons(port);
#endif
#if LWIP_IPV6
    if (address->sa_family == AF_INET6)
        ((struct sockaddr_in6 *)(void *)address)->sin6_port = lwip_htons(port);
#endif
}

rill_status rill_lwip_socket_connect(rill_lwip_socket *held, const char *host, uint16_t port, uint32_t timeout_ms)
{
    struct addrinfo hints, *found = NULL;
    memset(&hints, 0, sizeof(hints));
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    held->descriptor = -1;
    held->end = RILL_OK;
    int error = lwip_getaddrinfo(host, NULL, &hints, &found);
    if (error != 0)
        return error == EAI_MEMORY ? RILL_PORT_BUS : RILL_PORT_NAME;
    set_port(found->ai_addr, port);
    rill_status status = rill_lwip_socket_connect_to(held, found->ai_addr, (socklen_t)found->ai_addrlen, timeout_ms);
    lwip_freeaddrinfo(found);
    return status;
}

#endif
