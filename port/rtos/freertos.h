/* FreeRTOS: a binary semaphore in memory of the caller's; no heap. See rtos.h for how it is used.
 * configSUPPORT_STATIC_ALLOCATION must be 1.
 *
 * Written to its documentation. The tests do not build it with FreeRTOS, unless they are told where that lies; README.md
 * says what was run by hand. */
#ifndef RILL_FREERTOS_H
#define RILL_FREERTOS_H

#include "FreeRTOS.h"
#include "semphr.h"
#include "task.h"

#include "rtos.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct rill_freertos {
    StaticSemaphore_t memory;
    SemaphoreHandle_t woken;
    rill_rtos_clock clock;
} rill_freertos;

extern const rill_rtos_system rill_freertos_system; /* its `semaphore` is a rill_freertos */

/* Makes ready. Before the interrupt is on, and before the first read; once for each struct. */
void rill_freertos_begin(rill_freertos *wake);

/* From a task. */
void rill_freertos_wake(rill_freertos *wake);

/* From an interrupt that may call FreeRTOS (its priority not above configMAX_SYSCALL_INTERRUPT_PRIORITY). Sets *switch_now
 * to pdTRUE when the interrupt must end with portYIELD_FROM_ISR(), and leaves it else. */
void rill_freertos_wake_from_isr(rill_freertos *wake, BaseType_t *switch_now);

#ifdef __cplusplus
}
#endif

#endif
