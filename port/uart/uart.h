/* A port on a bare-metal UART: a ring of the caller's that the receive interrupt fills and the program empties, without
 * a lock. See README.md beside this file.
 *
 *     static uint8_t ring[128];
 *     static const rill_uart_board board = {send, ready, now};
 *     static const rill_uart_config config = {&board, NULL, ring, sizeof ring, 96, 32};
 *     static rill_uart uart;
 *
 *     void USART1_IRQHandler(void) { rill_uart_received(&uart, (uint8_t)USART1->RDR); }
 *
 *     rill_uart_begin(&uart, &config);
 *     ... enable the interrupt; then a client with &rill_uart_port and &uart
 *
 * One writer (the interrupt) and one reader (the program). The writer alone calls the functions below the line
 * "from the interrupt", the reader alone all others. Nothing waits for anything there, so the two may also be two tasks,
 * or two cores where the compiler has gcc's __atomic built-ins (gcc, clang); on one core no more is needed than volatile.
 *
 * No loss is silent. A byte that finds no room, and one that comes damaged, leaves a mark in the ring at its place: read
 * hands out the bytes in front of it, says RILL_PORT_OVERRUN or RILL_PORT_NOISE once, and goes on with the bytes behind.
 * rill_client ends its answer there. For an event stream without HTTP, framing.h goes on at the next event. */
#ifndef RILL_UART_H
#define RILL_UART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rill/port.h"
#include "rill/status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RILL_UART_RING_MIN 8     /* bytes; a power of two */
#define RILL_UART_RING_MAX 32768 /* bytes */

/* The board's glue. `context` is the config's. */
typedef struct rill_uart_board {
    /* Puts a byte into the transmitter; false when that is full, or when CTS says stop. Must not wait. */
    bool (*send)(void *context, uint8_t byte);

    /* Sets the line that asks the other side to send on (RTS). The interrupt calls it with false for each byte at or above
     * the high water mark, the reader with true, close with false. The interrupt may come amid the reader's call, so that
     * should be one store to a set or clear register; NULL: there is no such wire. */
    void (*ready)(void *context, bool ready);

    /* Milliseconds since any fixed moment, wrapping at 2^32. `idle`: read has nothing to do, and this function may sleep
     * (WFI) before it looks at the clock. A byte may have come just before it does, so an interrupt at least each few
     * milliseconds must wake it: a tick. */
    uint32_t (*now)(void *context, bool idle);
} rill_uart_board;

/* Referred to, not copied: must stay as it is for as long as the UART is used. */
typedef struct rill_uart_config {
    const rill_uart_board *board;
    void *context;          /* the board's; may be NULL */
    volatile uint8_t *ring; /* holds up to size - 2 bytes; a byte FF, and each mark, takes two */
    uint16_t size;          /* of ring, in bytes: a power of two from RILL_UART_RING_MIN to RILL_UART_RING_MAX */
    uint16_t high;          /* with this many bytes in the ring ready(false) is called; size - 2 - high is for what still
                               comes then. At most size - 2. Without meaning where ready is NULL */
    uint16_t low;           /* with this many or fewer, read calls ready(true). Below high */
} rill_uart_config;

/* The counts may be read at any time. The fields below the line are the port's own. */
typedef struct rill_uart {
    volatile uint32_t lost;    /* bytes that found no room, and calls of rill_uart_lost(), modulo 2^32 */
    volatile uint32_t damaged; /* calls of rill_uart_damaged(), modulo 2^32 */
    volatile uint16_t peak;    /* the most bytes that were in the ring at once */
    /* ---- */
    volatile uint16_t head; /* where the writer puts; free-running, as tail is. Written by the writer alone */
    volatile uint16_t tail; /* where the reader takes. Written by the reader alone */
    volatile uint8_t held;  /* the other side was asked to stop, and is to be asked to go on */
    uint8_t last;           /* the writer's: the mark that was put last, 0 when a byte was */
    const rill_uart_config *config;
} rill_uart;

/* Makes ready, with an empty ring and counts of 0, and calls ready(true). Only while the interrupt is off.
 *   RILL_OK
 *   RILL_SCHEMA_CONFIG  a NULL (other than ready and context), or a size or water marks other than told above */
rill_status rill_uart_begin(rill_uart *uart, const rill_uart_config *config);

/* Keeps the contract of rill/port.h. What read and write answer beside bytes and 0:
 *   RILL_PORT_OVERRUN  read: bytes were lost here, by a full ring or a slow interrupt. Said once for each place
 *   RILL_PORT_NOISE    read: bytes came damaged here. Said once for damaged bytes in a row
 * A line has no end, so there is no RILL_PORT_CLOSED. read sleeps where the board's now does; write asks send again and
 * again until there is room. close drops what is in the ring and calls ready(false): the other side is held until the
 * next read. After it the port may be used again without rill_uart_begin(). */
extern const rill_port rill_uart_port;

/* ---- from the interrupt */

/* A byte came. Calls ready(false) from the high water mark on; a full ring loses the byte, counts it and marks the place. */
void rill_uart_received(rill_uart *uart, uint8_t byte);

/* Several bytes came, in this order: from a FIFO or a DMA buffer. */
void rill_uart_received_block(rill_uart *uart, const uint8_t *bytes, size_t length);

/* A byte came damaged: framing, parity or break. It is not handed out. */
void rill_uart_damaged(rill_uart *uart);

/* The UART itself lost bytes behind the last one received: its data register or FIFO was full (ORE, OE). */
void rill_uart_lost(rill_uart *uart);

#ifdef __cplusplus
}
#endif

#endif
