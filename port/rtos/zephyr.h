/* Zephyr: a UART by its interrupt-driven API, with a ring of port/uart and a semaphore (k_sem).
 *
 *     static rill_zephyr line;
 *     static uint8_t ring[256];
 *
 *     status = rill_zephyr_begin(&line, DEVICE_DT_GET(DT_ALIAS(llm_uart)), ring, sizeof ring);
 *     ... a client with &rill_rtos_port and &line.task
 *
 * Written to Zephyr's documentation (its API as of 3.0 to 4.2); never built with Zephyr. CONFIG_UART_INTERRUPT_DRIVEN=y. */
#ifndef RILL_ZEPHYR_H
#define RILL_ZEPHYR_H

#include <zephyr/device.h>
#include <zephyr/kernel.h>

#include "rtos.h"
#include "uart.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rill_zephyr {
    rill_rtos task; /* the context of rill_rtos_port */
    rill_uart uart; /* its counts may be read */
    /* ---- the port's own */
    rill_uart_config config;
    const struct device *device;
    struct k_sem woken;
    volatile uint8_t out; /* a byte on its way to the transmitter, */
    volatile bool full;   /* which is there */
} rill_zephyr;

/* Takes over the UART's interrupt and makes ready. `ring` is for bytes that came: `size` is a power of two from 16 to
 * RILL_UART_RING_MAX, and a quarter of it should hold as much as the UART's FIFO. From three quarters of it on the receive
 * interrupt is off: with hw-flow-control in the devicetree the UART then holds the other side by RTS; without, what its
 * FIFO loses comes as RILL_PORT_OVERRUN. For another connection begin again, with the interrupt off
 * (uart_irq_rx_disable).
 *   RILL_OK
 *   RILL_PORT_NAME      the device is not ready
 *   RILL_PORT_BUS       its driver has no interrupts
 *   RILL_SCHEMA_CONFIG  a NULL, or a size that is none */
rill_status rill_zephyr_begin(rill_zephyr *line, const struct device *device, uint8_t *ring, uint16_t size);

/* For bytes that another thread brings, in place of a UART: a table for a rill_rtos of your own. Its `semaphore` is a
 * struct k_sem, begun with k_sem_init(&woken, 0, 1); k_sem_give() wakes, from an interrupt too. */
extern const rill_rtos_system rill_zephyr_system;

#ifdef __cplusplus
}
#endif

#endif
