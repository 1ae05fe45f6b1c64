/* SLIP (RFC 1055) over the board's UART, by lwIP's slipif; the addresses are those that slirp gives. */
#include "net.h"

#include "lwip/init.h"
#include "lwip/ip4.h"
#include "lwip/sio.h"
#include "netif/slipif.h"

#include "../board.h"
#include "uart.h"

static struct netif interface;
static rill_uart uart;

/* ---- the UART: a ring that the interrupt fills; RTS holds the other side back before it is full */

static bool send(void *unused, uint8_t byte)
{
    (void)unused;
    return board_uart_send(byte);
}

static void ready(void *unused, bool go_on)
{
    (void)unused;
    board_uart_ready(go_on);
}

static uint32_t now(void *unused, bool idle)
{
    (void)unused;
    (void)idle; /* net_poll() sleeps */
    return board_now();
}

static void received(void *of, uint8_t byte)
{
    rill_uart_received(of, byte);
}

enum { RING = 1024, HIGH = 900, LOW = 200 };
static uint8_t ring[RING];
static const rill_uart_board board = {send, ready, now};
static const rill_uart_config config = {&board, NULL, ring, RING, HIGH, LOW};

/* ---- what slipif wants to have */

sio_fd_t sio_open(u8_t number)
{
    (void)number;
    rill_uart_begin(&uart, &config);
    board_uart_listen(received, &uart);
    return &uart;
}

void sio_send(u8_t byte, sio_fd_t of)
{
    while (rill_uart_port.write(of, (const char *)&byte, 1, 1000) == 0)
        ;
}

static bool came;

u32_t sio_tryread(sio_fd_t of, u8_t *bytes, u32_t size)
{
    int32_t length = rill_uart_port.read(of, (char *)bytes, size, 0);
    if (length <= 0) /* nothing, or something was lost: TCP sends it again */
        return 0;
    came = true;
    return (u32_t)length;
}

bool net_receive(void)
{
    came = false;
    slipif_poll(&interface);
    return came;
}

uint32_t net_interface_lost(void)
{
    return uart.lost + uart.damaged;
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
