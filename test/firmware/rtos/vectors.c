/* From reset to main() for a kernel: threads use the process stack, interrupts the main stack. The names are CMSIS's. */
#include "../boards/inside.h"
#include "../host.h"
#include "kernel.h"

#include <string.h>

int main(void);

/* Of the linker script. */
extern uint32_t memory_data_from[], memory_data[], memory_data_end[], memory_bss[], memory_bss_end[], memory_stack_top[];

/* Of the main stack, as far as interrupts are expected to go down. */
enum { PAINTED = 2048, PAINT = 0x5a };

/* The stack of main(), which becomes the idle thread with some kernels. */
__attribute__((used, aligned(8))) static char main_stack[512];

__attribute__((used)) static void begin(void)
{
    host_exit(main());
}

__attribute__((noreturn)) static void reset(void)
{
    char here;
    memcpy(memory_data, memory_data_from, (size_t)((char *)memory_data_end - (char *)memory_data));
    memset(memory_bss, 0, (size_t)((char *)memory_bss_end - (char *)memory_bss));
    for (volatile char *low = (char *)memory_stack_top - PAINTED; (uintptr_t)low < (uintptr_t)&here - 64; low++)
        *low = PAINT;
    __asm__ volatile("msr psp, %0\nmovs r0, #2\nmsr control, r0\nisb\nb begin"
                     : : "r"(main_stack + sizeof main_stack) : "r0", "memory");
    __builtin_unreachable();
}

size_t kernel_interrupt_stack_used(void)
{
    const char *low = (const char *)memory_stack_top - PAINTED;
    while (*low == PAINT)
        low++;
    return (size_t)((const char *)memory_stack_top - low);
}

static void fault(void)
{
    host_print("fault\n");
    host_exit(99);
}

/* The kernel brings those that it uses. */
void SVC_Handler(void) __attribute__((weak, alias("fault")));
void PendSV_Handler(void) __attribute__((weak, alias("fault")));

/* ARMv7-M Architecture Reference Manual, "Exception number definition". */
__attribute__((section(".vectors"), used)) static void (*const vectors[16 + 32])(void) = {
    (void (*)(void))memory_stack_top, reset, fault, fault, [4 ... 10] = fault, [11] = SVC_Handler, [12 ... 13] = fault,
    [14] = PendSV_Handler, [15] = kernel_tick, [16 ... 47] = kernel_interrupt,
};
