/* A port for a task of an RTOS. It stands on a port whose bytes another context brings, an interrupt or another task, and
 * lets the task sleep on a semaphore of the RTOS while nothing is there: no busy wait, no tick that wakes it in vain.
 * See README.md beside this file.
 *
 *     static rill_chibios wake;               chibios.h; freertos.h and zephyr.h are alike
 *     static rill_uart uart;                  filled by the interrupt; see uart.h
 *     static rill_rtos line = {&rill_chibios_system, &wake, &rill_uart_port, &uart, 1};
 *     ... a client with &rill_rtos_port and &line
 *
 * Who brings bytes wakes the task afterwards: the interrupt calls rill_uart_received() and then rill_chibios_wake_i().
 * A wake that comes while the task is awake is not lost; many that come meanwhile count as one.
 * One task at a time uses a line: there is one semaphore for reading and writing. */
#ifndef RILL_RTOS_H
#define RILL_RTOS_H

#include <stdbool.h>
#include <stdint.h>

#include "rill/port.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RILL_RTOS_WAIT_MAX_MS 1000 /* the longest single sleep; the task looks around and sleeps again */

/* What an RTOS has to give. `semaphore` is its struct. */
typedef struct rill_rtos_system {
    /* Lets the calling task sleep until a wake, or for about timeout_ms, 1 to RILL_RTOS_WAIT_MAX_MS. A wake that came since
     * the last wait ends it at once. It may also return early. */
    void (*wait)(void *semaphore, uint32_t timeout_ms);

    /* Milliseconds since any fixed moment, wrapping at 2^32. */
    uint32_t (*now)(void *semaphore);
} rill_rtos_system;

/* The context. */
typedef struct rill_rtos {
    const rill_rtos_system *system;
    void *semaphore;
    const rill_port *port;   /* below; its read and write are called with a timeout of 0 */
    void *context;           /* its own */
    uint32_t write_look_ms;  /* where no interrupt wakes the task when the transmitter has room again: how long to sleep
                                until the next look. 0: it is woken */
} rill_rtos;

/* Keeps the contract of rill/port.h. read and write sleep for up to their timeout and answer what the port below answers;
 * close is its close, now is that of the system. */
extern const rill_port rill_rtos_port;

/* now in the form that rill_uart_board wants, with a rill_rtos as the context. It never sleeps: with this port above it
 * rill_uart_port has no reason to. */
uint32_t rill_rtos_now(void *line, bool idle);

/* ---- for a table of another RTOS */

/* Ticks to milliseconds for a counter of any width and rate, adding up: what is divided would jump where it wraps. */
typedef struct rill_rtos_clock {
    uint32_t ticks; /* when it was looked at last */
    uint32_t ms;
    uint32_t rest; /* below hz, in thousandths of a tick */
} rill_rtos_clock;

/* The milliseconds of a clock that starts as zero. `ticks` is the counter, `mask` its highest value (0xffff, 0xffffffff),
 * `hz` its rate, up to 4,000,000. Call it at least once while the counter runs through. */
uint32_t rill_rtos_clock_ms(rill_rtos_clock *clock, uint32_t ticks, uint32_t mask, uint32_t hz);

/* How many ticks last at least `ms`, which is up to RILL_RTOS_WAIT_MAX_MS; `hz` as above. At least 1. */
uint32_t rill_rtos_ticks(uint32_t ms, uint32_t hz);

#ifdef __cplusplus
}
#endif

#endif
