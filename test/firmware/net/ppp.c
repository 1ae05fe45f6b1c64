/* PPP (RFC 1661, 1662) over the board's UART, by lwIP's pppos; the other side gives the address. */
#include "net.h"

#include "lwip/init.h"
#include "lwip/netif.h"
#include "netif/ppp/pppapi.h"
#include "netif/ppp/pppos.h"

#include "../board.h"
#include "serial.h"

enum { PATIENCE_MS = 20000 };

/* What PPP makes its magic numbers of. */
uint32_t sys_jiffies(void)
{
    return board_now();
}

static struct netif interface;
static ppp_pcb *link;
static enum { TALKS, UP, FAILED } state;

static u32_t send(ppp_pcb *of, u8_t *bytes, u32_t length, void *unused)
{
    (void)of;
    (void)unused;
    serial_send(bytes, length);
    return length;
}

static void on_state(ppp_pcb *of, int error, void *unused)
{
    (void)of;
    (void)unused;
    state = error == PPPERR_NONE ? UP : FAILED;
}

bool net_receive(void)
{
    char bytes[64];
    int32_t length = rill_uart_port.read(&serial, bytes, sizeof bytes, 0);
    if (length <= 0) /* nothing, or something was lost: TCP sends it again */
        return false;
    pppos_input(link, (u8_t *)bytes, length);
    return true;
}

uint32_t net_interface_lost(void)
{
    return serial.lost + serial.damaged;
}

bool net_begin(void)
{
    ip4_addr_t theirs;
    IP4_ADDR(&theirs, 10, 0, 2, 2); /* slirp does not say who it is */
    lwip_init();
    serial_begin();
    link = pppos_create(&interface, send, on_state, NULL);
    if (link == NULL)
        return false;
    ppp_set_ipcp_hisaddr(link, &theirs);
    ppp_set_default(link);
    ppp_connect(link, 0);
    uint32_t began = board_now();
    while (state == TALKS && board_now() - began < PATIENCE_MS)
        net_poll(NULL);
    return state == UP;
}
