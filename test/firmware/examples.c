/* The vendor's part of the examples in docs/examples: the vector table under CMSIS's names, and the way to main(). */
#include <stdint.h>
#include <string.h>

int main(void);
void UARTRX0_Handler(void);
void SysTick_Handler(void);

/* Of boards/sections.ld. */
extern uint32_t memory_data_from[], memory_data[], memory_data_end[], memory_bss[], memory_bss_end[], memory_stack_top[];

/* main() has a stack of its own, as RTOSes want it; interrupts have the other one. */
__attribute__((used, aligned(8))) static char main_stack[2048];

static void reset(void)
{
    memcpy(memory_data, memory_data_from, (size_t)((char *)memory_data_end - (char *)memory_data));
    memset(memory_bss, 0, (size_t)((char *)memory_bss_end - (char *)memory_bss));
    __asm__ volatile("msr psp, %0\nmovs r0, #2\nmsr control, r0\nisb\nb main"
                     : : "r"(main_stack + sizeof main_stack) : "r0", "memory");
}

static void fault(void)
{
    for (;;) {
    }
}

/* An RTOS brings those that it uses, and may count its switches. */
void SVC_Handler(void) __attribute__((weak, alias("fault")));
void PendSV_Handler(void) __attribute__((weak, alias("fault")));
void kernel_switched(void);
void kernel_switched(void)
{
}

__attribute__((section(".vectors"), used)) static void (*const vectors[17])(void) = {
    (void (*)(void))memory_stack_top, reset, fault, fault, [4 ... 10] = fault, [11] = SVC_Handler, [12 ... 13] = fault,
    [14] = PendSV_Handler, [15] = SysTick_Handler, [16] = UARTRX0_Handler,
};
