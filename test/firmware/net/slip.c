/* SLIP (RFC 1055) over the board's UART, by lwIP's slipif; the addresses are those that slirp gives. */
#include "net.h"

#include "lwip/init.h"
#include "lwip/ip4.h"
#include "lwip/sio.h"
#include "netif/slipif.h"

#include "serial.h"

static struct netif interface;
static bool came;

/* ---- what slipif wants to have */

sio_fd_t sio_open(u8_t number)
{
    (void)number;
    serial_begin();
    return &serial;
}

void sio_send(u8_t byte, sio_fd_t of)
{
    (void)of;
    serial_send(&byte, 1);
}

u32_t sio_tryread(sio_fd_t of, u8_t *bytes, u32_t size)
{
    int32_t length = rill_uart_port.read(of, (char *)bytes, size, 0);
    if (length <= 0) /* nothing, or something was lost: TCP sends it again */
        return 0;
    came = true;
    return (u32_t)length;
}

/* ---- */

bool net_receive(void)
{
    came = false;
    slipif_poll(&interface);
    return came;
}

uint32_t net_interface_lost(void)
{
    return serial.lost + serial.damaged;
}

bool net_begin(void)
{
    ip4_addr_t address, mask, gateway;
    IP4_ADDR(&address, 10, 0, 2, 15);
    IP4_ADDR(&mask, 255, 255, 255, 0);
    IP4_ADDR(&gateway, 10, 0, 2, 2);
    lwip_init();
    if (netif_add(&interface, &address, &mask, &gateway, NULL, slipif_init, ip4_input) == NULL)
        return false;
    netif_set_default(&interface);
    netif_set_up(&interface);
    netif_set_link_up(&interface);
    return true;
}
