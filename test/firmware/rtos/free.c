/* FreeRTOS as the image's kernel. */
#include "kernel.h"

#include "freertos.h"

#include "../board.h"
#include "../boards/cortex_m.h"

void FreeRTOS_tick(void);

static rill_freertos wake;
const rill_rtos_system *const kernel_system = &rill_freertos_system;
void *const kernel_semaphore = &wake;

static StackType_t beat_stack[96], decoder_stack[448], feeder_stack[96];
static StaticTask_t memory[KERNEL_THREADS];
static TaskHandle_t tasks[KERNEL_THREADS];

static const struct {
    StackType_t *stack;
    uint32_t words;
    UBaseType_t priority;
} threads[KERNEL_THREADS] = {
    [KERNEL_BEAT] = {beat_stack, sizeof beat_stack / sizeof(StackType_t), 3},
    [KERNEL_DECODER] = {decoder_stack, sizeof decoder_stack / sizeof(StackType_t), 2},
    [KERNEL_FEEDER] = {feeder_stack, sizeof feeder_stack / sizeof(StackType_t), 1},
};

void kernel_begin(void)
{
    for (unsigned number = 0; number < 32; number += 4)
        REGISTER(0xe000e400u + number) = 0xffffffffu; /* NVIC_IPR: the kernel's own, lowest priority */
    rill_freertos_begin(&wake);
}

static void task(void *run)
{
    void (*const *function)(void) = run;
    (*function)();
}

void kernel_start(enum kernel_thread which, void (*run)(void))
{
    static void (*functions[KERNEL_THREADS])(void);
    functions[which] = run;
    tasks[which] = xTaskCreateStatic(task, "", threads[which].words, &functions[which], threads[which].priority,
                                     threads[which].stack, &memory[which]);
}

/* The tick is the board's already. */
void vPortSetupTimerInterrupt(void)
{
}

void kernel_run(void)
{
    vTaskStartScheduler();
}

void vApplicationIdleHook(void)
{
    image_idle();
}

void kernel_next_beat(void)
{
    static TickType_t last;
    xTaskDelayUntil(&last, 1);
}

void kernel_sleep(uint32_t ms)
{
    vTaskDelay(pdMS_TO_TICKS(ms));
}

void kernel_wake(void)
{
    rill_freertos_wake(&wake);
}

/* ---- interrupts */

static void wake_from_interrupt(void)
{
    BaseType_t switch_now = pdFALSE;
    rill_freertos_wake_from_isr(&wake, &switch_now);
    portYIELD_FROM_ISR(switch_now);
}

void kernel_tick(void)
{
    board_interrupt(CORTEX_M_SYSTICK);
    FreeRTOS_tick();
    if (image_tick())
        wake_from_interrupt();
}

void kernel_interrupt(void)
{
    uint32_t number;
    __asm__ volatile("mrs %0, ipsr" : "=r"(number));
    if (image_interrupt(number - 16u))
        wake_from_interrupt();
}

/* ---- counts */

static uint32_t switches;

void kernel_switched(const void *to)
{
    static const void *now;
    if (to != now)
        switches++;
    now = to;
}

uint32_t kernel_switches(void)
{
    return switches;
}

size_t kernel_stack_size(enum kernel_thread which)
{
    return threads[which].words * sizeof(StackType_t);
}

size_t kernel_stack_used(enum kernel_thread which)
{
    return (threads[which].words - uxTaskGetStackHighWaterMark(tasks[which])) * sizeof(StackType_t);
}
