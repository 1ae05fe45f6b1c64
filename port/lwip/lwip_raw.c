/* The port on lwIP's raw API; see lwip_raw.h. */
#include "lwip_raw.h"

#include <stdbool.h>

#include "lwip/dns.h"

#include "deadline.h"

enum { IDLE, CONNECTING, OPEN };                 /* phase */
enum { LOOKUP_NONE, LOOKUP_RUNS, LOOKUP_FOUND }; /* lookup */

/* ---- waiting */

/* One round of the network. False: the time is over, and what this round brought is the last to be looked at. */
static bool another_round(const rill_lwip_raw *raw, const rill_deadline *end)
{
    raw->poll(raw->poll_context);
    return rill_deadline_left(end) != 0;
}

/* ---- what lwIP tells */

static err_t on_received(void *context, struct tcp_pcb *pcb, struct pbuf *piece, err_t error)
{
    rill_lwip_raw *raw = context;
    (void)pcb;
    (void)error; /* lwIP always gives ERR_OK here */
    if (piece == NULL) {
        raw->over = RILL_PORT_CLOSED;
        return ERR_OK;
    }
    if (raw->received == NULL) {
        raw->received = piece;
        return ERR_OK;
    }
    if ((uint32_t)raw->received->tot_len + piece->tot_len > UINT16_MAX) /* of a window with LWIP_WND_SCALE */
        return ERR_MEM;                                                 /* lwIP keeps it and comes again */
    pbuf_cat(raw->received, piece);
    return ERR_OK;
}

static err_t on_connected(void *context, struct tcp_pcb *pcb, err_t error)
{
    (void)pcb;
    (void)error; /* lwIP always gives ERR_OK here */
    ((rill_lwip_raw *)context)->phase = OPEN;
    return ERR_OK;
}

/* lwIP has freed the pcb already. */
static void on_lost(void *context, err_t error)
{
    rill_lwip_raw *raw = context;
    raw->pcb = NULL;
    if (raw->over != RILL_OK)
        return;
    if (raw->phase == OPEN)
        raw->over = RILL_PORT_RESET;
    else
        raw->over = error == ERR_RST ? RILL_PORT_REFUSED : RILL_PORT_TIMEOUT;
}

/* ---- moving bytes */

static int32_t take(rill_lwip_raw *raw, char *bytes, size_t size)
{
    u16_t length = size < raw->received->tot_len ? (u16_t)size : raw->received->tot_len;
    pbuf_copy_partial(raw->received, bytes, length, 0);
    raw->received = pbuf_free_header(raw->received, length);
    if (raw->pcb != NULL)
        tcp_recved(raw->pcb, length);
    return length;
}

static int32_t raw_read(void *context, char *bytes, size_t size, uint32_t timeout_ms)
{
    rill_lwip_raw *raw = context;
    rill_deadline end = rill_deadline_in(timeout_ms, false);
    if (raw->phase != OPEN)
        return RILL_PORT_BUS;
    for (bool more = true;; more = another_round(raw, &end)) {
        if (raw->received != NULL)
            return take(raw, bytes, size);
        if (raw->over != RILL_OK)
            return raw->over;
        if (!more)
            return 0;
    }
}

/* As much as lwIP has room and memory for; how much memory that is shows only when it is asked for. */
static int32_t put(struct tcp_pcb *pcb, const char *bytes, size_t length)
{
    size_t room = tcp_sndbuf(pcb), portion = length < room ? length : room;
    u16_t taken = portion < UINT16_MAX ? (u16_t)portion : UINT16_MAX;
    while (taken > 0 && tcp_write(pcb, bytes, taken, TCP_WRITE_FLAG_COPY) != ERR_OK)
        taken /= 2;
    if (taken > 0)
        tcp_output(pcb); /* what can't go now goes later, with lwIP's timers */
    return taken;
}

static int32_t raw_write(void *context, const char *bytes, size_t length, uint32_t timeout_ms)
{
    rill_lwip_raw *raw = context;
    rill_deadline end = rill_deadline_in(timeout_ms, false);
    if (raw->phase != OPEN)
        return RILL_PORT_BUS;
    for (bool more = true;; more = another_round(raw, &end)) {
        if (raw->pcb == NULL)
            return RILL_PORT_RESET;
        int32_t taken = put(raw->pcb, bytes, length);
        if (taken != 0 || !more)
            return taken;
    }
}

/* ---- closing and opening */

/* lwIP may keep a pcb for long after this; it must not call back. */
static struct tcp_pcb *let_go(rill_lwip_raw *raw)
{
    struct tcp_pcb *pcb = raw->pcb;
    if (raw->received != NULL)
        pbuf_free(raw->received);
    if (pcb != NULL) {
        tcp_arg(pcb, NULL);
        tcp_recv(pcb, NULL);
        tcp_err(pcb, NULL);
    }
    raw->received = NULL;
    raw->pcb = NULL;
    raw->phase = IDLE;
    return pcb;
}

static void raw_close(void *context)
{
    struct tcp_pcb *pcb = let_go(context);
    if (pcb != NULL && tcp_close(pcb) != ERR_OK)
        tcp_abort(pcb);
}

static uint32_t raw_now(void *context)
{
    (void)context;
    return sys_now();
}

const rill_port rill_lwip_raw_port = {raw_read, raw_write, raw_close, raw_now};

static rill_status shake_hands(rill_lwip_raw *raw, const ip_addr_t *address, uint16_t port, const rill_deadline *end)
{
    raw->pcb = tcp_new_ip_type(IP_GET_TYPE(address));
    if (raw->pcb == NULL)
        return RILL_PORT_BUS;
    tcp_arg(raw->pcb, raw);
    tcp_recv(raw->pcb, on_received);
    tcp_err(raw->pcb, on_lost);
    tcp_nagle_disable(raw->pcb); /* a piece must not wait for the acknowledgement of the one before */
    raw->phase = CONNECTING;
    raw->over = RILL_OK;
    err_t error = tcp_connect(raw->pcb, address, port, on_connected);
    if (error != ERR_OK)
        return error == ERR_RTE ? RILL_PORT_NO_ROUTE : RILL_PORT_BUS;
    for (bool more = true;; more = another_round(raw, end)) {
        if (raw->phase == OPEN)
            return RILL_OK;
        if (raw->over != RILL_OK)
            return (rill_status)raw->over;
        if (!more)
            return RILL_PORT_TIMEOUT;
    }
}

static rill_status connect_by(rill_lwip_raw *raw, const ip_addr_t *address, uint16_t port, const rill_deadline *end)
{
    rill_status status = shake_hands(raw, address, port, end);
    if (status != RILL_OK) {
        struct tcp_pcb *pcb = let_go(raw);
        if (pcb != NULL)
            tcp_abort(pcb);
    }
    return status;
}

rill_status rill_lwip_raw_connect_to(rill_lwip_raw *raw, const ip_addr_t *address, uint16_t port, uint32_t timeout_ms)
{
    rill_deadline end = rill_deadline_in(timeout_ms, timeout_ms == 0);
    return connect_by(raw, address, port, &end);
}

#if LWIP_DNS

static void on_found(const char *name, const ip_addr_t *address, void *context)
{
    rill_lwip_raw *raw = context;
    (void)name;
    raw->lookup = address != NULL ? LOOKUP_FOUND : LOOKUP_NONE;
    if (address != NULL)
        raw->address = *address;
}

static rill_status lookup_end(rill_lwip_raw *raw, const rill_deadline *end)
{
    for (bool more = true; raw->lookup == LOOKUP_RUNS; more = another_round(raw, end))
        if (!more)
            return RILL_PORT_TIMEOUT;
    return raw->lookup == LOOKUP_FOUND ? RILL_OK : RILL_PORT_NAME;
}

static rill_status look_up(rill_lwip_raw *raw, const char *host, const rill_deadline *end)
{
    if (lookup_end(raw, end) == RILL_PORT_TIMEOUT) /* one that was left running; lwIP can't end it */
        return RILL_PORT_TIMEOUT;
    raw->lookup = LOOKUP_RUNS;
    err_t error = dns_gethostbyname(host, &raw->address, on_found, raw);
    if (error == ERR_INPROGRESS)
        return lookup_end(raw, end);
    raw->lookup = LOOKUP_NONE;
    if (error == ERR_MEM)
        return RILL_PORT_BUS;
    return error == ERR_OK ? RILL_OK : RILL_PORT_NAME;
}

#else

static rill_status look_up(rill_lwip_raw *raw, const char *host, const rill_deadline *end)
{
    (void)end;
    return ipaddr_aton(host, &raw->address) ? RILL_OK : RILL_PORT_NAME;
}

#endif

rill_status rill_lwip_raw_connect(rill_lwip_raw *raw, const char *host, uint16_t port, uint32_t timeout_ms)
{
    rill_deadline end = rill_deadline_in(timeout_ms, timeout_ms == 0);
    rill_status status = look_up(raw, host, &end);
    return status == RILL_OK ? connect_by(raw, &raw->address, port, &end) : status;
}
