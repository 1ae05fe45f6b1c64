/* ChibiOS/RT: a binary semaphore. See rtos.h for how it is used.
 *
 * Built and run with ChibiOS/RT 4.0.0, of whose API it uses chBSem*() and chVTGetSystemTimeX(). ChibiOS is under the GPL,
 * or a licence that you buy: rill does not contain it. */
#ifndef RILL_CHIBIOS_H
#define RILL_CHIBIOS_H

#include "ch.h"

#include "rtos.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rill_chibios {
    binary_semaphore_t woken;
    rill_rtos_clock clock;
} rill_chibios;

extern const rill_rtos_system rill_chibios_system; /* its `semaphore` is a rill_chibios */

/* Makes ready. Before the interrupt is on, and before the first read. */
void rill_chibios_begin(rill_chibios *wake);

/* From a thread. A thread of higher priority that waits runs at once. */
void rill_chibios_wake(rill_chibios *wake);

/* I-class: from an interrupt, between chSysLockFromISR() and chSysUnlockFromISR(), or in another critical section. */
void rill_chibios_wake_i(rill_chibios *wake);

#ifdef __cplusplus
}
#endif

#endif
