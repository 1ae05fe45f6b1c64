/* ChibiOS/RT; see chibios.h. */
#include "chibios.h"

static void chibios_wait(void *semaphore, uint32_t timeout_ms)
{
    rill_chibios *wake = semaphore;
    chBSemWaitTimeout(&wake->woken, (systime_t)rill_rtos_ticks(timeout_ms, CH_CFG_ST_FREQUENCY));
}

static uint32_t chibios_now(void *semaphore)
{
    rill_chibios *wake = semaphore;
    return rill_rtos_clock_ms(&wake->clock, chVTGetSystemTimeX(), (systime_t)-1, CH_CFG_ST_FREQUENCY);
}

const rill_rtos_system rill_chibios_system = {chibios_wait, chibios_now};

void rill_chibios_begin(rill_chibios *wake)
{
    static const rill_rtos_clock fresh;
    chBSemObjectInit(&wake->woken, true);
    wake->clock = fresh;
}

void rill_chibios_wake(rill_chibios *wake)
{
    chBSemSignal(&wake->woken);
}

void rill_chibios_wake_i(rill_chibios *wake)
{
    chBSemSignalI(&wake->woken);
}
