/* ChibiOS/RT as the image's kernel. */
#include "kernel.h"

#include "chibios.h"

#include "../board.h"
#include "../boards/cortex_m.h"

static rill_chibios wake;
const rill_rtos_system *const kernel_system = &rill_chibios_system;
void *const kernel_semaphore = &wake;

static THD_WORKING_AREA(beat_area, 256);
static THD_WORKING_AREA(decoder_area, 1536);
static THD_WORKING_AREA(feeder_area, 256);

static const struct {
    void *area;
    size_t size;
    tprio_t priority;
} threads[KERNEL_THREADS] = {
    [KERNEL_BEAT] = {beat_area, sizeof beat_area, HIGHPRIO},
    [KERNEL_DECODER] = {decoder_area, sizeof decoder_area, NORMALPRIO},
    [KERNEL_FEEDER] = {feeder_area, sizeof feeder_area, LOWPRIO},
};

/* Interrupts that call the kernel may not stand above it. */
static void lower_priorities(void)
{
    for (int number = 0; number < CORTEX_NUM_VECTORS; number++)
        NVIC_SetPriority((IRQn_Type)number, CORTEX_MAX_KERNEL_PRIORITY);
    NVIC_SetPriority(SysTick_IRQn, CORTEX_MAX_KERNEL_PRIORITY);
}

void kernel_begin(void)
{
    chSysInit();
    lower_priorities();
    rill_chibios_begin(&wake);
}

static void thread(void *run)
{
    void (*const *function)(void) = run;
    (*function)();
}

void kernel_start(enum kernel_thread which, void (*run)(void))
{
    static void (*functions[KERNEL_THREADS])(void);
    functions[which] = run;
    chThdCreateStatic(threads[which].area, threads[which].size, threads[which].priority, thread, &functions[which]);
}

void kernel_run(void)
{
    image_idle(); /* in the idle thread */
}

void kernel_next_beat(void)
{
    static systime_t last;
    last = chThdSleepUntilWindowed(last, last + 1);
}

void kernel_sleep(uint32_t ms)
{
    chThdSleepMilliseconds(ms);
}

void kernel_wake(void)
{
    rill_chibios_wake(&wake);
}

/* ---- interrupts */

void kernel_tick(void)
{
    CH_IRQ_PROLOGUE();
    board_interrupt(CORTEX_M_SYSTICK);
    chSysLockFromISR();
    chSysTimerHandlerI();
    if (image_tick())
        rill_chibios_wake_i(&wake);
    chSysUnlockFromISR();
    CH_IRQ_EPILOGUE();
}

void kernel_interrupt(void)
{
    CH_IRQ_PROLOGUE();
    if (image_interrupt((__get_IPSR() & 0x1ffu) - 16u)) {
        chSysLockFromISR();
        rill_chibios_wake_i(&wake);
        chSysUnlockFromISR();
    }
    CH_IRQ_EPILOGUE();
}

/* ---- counts */

static uint32_t switches;

void kernel_switched(void)
{
    switches++;
}

uint32_t kernel_switches(void)
{
    return switches;
}

/* At the top of the area is the thread's own struct. */
size_t kernel_stack_size(enum kernel_thread which)
{
    return threads[which].size - sizeof(thread_t);
}

size_t kernel_stack_used(enum kernel_thread which)
{
    const char *low = threads[which].area;
    size_t untouched = 0;
    while (low[untouched] == CH_DBG_STACK_FILL_VALUE)
        untouched++;
    return kernel_stack_size(which) - untouched;
}
