/* A ring that the interrupt fills; RTS holds the other side back before it is full. */
#include "serial.h"

#include "../board.h"

rill_uart serial;

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

void serial_begin(void)
{
    rill_uart_begin(&serial, &config);
    board_uart_listen(received, &serial);
}

void serial_send(const void *bytes, size_t length)
{
    const char *from = bytes;
    while (length > 0) {
        int32_t taken = rill_uart_port.write(&serial, from, length, 1000);
        if (taken < 0)
            return;
        from += taken;
        length -= (size_t)taken;
    }
}
