/* Zephyr; see zephyr.h. */
#include "zephyr.h"

#include <zephyr/drivers/uart.h>

static void zephyr_wait(void *semaphore, uint32_t timeout_ms)
{
    k_sem_take(semaphore, K_MSEC(timeout_ms));
}

static uint32_t zephyr_now(void *semaphore)
{
    (void)semaphore;
    return k_uptime_get_32();
}

const rill_rtos_system rill_zephyr_system = {zephyr_wait, zephyr_now};

/* ---- the interrupt */

/* Until it gives less than asked for: whether there is more is told but once by some drivers. */
static void receive(rill_zephyr *line)
{
    uint8_t bytes[16];
    int errors = uart_err_check(line->device), count;
    do {
        count = uart_fifo_read(line->device, bytes, sizeof bytes);
        if (count > 0)
            rill_uart_received_block(&line->uart, bytes, (size_t)count);
    } while (count == (int)sizeof bytes);
    if (errors > 0 && (errors & UART_ERROR_OVERRUN) != 0)
        rill_uart_lost(&line->uart);
    if (errors > 0 && (errors & (UART_ERROR_PARITY | UART_ERROR_FRAMING | UART_BREAK)) != 0)
        rill_uart_damaged(&line->uart);
}

/* Off before the look: on two cores a byte may come to `out` in between. */
static void transmit(rill_zephyr *line)
{
    uint8_t byte;
    uart_irq_tx_disable(line->device);
    if (!line->full)
        return;
    byte = line->out;
    if (uart_fifo_fill(line->device, &byte, 1) == 1)
        line->full = false;
    uart_irq_tx_enable(line->device); /* once more, to tell that there is room */
}

/* Some drivers tell of bytes also while their interrupt is off, and the transmitter's is on: a held ring takes none. */
static void interrupt(const struct device *device, void *context)
{
    rill_zephyr *line = context;
    uart_irq_update(device);
    if (!line->uart.held && uart_irq_rx_ready(device) > 0)
        receive(line);
    if (uart_irq_tx_ready(device) > 0)
        transmit(line);
    k_sem_give(&line->woken);
}

/* ---- the ring's board */

enum { RING_MIN = 16 }; /* so that the quarter behind the high mark holds two bytes of the FIFO */

static bool board_send(void *context, uint8_t byte)
{
    rill_zephyr *line = context;
    bool room = !line->full;
    if (room) {
        line->out = byte;
        line->full = true;
    }
    uart_irq_tx_enable(line->device);
    return room;
}

static void board_ready(void *context, bool ready)
{
    const rill_zephyr *line = context;
    if (ready)
        uart_irq_rx_enable(line->device);
    else
        uart_irq_rx_disable(line->device);
}

static uint32_t board_now(void *context, bool idle)
{
    (void)context;
    (void)idle;
    return k_uptime_get_32();
}

rill_status rill_zephyr_begin(rill_zephyr *line, const struct device *device, uint8_t *ring, uint16_t size)
{
    static const rill_uart_board board = {board_send, board_ready, board_now};
    if (line == NULL || device == NULL || size < RING_MIN)
        return RILL_SCHEMA_CONFIG;
    const rill_uart_config config = {&board, line, ring, size, (uint16_t)(size / 4u * 3u), (uint16_t)(size / 4u)};
    const rill_rtos task = {&rill_zephyr_system, &line->woken, &rill_uart_port, &line->uart, 0};
    if (!device_is_ready(device))
        return RILL_PORT_NAME;
    line->task = task;
    line->config = config;
    line->device = device;
    line->full = false;
    k_sem_init(&line->woken, 0, 1);
    if (uart_irq_callback_user_data_set(device, interrupt, line) != 0)
        return RILL_PORT_BUS;
    return rill_uart_begin(&line->uart, &line->config); /* switches the receive interrupt on */
}
