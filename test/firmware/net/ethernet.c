/* Ethernet by the LAN9118; the address comes by DHCP. */
#include "net.h"

#include <string.h>

#include "lwip/dhcp.h"
#include "lwip/etharp.h"
#include "lwip/init.h"
#include "lwip/stats.h"
#include "netif/ethernet.h"

#include "../board.h"
#include "lan9118.h"

enum { FRAME_MAX = 1514, PATIENCE_MS = 20000 };

static struct netif interface;
static uint32_t frame[(FRAME_MAX + 3) / 4];

static err_t send(struct netif *of, struct pbuf *packet)
{
    (void)of;
    if (packet->tot_len > FRAME_MAX)
        return ERR_BUF;
    pbuf_copy_partial(packet, frame, packet->tot_len, 0);
    return lan9118_send(frame, packet->tot_len) ? ERR_OK : ERR_MEM;
}

bool net_receive(void)
{
    size_t length = lan9118_waiting();
    if (length == 0)
        return false;
    bool fits = length <= FRAME_MAX;
    lan9118_take(fits ? frame : NULL, length);
    struct pbuf *packet = fits ? pbuf_alloc(PBUF_RAW, (u16_t)length, PBUF_POOL) : NULL;
    if (packet == NULL) {
        LINK_STATS_INC(link.drop);
        return true;
    }
    pbuf_take(packet, frame, (u16_t)length);
    if (interface.input(packet, &interface) != ERR_OK)
        pbuf_free(packet);
    return true;
}

uint32_t net_interface_lost(void)
{
    return lan9118_lost();
}

static err_t begin(struct netif *of)
{
    of->name[0] = 'e';
    of->name[1] = 'n';
    of->mtu = 1500;
    of->hwaddr_len = 6;
    of->output = etharp_output;
    of->linkoutput = send;
    of->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET | NETIF_FLAG_LINK_UP;
    return lan9118_begin(of->hwaddr) ? ERR_OK : ERR_IF;
}

bool net_begin(void)
{
    lwip_init();
    if (netif_add(&interface, NULL, NULL, NULL, NULL, begin, ethernet_input) == NULL)
        return false;
    netif_set_default(&interface);
    netif_set_up(&interface);
    dhcp_start(&interface);
    uint32_t began = board_now();
    while (!dhcp_supplied_address(&interface) && board_now() - began < PATIENCE_MS)
        net_poll(NULL);
    return dhcp_supplied_address(&interface) != 0;
}
