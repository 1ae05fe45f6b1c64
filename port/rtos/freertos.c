/* FreeRTOS; see freertos.h. */
#include "freertos.h"

static void freertos_wait(void *semaphore, uint32_t timeout_ms)
{
    rill_freertos *wake = semaphore;
    xSemaphoreTake(wake->woken, (TickType_t)rill_rtos_ticks(timeout_ms, configTICK_RATE_HZ));
}

static uint32_t freertos_now(void *semaphore)
{
    rill_freertos *wake = semaphore;
    return rill_rtos_clock_ms(&wake->clock, (uint32_t)xTaskGetTickCount(), (uint32_t)(TickType_t)-1, configTICK_RATE_HZ);
}

const rill_rtos_system rill_freertos_system = {freertos_wait, freertos_now};

void rill_freertos_begin(rill_freertos *wake)
{
    static const rill_rtos_clock fresh;
    wake->woken = xSemaphoreCreateBinaryStatic(&wake->memory); /* empty at first */
    wake->clock = fresh;
}

void rill_freertos_wake(rill_freertos *wake)
{
    xSemaphoreGive(wake->woken);
}

void rill_freertos_wake_from_isr(rill_freertos *wake, BaseType_t *switch_now)
{
    xSemaphoreGiveFromISR(wake->woken, switch_now);
}
